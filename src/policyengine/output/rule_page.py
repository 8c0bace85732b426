"""A rule as a person reads it: what `explain` prints, as data and as a page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from policyengine import core
from policyengine.output import rule_derived, words
from policyengine.output.rule_words import FORBIDS, REQUIRES, Teller, put_condition
from policyengine.output.text import Page, Style, pad
from policyengine.schema import TermsSchema
from policyengine.source import columns, visible
from policyengine.types import Type

#: level: what it means for a deal
LEVELS = {
    "mandatory": "a deal that fails it is rejected",
    "negotiable": "a deal that fails it is acceptable only once this is settled",
    "advisory": "advice: it never changes the verdict",
}
#: what a deal fills in, in a sentence of a rule
_SLOT = re.compile(r"\{([A-Za-z_][A-Za-z0-9_.]*)\}")


def row(rule: core.Rule) -> dict[str, Any]:
    """A rule in a list."""
    return {"rule": rule.id, "level": rule.level, "title": rule.title}


def listing(rows: Sequence[Mapping[str, Any]], style: Style) -> str:
    """All rules, a line each, those that decide first."""
    rows = sorted(rows, key=lambda r: list(LEVELS).index(r["level"]))
    page = Page(style)
    width = max((columns(visible(r["rule"])) for r in rows), default=0)
    for r in rows:
        lead = pad(visible(r["rule"], 60), width)
        page.put((lead, "bold"), f"  {pad(r['level'], 10)}  {r['title']}", hang=width + 14)
    return page.text()


def describe(rule: core.Rule, policy: core.Policy, schema: TermsSchema) -> dict[str, Any]:
    """A rule as plain data; conditions are trees as `rule_words.Teller.tree` makes them."""
    teller = Teller(policy, schema)
    parts = [part for part in (rule.condition, rule.applies, rule.unless) if part is not None]
    nodes = _nodes(parts, policy)
    names = _unique(n.name for n in nodes if isinstance(n, core.Parameter))
    names += [n for n in _in_templates(rule) if n not in names]
    source = rule.source
    return {
        **row(rule),
        "form": rule.form,
        "condition": teller.tree(rule.condition),
        "applies": None if rule.applies is None else teller.tree(rule.applies),
        "unless": None if rule.unless is None else teller.tree(rule.unless),
        "effective": {
            "from": rule.effective_from and rule.effective_from.isoformat(),
            "until": rule.effective_until and rule.effective_until.isoformat(),
        },
        "because": _template(rule.because, teller),
        "ask": _template(rule.ask, teller),
        "public": _public(rule.public, teller),
        "source": source and {"ref": source.ref, "quote": source.quote, "file": source.file},
        "focus": rule.focus,
        "action": rule.action,
        "expected": rule.expected,
        "tags": list(rule.tags),
        "parameters": {name: _parameter(policy.parameters[name]) for name in names},
        "terms": [
            _term(path, schema) for path in _paths([*nodes, *_said(rule)]) if path in schema.terms
        ],
        "derived": [
            rule_derived.describe(name, teller)
            for name in _unique(map(_derived, nodes))
            if name is not None
        ],
        "location": {"file": rule.span.file, "line": rule.span.line, "column": rule.span.column},
    }


def _public(public: core.Public | None, teller: Teller) -> dict[str, Any] | None:
    """What the other side may read of a rule."""
    if public is None:
        return None
    parts = {"say": public.say, "open": public.open, "ask": public.ask}
    return {key: _template(part, teller) for key, part in parts.items()}


def _nodes(parts: Sequence[core.Expr], policy: core.Policy) -> list[core.Expr]:
    """Every node of some expressions, and of what is worked out for them, each name once."""
    found = [node for part in parts for node in core.walk(part)]
    seen: set[str] = set()
    for node in found:  # grows while it is walked: a definition may use another
        name = _derived(node)
        if name is None or name in seen:
            continue
        seen.add(name)
        if name in policy.definitions:
            found.extend(core.walk(policy.definitions[name].value))
        elif name.startswith("score."):
            card = policy.scorecards[name.removeprefix("score.")]
            for item in card.items:
                found.extend([*core.walk(item.when), *core.walk(item.points)])
    return found


def _derived(node: core.Expr) -> str | None:
    """The name of what is worked out before, where a node reads it."""
    if isinstance(node, core.ScoreOf):
        return f"score.{node.id}"
    return node.name if isinstance(node, core.Derived) else None


def _unique(names: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(names))


def _paths(nodes: Sequence[core.Expr]) -> list[str]:
    return _unique(n.path for n in nodes if isinstance(n, core.Term | core.Stated))


def _in_templates(rule: core.Rule) -> list[str]:
    return _unique(p.name for p in _said(rule) if isinstance(p, core.Parameter))


def _said(rule: core.Rule) -> list[Any]:
    """What the rule's own sentences are made of."""
    return [part for t in (rule.because, rule.ask) if t is not None for part in t.parts]


def _parameter(declared: core.ParameterValue) -> Any:
    value = declared.value
    if isinstance(value, core.Dated):
        return [{"from": start.isoformat(), "value": v} for start, v in value.values]
    return value


