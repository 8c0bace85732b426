"""A rule as a person reads it: what `explain` prints, as data and as a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from policyengine import core
from policyengine.output import words
from policyengine.output.text import Page, Style, pad
from policyengine.schema import TermsSchema
from policyengine.source import columns, visible
from policyengine.values.numbers import to_text

#: level: what it means for a deal
LEVELS = {
    "mandatory": "a deal that fails it is rejected",
    "negotiable": "a deal that fails it is acceptable only once this is settled",
    "advisory": "advice: it never changes the verdict",
}
FORBIDS, REQUIRES = "It forbids", "It requires"


def over(kind: str, count: int | None = None, *, lead: str | None = None) -> str:
    """The words over a group of conditions: after `lead`, or within another group. Whoever
    forbids has to say whether each of them is meant, or only all together."""
    if lead == FORBIDS:
        return {
            "all": "these together",
            "any": "each of these",
            "not": "the contrary of this",
            "some_of": f"any {count} of these together",
        }[kind]
    return {
        "all": "all of these" if lead else "all of these together",
        "any": "any of these",
        "not": "not this",
        "some_of": f"at least {count} of these",
    }[kind]


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
    """A rule as plain data; conditions are trees of `all`, `any`, `not`, `some_of`, text."""
    parts = [part for part in (rule.condition, rule.applies, rule.unless) if part is not None]
    nodes = _nodes(parts, policy)
    names = _unique(n.name for n in nodes if isinstance(n, core.Parameter))
    names += [n for n in _in_templates(rule) if n not in names]
    source = rule.source
    return {
        **row(rule),
        "form": rule.form,
        "condition": _tree(rule.condition, policy, schema),
        "applies": None if rule.applies is None else _tree(rule.applies, policy, schema),
        "unless": None if rule.unless is None else _tree(rule.unless, policy, schema),
        "effective": {
            "from": rule.effective_from and rule.effective_from.isoformat(),
            "until": rule.effective_until and rule.effective_until.isoformat(),
        },
        "because": _template(rule.because, policy),
        "ask": _template(rule.ask, policy),
        "public": _public(rule.public, policy),
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
            _derived(name, policy)
            for name in _unique(n.name for n in nodes if isinstance(n, core.Derived))
        ],
        "location": {"file": rule.span.file, "line": rule.span.line, "column": rule.span.column},
    }


def _public(public: core.Public | None, policy: core.Policy) -> dict[str, Any] | None:
    """What the other side may read of a rule."""
    if public is None:
        return None
    parts = {"say": public.say, "open": public.open, "ask": public.ask}
    return {key: _template(part, policy) for key, part in parts.items()}


def _nodes(parts: Sequence[core.Expr], policy: core.Policy) -> list[core.Expr]:
    """Every node of some expressions, and of what is worked out for them, each name once."""
    found = [node for part in parts for node in core.walk(part)]
    seen: set[str] = set()
    for node in found:  # grows while it is walked: a definition may use another
        if isinstance(node, core.Derived) and node.name not in seen:
            seen.add(node.name)
            if node.name in policy.definitions:
                found.extend(core.walk(policy.definitions[node.name].value))
    return found


def _derived(name: str, policy: core.Policy) -> dict[str, Any]:
    known = policy.definitions.get(name)
    if known is None:
        return {"name": name, "table": False, "text": None, "location": None}
    table = isinstance(known.value, core.Table)
    span = known.span
    return {
        "name": name,
        "table": table,
        "text": None if table else known.value.span.text,
        "location": {"file": span.file, "line": span.line, "column": span.column},
    }


def _unique(names: Any) -> list[str]:
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
    }
    return {**found, "default": spec.default} if spec.has_default else found


def _tree(expr: core.Expr, policy: core.Policy, schema: TermsSchema) -> Any:
    match expr:
        case core.And(parts=parts):
            return {"all": [_tree(part, policy, schema) for part in parts]}
        case core.Or(parts=parts):
            return {"any": [_tree(part, policy, schema) for part in parts]}
        case core.Not(of=of):
            return {"not": _tree(of, policy, schema)}
        case core.AtLeast(count=number, parts=parts):
            below = [_tree(part, policy, schema) for part in parts]
            return {"some_of": {"at_least": number, "of": below}}
        case core.Leaf():
            return _leaf(expr, policy, schema)
        case core.Const(value=bool() as value):
            return "always" if value else "never"
    return visible(expr.span.text, 200)


def _leaf(leaf: core.Leaf, policy: core.Policy, schema: TermsSchema) -> str:
    """`Concession is at least 50 years`, or the expression as it stands."""
    _, name, said = fact(leaf, policy, schema, labelled=True)
    return f"{name} {said}" if name else said


def fact(
    leaf: core.Leaf, policy: core.Policy, schema: TermsSchema, *, labelled: bool = False
) -> tuple[str, str, str]:
    """A test as the path or name of what it is about, that in words, and what it says of it; an
    expression as nothing, nothing and itself. `labelled` adds people's words for values."""
    text = "".join(p if isinstance(p, str) else _value(p, policy) for p in leaf.text)
    subject = leaf.subject
    path = getattr(subject, "path", None) or getattr(subject, "name", None) or ""
    spec = schema.terms.get(path)
    unit = spec.unit if spec else None
    listed = spec is not None and spec.type.kind == "list"
    labels = spec.labels if labelled and spec is not None else {}
    said = words.phrase(text, True, unit, listed=listed, labels=labels, codes=True)
    said = said if path else None
    if said is None:
        return "", "", text
    return path, words.name(path, spec.label if spec else None), words.as_fact(said)


