"""The look of an HTML page: light and dark, narrow and wide, on screen and on paper."""

CSS = """
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--page:#fff;--card:#f6f8fa;
--line:#d0d7de;--bad:#b42318;--open:#0b5cad;--warn:#8a5a00;--good:#136c2e;--plain:#57606a}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9aa4af;--page:#0f1318;
--card:#181d24;--line:#30363d;--bad:#ff8a80;--open:#7cc0ff;--warn:#e3b341;--good:#6fdd8b;
--plain:#9aa4af}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);overflow-wrap:anywhere;
font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:52rem;margin:0 auto;padding:1.5rem 1rem 3rem}
h1,h2,h3,p,li,td,th,dt,dd,summary,span,b,small{unicode-bidi:isolate}
h1{font-size:1.15rem;font-weight:600;margin:0;color:var(--soft)}
h2{font-size:1.25rem;margin:2.25rem 0 .75rem;padding-bottom:.3rem;
border-bottom:1px solid var(--line)}
h3{font-size:1.02rem;margin:0 0 .35rem;line-height:1.4}
p{margin:.35rem 0}
ul,ol{margin:.35rem 0;padding-left:1.35rem}
li{margin:.3rem 0}
small,.soft{color:var(--soft);font-size:.85rem}
a{color:inherit}
.bad{--tone:var(--bad)}.open{--tone:var(--open)}.warn{--tone:var(--warn)}
.good{--tone:var(--good)}.plain{--tone:var(--plain)}
.answer{border-left:.4rem solid var(--tone);padding:.2rem 0 .2rem 1rem}
.verdict{font-size:clamp(1.6rem,5vw,2.2rem);line-height:1.2;font-weight:700;margin:.25rem 0;
color:var(--tone)}
.word{display:inline-block;border:1px solid var(--tone);color:var(--tone);border-radius:1rem;
padding:0 .55rem;font-size:.8rem;font-weight:600;white-space:nowrap}
.act{background:var(--card);border:1px solid var(--line);border-radius:.5rem;
padding:.25rem 1rem .5rem;margin-top:1.5rem}
.act h2{border:0;margin:.75rem 0 .25rem;padding:0}
.act>ol>li{margin:.55rem 0}
section:not(.act)>ol>li{margin:.7rem 0}
section:not(.act)>ol>li>ul{list-style:none;margin:0;padding:0}
.card{border:1px solid var(--line);border-left:.3rem solid var(--tone);border-radius:.4rem;
padding:.7rem 1rem;margin:.75rem 0}
.id{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.9em;
color:var(--soft);font-weight:500}
.ask{border-top:1px dashed var(--line);margin-top:.6rem;padding-top:.45rem}
.note{display:block}
pre{background:var(--card);border:1px solid var(--line);border-radius:.4rem;padding:.6rem .8rem;
overflow-x:auto;white-space:pre-wrap;font-size:.85rem}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.93rem}
th,td{text-align:left;vertical-align:top;padding:.4rem .75rem .4rem 0;
border-bottom:1px solid var(--line);min-width:4.5rem;overflow-wrap:break-word}
th{font-size:.8rem;color:var(--soft);font-weight:600}
summary{cursor:pointer;font-size:1.1rem;font-weight:600;margin-top:1.5rem}
footer{margin-top:3rem;border-top:1px solid var(--line);padding-top:.75rem}
footer h2{border:0;font-size:1rem;margin:0 0 .5rem;padding:0}
dl{display:grid;grid-template-columns:minmax(8rem,14rem) 1fr;gap:.25rem 1rem;margin:0;
font-size:.85rem;color:var(--soft)}
dd{margin:0}
.answer h2{border:0;margin:0;padding:0;color:var(--soft);font-size:1.15rem}
.index{margin-bottom:3rem}
article+article{border-top:.3rem double var(--line);margin-top:3rem;padding-top:2rem}
@media (max-width:34rem){dl{grid-template-columns:1fr}dd{margin-bottom:.5rem}
.card{padding:.6rem .75rem}
.index thead{display:none}.index tr{display:block;padding:.6rem 0;
border-bottom:1px solid var(--line)}.index td{display:block;border:0;padding:.1rem 0}}
@media print{:root{color-scheme:light;--ink:#000;--soft:#444;--page:#fff;--card:#fff;--line:#999;
--bad:#8c1a10;--open:#08427c;--warn:#634000;--good:#0c4c20;--plain:#444}
body{font-size:10.5pt}main{max-width:none;padding:0}h2,h3{break-after:avoid}
.card,tr,.act li{break-inside:avoid}article+article{break-before:page;border:0;margin:0;padding:0}
details::details-content{content-visibility:visible;block-size:auto}}
"""