def _term(path: str, schema: TermsSchema) -> dict[str, Any]:
    spec = schema.terms[path]
    found = {
        "path": path,
        "label": spec.label,
        "type": spec.type.kind,
        "unit": spec.unit,
        "values": list(spec.type.enum or (spec.type.item.enum if spec.type.item else ()) or ()),
        "fields": [
            {"name": name, "label": spec.field_titles.get(name), "type": one.kind, "unit": one.unit}
            for name, one in _fields(spec.type)
        ],
    }
    return {**found, "default": spec.default} if spec.has_default else found


def _fields(of: Type, *above: str) -> Iterator[tuple[str, Type]]:
    """The fields of what a list holds, or of an object within it, by the path below an element."""
    while of.item is not None:
        of = of.item
    for name, one in of.fields or ():
        yield ".".join((*above, name)), one
        yield from _fields(one, *above, name)


def _template(template: core.Template | None, teller: Teller) -> str | None:
    """A sentence with its parameters filled in; terms stay `{path}`: there is no deal."""
    if template is None:
        return None
    parts = []
    for part in template.parts:
        if isinstance(part, str):
            parts.append(part)
        elif isinstance(part, core.Parameter):
            dated = isinstance(teller.policy.parameters[part.name].value, core.Dated)
            said = teller.value(part, words.value)
            parts.append("{" + said + "}" if dated else said)
        else:
            name = getattr(part, "path", None) or getattr(part, "name", None) or part.span.text
            parts.append("{" + str(name) + "}")
    return "".join(parts)


# the page -----------------------------------------------------------------------------------


def page(rule: Mapping[str, Any], style: Style) -> str:
    """What `describe` found, to read."""
    made = Page(style)
    made.put((visible(rule["rule"], 60), "bold"), "  ", (rule["title"], "bold"), hang=2)
    made.put(f"{rule['level']}: {LEVELS[rule['level']]}")
    made.blank()
    verb = FORBIDS if rule["form"] == "forbid" else REQUIRES
    for lead, key in ((verb, "condition"), ("Only when", "applies"), ("Unless", "unless")):
        if rule[key] is not None:
            put_condition(made, lead, rule[key])
    dates = rule["effective"]
    if dates["from"] or dates["until"]:
        until = f" until {dates['until']}" if dates["until"] else ""
        made.put(("In force:", "bold"), f" from {dates['from'] or 'the beginning'}{until}", hang=2)
    made.blank()
    for lead, key in (
        ("Because:", "because"),
        ("Ask:", "ask"),
        ("Focus:", "focus"),
        ("Action:", "action"),
        ("Expected:", "expected"),
    ):
        if rule[key]:
            made.put((lead, "bold"), f" {_named(rule[key], rule)}", hang=2)
    told = {key: text for key, text in (rule["public"] or {}).items() if text}
    for key, text in told.items():
        made.put((f"To the other side, {key}:", "bold"), f" {_named(text, rule)}", hang=2)
    _put_source(made, rule["source"])
    _put_parameters(made, rule["parameters"])
    _put_terms(made, rule["terms"])
    rule_derived.put(made, rule["derived"])
    made.blank()
    where = rule["location"]
    made.put((f"{where['file']}:{where['line']}", "dim"))
    return made.text()


def _named(text: str, rule: Mapping[str, Any]) -> str:
    """A sentence in one line, with what a deal fills in by its label, in brackets."""
    labels = {term["path"]: term["label"] for term in rule["terms"] if term["label"]}
    made = _SLOT.sub(lambda slot: f"[{labels.get(slot[1], slot[1])}]", text)
    return " ".join(made.split())


def _put_source(made: Page, source: Mapping[str, Any] | None) -> None:
    if not source:
        return
    said = ", ".join(str(source[key]) for key in ("ref", "file") if source[key])
    quote = f'{": " if said else ""}"{source["quote"]}"' if source["quote"] else ""
    made.put(("Source:", "bold"), f" {said}{quote}", hang=2)


def _put_parameters(made: Page, parameters: Mapping[str, Any]) -> None:
    if parameters:
        made.blank()
        made.put(("Parameters", "bold"))
    for name, value in parameters.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            value = ", ".join(f"{words.value(v['value'])} from {v['from']}" for v in value)
        else:
            value = words.value(value)
        made.put(f"{name} = {value}", indent=2, hang=4)


def _kind(term: Mapping[str, Any]) -> str:
    return f"{term['type']} in {term['unit']}" if term["unit"] else str(term["type"])


def _put_terms(made: Page, terms: Sequence[Mapping[str, Any]]) -> None:
    if terms:
        made.blank()
        made.put(("Terms it reads", "bold"))
    for term in terms:
        said = f"{term['path']}: {term['label']}" if term["label"] else term["path"]
        made.put(said, (f" ({_kind(term)})", "dim"), indent=2, hang=4)
        for field in term["fields"]:
            name = f"{field['name']}: {field['label']}" if field["label"] else field["name"]
            made.put(f"- {name}", (f" ({_kind(field)})", "dim"), indent=4, hang=6)
        if term["values"]:
            lead = "any of" if term["type"] == "list" else "one of"
            made.put(f"{lead} {', '.join(map(str, term['values']))}", indent=4, hang=6)
        if "default" in term:
            made.put(f"silence means {words.value(term['default'])}", indent=4, hang=6)