def _value(expr: core.Expr, policy: core.Policy, shown: Callable[[Any], str] | None = None) -> str:
    shown = shown or _constant
    if isinstance(expr, core.Const):
        return shown(expr.value)
    if isinstance(expr, core.Parameter):
        value = policy.parameters[expr.name].value
        if isinstance(value, core.Dated):
            return f"parameters.{expr.name}"
        return shown(value)
    if isinstance(expr, core.ListOf):
        return ", ".join(_value(item, policy, shown) for item in expr.items)
    if isinstance(expr, core.Term):
        return expr.path
    return visible(expr.span.text, 120)


def _constant(value: Any) -> str:
    """As the text of a leaf has it: a number without groups, which comes with its unit."""
    return to_text(value) if isinstance(value, Decimal) else words.value(value)


def _template(template: core.Template | None, policy: core.Policy) -> str | None:
    """A sentence with its parameters filled in; terms stay `{path}`: there is no deal."""
    if template is None:
        return None
    parts = []
    for part in template.parts:
        if isinstance(part, str):
            parts.append(part)
        elif isinstance(part, core.Parameter):
            parts.append(_value(part, policy, words.value))
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
            _put_condition(made, lead, rule[key])
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
    _put_derived(made, rule["derived"])
    made.blank()
    where = rule["location"]
    made.put((f"{where['file']}:{where['line']}", "dim"))
    return made.text()


def _named(text: str, rule: Mapping[str, Any]) -> str:
    """A sentence in one line, with the labels of terms in the place of their paths."""
    for term in rule["terms"]:
        if term["label"]:
            text = text.replace("{" + term["path"] + "}", "{" + term["label"] + "}")
    return " ".join(text.split())


def _put_condition(made: Page, lead: str, tree: Any) -> None:
    if isinstance(tree, str):
        made.put((f"{lead}:", "bold"), f" {tree}", hang=2)
        return
    kind, parts = _group(tree, lead)
    made.put((f"{lead} {kind}:", "bold"))
    _put_parts(made, parts, 2)


def _put_parts(made: Page, parts: Sequence[Any], indent: int) -> None:
    for part in parts:
        if isinstance(part, str):
            made.put(f"- {part}", indent=indent, hang=indent + 2)
        else:
            kind, below = _group(part)
            made.put(f"- {kind}:", indent=indent)
            _put_parts(made, below, indent + 2)


def _group(tree: Mapping[str, Any], lead: str | None = None) -> tuple[str, list[Any]]:
    kind, parts = next(iter(tree.items()))
    if kind == "some_of":
        return over(kind, parts["at_least"], lead=lead), parts["of"]
    return over(kind, lead=lead), parts if isinstance(parts, list) else [parts]


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


def _put_derived(made: Page, derived: Sequence[Mapping[str, Any]]) -> None:
    if derived:
        made.blank()
        made.put(("Worked out before", "bold"))
    for value in derived:
        what = "a decision table" if value["table"] else visible(value["text"] or "", 200)
        where = value["location"]
        place = f"  {where['file']}:{where['line']}" if where else ""
        made.put(f"{value['name']}: {what}", (place, "dim"), indent=2, hang=4)


def _put_terms(made: Page, terms: Sequence[Mapping[str, Any]]) -> None:
    if terms:
        made.blank()
        made.put(("Terms it reads", "bold"))
    for term in terms:
        said = f"{term['path']}: {term['label']}" if term["label"] else term["path"]
        kind = f"{term['type']} in {term['unit']}" if term["unit"] else term["type"]
        made.put(said, (f" ({kind})", "dim"), indent=2, hang=4)
        if term["values"]:
            lead = "any of" if term["type"] == "list" else "one of"
            made.put(f"{lead} {', '.join(map(str, term['values']))}", indent=4, hang=6)
        if "default" in term:
            made.put(f"silence means {words.value(term['default'])}", indent=4, hang=6)
