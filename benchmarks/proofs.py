"""How long an audit takes over the number of rules: `python -m benchmarks.proofs`.

Writes the table in docs/proofs.md and docs/proofs.svg.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from benchmarks import generate, ours
from policyengine import Policy
from policyengine.analysis.audit.run import audit
from policyengine.analysis.borders import borders
from policyengine.analysis.equivalence import compare_policies

SIZES = (30, 100, 300)
DOCS = Path(__file__).resolve().parents[1] / "docs"
_MARK = "<!-- growth -->\n"
_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM = 640, 300, 60, 20, 40


def measure(rules: int) -> dict[str, float]:
    """Processor seconds of each question on so many generated rules."""
    with tempfile.TemporaryDirectory() as folder:
        policy = Policy.load(ours.write(generate.base(rules), Path(folder)))
    found: dict[str, float] = {}
    begun = time.process_time()
    made = audit(policy, seconds=600)
    found["analyze"] = time.process_time() - begun
    found["findings"] = len(made.findings)
    found["questions"] = made.asked
    found["open"] = len(made.open)
    begun = time.process_time()
    borders(policy)
    found["borders"] = time.process_time() - begun
    begun = time.process_time()
    compare_policies(policy, policy, seconds=600)
    found["diff --prove"] = time.process_time() - begun
    return found


def table(rows: dict[int, dict[str, float]]) -> str:
    lines = [
        "| rules | analyze | findings | questions asked | open | borders | diff --prove, same |",
        "|---|---|---|---|---|---|---|",
    ]
    for size, row in rows.items():
        lines.append(
            f"| {size} | {row['analyze']:.1f} s | {row['findings']:.0f} | {row['questions']:,.0f} "
            f"| {row['open']:.0f} | {row['borders']:.1f} s | {row['diff --prove']:.1f} s |"
        )
    return "\n".join(lines) + "\n"


def svg(rows: dict[int, dict[str, float]]) -> str:
    """Seconds over rules, both from zero."""
    names = ("analyze", "borders", "diff --prove")
    colours = ("#4269d0", "#efb118", "#3ca951")
    most = max(row[name] for row in rows.values() for name in names) or 1.0
    widest = max(rows)

    def x(size: int) -> float:
        return round(_LEFT + (_WIDTH - _LEFT - 130) * size / widest, 1)

    def y(seconds: float) -> float:
        return round(_HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * seconds / most, 1)

    font = 'font-family="sans-serif" font-size="12"'
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" {font}>',
        "<title>Processor seconds of questions about rules, over the number of rules</title>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
        f'<path d="M{_LEFT} {_TOP}V{_HEIGHT - _BOTTOM}H{_WIDTH - 130}" fill="none" stroke="#888"/>',
        f'<text x="{_LEFT - 6}" y="{y(most) + 4}" text-anchor="end">{most:.1f} s</text>',
        f'<text x="{_LEFT - 6}" y="{y(0) + 4}" text-anchor="end">0</text>',
    ]
    at = f'y="{_HEIGHT - _BOTTOM + 16}" text-anchor="middle"'
    out += [f'<text x="{x(size)}" {at}>{size}</text>' for size in rows]
    foot = f'x="{(_LEFT + _WIDTH - 130) / 2}" y="{_HEIGHT - 8}"'
    out.append(f'<text {foot} text-anchor="middle">rules</text>')
    for name, colour in zip(names, colours, strict=True):
        points = [(x(size), y(row[name])) for size, row in rows.items()]
        path = "M" + "L".join(f"{a} {b}" for a, b in points)
        out.append(f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        out += [f'<circle cx="{a}" cy="{b}" r="3" fill="{colour}"/>' for a, b in points]
        a, b = points[-1]
        out.append(f'<text x="{a + 8}" y="{b + 4}" fill="{colour}">{name}</text>')
    out.append("</svg>")
    return "\n".join(out) + "\n"


def main() -> None:
    rows = {size: measure(size) for size in SIZES}
    made = table(rows)
    page = DOCS / "proofs.md"
    head, _, rest = page.read_text("utf-8").partition(_MARK)
    _, _, rest = rest.partition("\n![")
    page.write_text(f"{head}{_MARK}\n{made}\n![{rest}", "utf-8")
    (DOCS / "proofs.svg").write_text(svg(rows), "utf-8")
    print(made)


if __name__ == "__main__":
    main()
