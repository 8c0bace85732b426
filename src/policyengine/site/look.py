"""The look of the site, over that of the reports, and its one small script.

Both stand in every page, allowed by their digests: a page opened from a disk has no origin to
load them from. Everything is there without the script; it searches, unfolds and highlights.
"""

from __future__ import annotations

import base64
import hashlib

from policyengine.output.stylesheet import CSS as BASE

CSS = (
    BASE
    + """
body{padding:0}
main{max-width:60rem;padding-top:1rem}
main.wider{max-width:76rem}
h1{font-size:clamp(1.5rem,4.5vw,2rem);line-height:1.2;font-weight:700;margin:.5rem 0;
color:var(--ink)}
h3{margin:1rem 0 .3rem;font-size:.95rem}
a{color:var(--open);text-underline-offset:.15em;text-decoration-thickness:1px}
a:hover{text-decoration-thickness:2px}
:focus-visible{outline:3px solid var(--open);outline-offset:2px}
.skip{position:absolute;left:-99rem}
.skip:focus{left:.5rem;top:.5rem;background:var(--page);padding:.5rem 1rem;z-index:2}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);
white-space:nowrap}
.top{border-bottom:1px solid var(--line);background:var(--card)}
.top>div{max-width:76rem;margin:0 auto;padding:.6rem 1rem}
.top p{margin:0;font-size:.9rem}
.top ul{display:flex;flex-wrap:wrap;gap:.1rem 1rem;list-style:none;margin:.3rem 0 0;padding:0}
.top li{margin:0}
.top nav a{display:inline-block;padding:.25rem 0;color:var(--ink);text-decoration:none}
.top nav a:hover{text-decoration:underline}
.top nav a[aria-current]{font-weight:700;border-bottom:.2rem solid var(--open)}
.lead{font-size:1.1rem}
.text{white-space:pre-line}
.unit .word,h2 .word{margin-left:.4rem;vertical-align:.1em}
.unit{scroll-margin-top:.5rem;padding:.9rem 1.1rem 1rem;margin:1.25rem 0}
.unit>h2{border:0;margin:0 0 .2rem;padding:0;font-size:1.15rem;line-height:1.35}
.unit:target{outline:3px solid var(--open);outline-offset:2px}
.unit>h2 .id{font-size:.85em;margin-right:.4rem}
.unit>h2 .id a{color:inherit}
.unit dl{color:var(--ink);font-size:.95rem;grid-template-columns:minmax(7rem,10rem) 1fr;
margin-top:.8rem}
.unit dt{color:var(--soft)}
.unit dd>p:first-child{margin-top:0}
.test{margin:.2rem 0}
.tree{border-left:2px solid var(--line);padding-left:1.2rem;margin-left:.1rem}
.kind{font-weight:600}
.slot{background:var(--card);border:1px dotted var(--line);border-radius:.25rem;padding:0 .2rem}
.unit .slot{background:var(--page)}
code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.88em}
blockquote{margin:.2rem 0;padding-left:.8rem;border-left:3px solid var(--line);font-style:italic}
details{margin-top:.9rem}
.group{border-bottom:1px solid var(--line);margin:0;padding:.6rem 0;scroll-margin-top:.5rem}
.group>summary h2{display:inline;border:0;margin:0;padding:0;font-size:1.15rem}
.group>summary .id,.group>summary small{margin-left:.6rem;color:var(--soft);font-weight:400}
.names{display:block;font-size:.9rem;font-weight:400;color:var(--soft);padding-left:1rem}
[open]>summary>.names{display:none}
summary{font-size:1rem;margin:0}
details[open]>summary{margin-bottom:.4rem}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.75rem;
margin:1rem 0;padding:0;list-style:none}
.tiles li{margin:0;border:1px solid var(--line);border-left:.3rem solid var(--tone,var(--line));
border-radius:.4rem;padding:.5rem .8rem;background:var(--card)}
.tiles b{display:block;font-size:1.5rem;line-height:1.2}
.list{list-style:none;padding:0}
.list li{padding:.45rem 0;border-bottom:1px solid var(--line);margin:0}
.list small{display:block}
.columns{columns:15rem;padding-left:1.2rem}
.unit>h3:first-child{margin-top:0;font-size:1.05rem}
.gap{color:var(--bad);font-weight:600}
.ok{color:var(--good);font-weight:600}
.find{margin:1rem 0}
.find label{display:block;font-size:.85rem;color:var(--soft)}
.find input{width:100%;font:inherit;padding:.5rem .7rem;color:inherit;background:var(--page);
border:1px solid var(--soft);border-radius:.4rem}
.find output{font-size:.85rem;color:var(--soft)}
button{font:inherit;font-size:.85rem;color:inherit;background:var(--card);padding:.25rem .8rem;
border:1px solid var(--soft);border-radius:.4rem;cursor:pointer}
[hidden]{display:none!important}
th[scope=row]{font-size:inherit;color:inherit;font-weight:600}
.count td,.count th+th{text-align:right;min-width:3rem}
.cross td{text-align:center;min-width:2.4rem}
.cross th[scope=row],.cross thead th:first-child{position:sticky;left:0;background:var(--page)}
.cross .on{background:var(--card);font-weight:700}
svg{display:block;font:12px system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif}
svg text{fill:var(--ink)}
svg .soft,svg .axis text{fill:var(--soft)}
svg .box{fill:var(--card);stroke:var(--line)}
svg .mandatory .box{stroke:var(--bad)}svg .negotiable .box{stroke:var(--warn)}
svg .advisory .box{stroke:var(--open)}
svg a{text-decoration:none}
svg .edge{fill:none;stroke:var(--soft);stroke-opacity:.35}
svg .node:hover .edge,svg .node:focus-within .edge,svg .node:target .edge,svg .edge.lit{
stroke:var(--open);stroke-opacity:1;stroke-width:2.2}
svg .node:hover .box,svg .node:focus-within .box,svg .node:target .box,svg .lit .box{
stroke:var(--open);stroke-width:2.5}
svg .node,svg .node:focus-visible,svg a:focus-visible{outline:none}
svg .line{fill:none;stroke:var(--open);stroke-width:2.5}
svg .grid{stroke:var(--line)}svg .day{stroke:var(--warn);stroke-dasharray:4 3}
svg .dot{fill:var(--open)}
.end{max-width:76rem;margin:2rem auto 0;padding:.75rem 1rem 2rem;font-size:.85rem;
color:var(--soft)}
.end p{margin:.2rem 0}
@media (max-width:34rem){.unit{padding:.7rem .8rem}.unit dl{grid-template-columns:1fr}
.tiles{grid-template-columns:1fr 1fr}}
@media print{.top,.skip,.find,button{display:none}a{color:inherit}.unit{break-inside:auto}
svg .edge{stroke-opacity:.6}}
"""
)

