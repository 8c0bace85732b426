"""YAML as people and tools write it: any style, any indentation, comments anywhere."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import yaml

from fuzz.generate import Generator
from policyengine.errors import DocumentError
from policyengine.formatting.tree import read
from policyengine.nodes import plain
from policyengine.reading import read_yaml
from policyengine.source import Source

_TEXTS = [
    *("a: b", "x #y", "- z", "", "yes", "2025-01-01", " lead", "trail ", "multi\nline", "null"),
    *("multi\n\nline\n", "é\u200b", "{a} b", "long " * 40, "word " * 30 + "z", "[x", "1.5", "0x1f"),
    *(".5", "#c", 'q"u', "b\\s", "it's", "%d", "@a", "`b", "a,b", "k:v", "a:", "?", "-", ": x"),
    *("tab\tx", "end\n\n", "\n", "\nx", " x\ny", "a  b " + "word " * 30 + "z", "!x", "&a", "*a"),
    *("=", "<<", "---", "... x", "x\n  y\nz\n", "1e400", "0o17", "12:30", "~", "$x", "a\n\n\nb"),
]
_KEYS = ["a", "b", "d e", "f.g", "1x", "level", "id", "because", "a: b", "é"]


class _Dumper(yaml.SafeDumper):
    """Shares what is shared, collections only."""

    def ignore_aliases(self, data: Any) -> bool:
        return not (isinstance(data, list | dict) and data)


def written(data: Any, chosen: random.Random) -> str:
    """Data as YAML, each part in a style of its own."""

    class Styled(_Dumper):
        pass

    def text(dumper: Any, value: str) -> Any:
        style = chosen.choice([None, None, "'", '"', "|", ">"])
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)

    def mapping(dumper: Any, value: dict[str, Any]) -> Any:
        flow = chosen.random() < 0.3
        return dumper.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=flow)

    def sequence(dumper: Any, value: list[Any]) -> Any:
        flow = chosen.random() < 0.4
        return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=flow)

    def number(dumper: Any, value: Decimal) -> Any:
        text = f"{value:f}"
        return dumper.represent_scalar(
            f"tag:yaml.org,2002:{'float' if '.' in text else 'int'}", text
        )

    Styled.add_representer(str, text)
    Styled.add_representer(Decimal, number)
    Styled.add_representer(dict, mapping)
    Styled.add_representer(list, sequence)
    made: str = yaml.dump(
        data,
        Dumper=Styled,
        sort_keys=False,
        width=chosen.choice([40, 80, 200]),
        indent=chosen.choice([2, 4]),
        allow_unicode=chosen.random() < 0.5,
        explicit_start=chosen.random() < 0.1,
    )
    return made


def some_data(chosen: random.Random, depth: int = 0) -> Any:
    """Nested data with texts that are hard to quote."""
    kind = chosen.random()
    if depth > 3 or kind < 0.45:
        return chosen.choice([*_TEXTS, chosen.randint(-5, 100), None, True, 0.5])
    if kind < 0.75:
        keys = (f"{chosen.choice(_KEYS)}{n}" for n in range(chosen.randint(0, 4)))
        made = {key: some_data(chosen, depth + 1) for key in keys}
        if depth == 0 and chosen.random() < 0.3:
            made |= {"first": made.copy(), "shared": made}
            made["again"] = made["first"]
        return {k: v for k, v in made.items() if v is not made}
    return [some_data(chosen, depth + 1) for _ in range(chosen.randint(0, 4))]


def some_policy(chosen: random.Random) -> Any:
    return Generator(chosen.randint(0, 10**6)).policy()


def with_comments(text: str, chosen: random.Random) -> str:
    """The text with comments and empty lines between its lines and at their ends, wherever
    they say nothing."""
    says = plain(read_yaml(Source("x", text)))
    lines = text.split("\n")
    for number in range(chosen.randint(0, 8)):
        made = list(lines)
        at, note = chosen.randrange(len(lines)), f"# note {number}"
        kind = chosen.choice(["line", "end", "blank"])
        if kind == "line":
            made.insert(at, " " * chosen.choice([0, 0, 2, 4, 6, 8]) + note)
        elif kind == "end":
            made[at] += f"  {note}"
        else:
            made.insert(at, chosen.choice(["", "  "]))
        source = Source("x", "\n".join(made))
        try:
            same = plain(read_yaml(source)) == says
        except DocumentError:
            continue
        if same and (kind == "blank" or note in comments(source.text)):
            lines = made
    return "\n".join(lines)


def comments(text: str) -> list[str]:
    """The comments of a text, in order."""
    return [comment.text for comment in read(Source("x", text)).comments]