SCRIPT = """
"use strict";
(()=>{
const all=(what,where=document)=>[...where.querySelectorAll(what)];
const make=(name,more={})=>Object.assign(document.createElement(name),more);
for(const [number,list] of all("[data-find]").entries()){
const units="units" in list.dataset;
const rows=units?all(".unit",list):[...list.children];
const groups=units?all("details.group",list):[];
const before=groups.map(group=>group.open);
if(rows.length<6)continue;
const texts=rows.map(row=>row.textContent.toLowerCase());
const box=make("div",{className:"find"});
box.setAttribute("role","search");
const input=make("input",{type:"search",id:"find-"+number,autocomplete:"off"});
const label=make("label",{htmlFor:input.id,textContent:"Search: "+list.dataset.find});
const said=make("output",{htmlFor:input.id});
const look=()=>{
const words=input.value.toLowerCase().split(/\\s+/).filter(Boolean);
let shown=0;
rows.forEach((row,at)=>{row.hidden=!words.every(word=>texts[at].includes(word));
if(!row.hidden)shown++;});
groups.forEach((group,at)=>{
const some=all(".unit",group).some(one=>!one.hidden);
group.hidden=!some;
group.open=words.length?some:before[at];
});
said.textContent=words.length?shown+" of "+rows.length:"";
};
input.addEventListener("input",look);
box.append(label,input,said);
(list.closest(".wide")||list).before(box);
}
const folded=all("main details");
if(folded.length>2){
const button=make("button",{type:"button",textContent:"Open all"});
button.addEventListener("click",()=>{
const open=button.textContent==="Open all";
folded.forEach(one=>{one.open=open;});
button.textContent=open?"Close all":"Open all";
});
const head=document.querySelector("h1");
(head.nextElementSibling||head).after(button);
}
const unfold=()=>{
const id=decodeURIComponent(location.hash.slice(1));
const found=id&&document.getElementById(id);
if(found)for(let at=found;at;at=at.parentElement)if(at.tagName==="DETAILS")at.open=true;
};
addEventListener("hashchange",unfold);
unfold();
addEventListener("beforeprint",()=>folded.forEach(one=>{one.open=true;}));
addEventListener("keydown",event=>{
if(event.key!=="/"||event.ctrlKey||event.metaKey||event.altKey)return;
if(/^(input|textarea|select)$/i.test(event.target.tagName))return;
const field=document.querySelector(".find input");
const link=document.querySelector("a[data-search]");
event.preventDefault();
if(field)field.focus();else if(link)location.href=link.href;
});
for(const map of all("svg.map")){
const edges=all(".edge",map);
const light=(node,on)=>{
const id=node.dataset.node;
for(const edge of edges){
if(edge.dataset.from!==id&&edge.dataset.to!==id)continue;
edge.classList.toggle("lit",on);
const other=edge.dataset.from===id?edge.dataset.to:edge.dataset.from;
for(const far of all("[data-node]",map))
if(far.dataset.node===other)far.classList.toggle("lit",on);
}};
for(const node of all("[data-node]",map))
for(const [event,on] of [["mouseenter",true],["mouseleave",false],["focusin",true],
["focusout",false]])node.addEventListener(event,()=>light(node,on));
}
})();
"""


def _digest(said: str) -> str:
    return base64.b64encode(hashlib.sha256(said.encode()).digest()).decode()


POLICY = (
    f"default-src 'none'; style-src 'sha256-{_digest(CSS)}'; "
    f"script-src 'sha256-{_digest(SCRIPT)}'; base-uri 'none'; form-action 'none'"
)
