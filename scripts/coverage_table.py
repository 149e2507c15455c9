"""Write the README's coverage table: how many of MXNet's names there are, by module and tier.

    python scripts/coverage_table.py            write the table between the README's markers
    python scripts/coverage_table.py --check    fail when the README's table is stale
    python scripts/coverage_table.py --missing mx.nd    list what is missing in a row, by tier

The names and tiers come from ``mxshim/_core/surface.txt``, what is there from mxshim itself: a name
counts when looking it up succeeds. Whether it does what MXNet does is for compat_tests to say.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import mxshim  # noqa: E402
from mxshim._core.missing import Owner, surface  # noqa: E402

README = ROOT / "README.md"
BEGIN, END = "<!-- coverage:begin -->", "<!-- coverage:end -->"
TIERS = {1: "d2l", 2: "toolkits", 3: "the rest"}
LONG = {"nd": "ndarray", "sym": "symbol", "np": "numpy", "npx": "numpy_extension"}


def resolve(owner: str) -> object | None:
    """Return the module or class that the list calls ``owner``, or None when it is not there."""
    found: object = mxshim
    path = "mxshim"
    for part in owner.split(".")[1:]:
        path += "." + (LONG.get(part, part) if path in ("mxshim", "mxshim.symbol") else part)
        try:
            found = getattr(found, part)
        except AttributeError:
            try:
                found = importlib.import_module(path)
            except ImportError:
                return None
    return found


def has(found: object | None, kind: str, name: str) -> bool:
    """Tell whether ``found`` has the member; what every class has from ``object`` is none."""
    if found is None:
        return False
    if kind == "class" and isinstance(found, type):
        return any(name in vars(base) for base in found.__mro__[:-1])
    return hasattr(found, name)


def row_of(owner: str, kind: str) -> str:
    """Return the row that an owner belongs to: two components of its module, three in gluon."""
    parts = owner.split(".")
    if kind == "class":
        parts = parts[:-1]
    return ".".join(parts[: 3 if parts[1:2] == ["gluon"] else 2])


def count() -> dict[str, dict[int, list[tuple[str, bool]]]]:
    """Return, by row and tier, each counted name and whether mxshim has it."""
    rows: dict[str, dict[int, list[tuple[str, bool]]]] = defaultdict(lambda: defaultdict(list))
    owner: str
    record: Owner
    for owner, record in surface().items():
        found = resolve(owner)
        for name in sorted(record.counted):
            tier = record.members[name]
            if tier in TIERS:
                row = row_of(owner, record.kind)
                rows[row][tier].append((f"{owner}.{name}", has(found, record.kind, name)))
    return rows


def render() -> str:
    """Return the table in Markdown."""
    rows = count()
    lines = [
        "| module | " + " | ".join(f"tier {tier}: {who}" for tier, who in TIERS.items()) + " |",
        "| --- |" + " ---: |" * len(TIERS),
    ]
    total: dict[int, list[tuple[str, bool]]] = defaultdict(list)
    for row, tiers in sorted(rows.items()):
        for tier, names in tiers.items():
            total[tier] += names
        lines.append(f"| `{row}` | " + " | ".join(_share(tiers[tier]) for tier in TIERS) + " |")
    lines.append("| **all** | " + " | ".join(_share(total[tier]) for tier in TIERS) + " |")
    return "\n".join(lines)


def _share(names: list[tuple[str, bool]]) -> str:
    return f"{sum(there for _, there in names)} / {len(names)}" if names else ""


def list_missing(row: str) -> None:
    """Print the names that a row lacks."""
    for tier, names in sorted(count()[row].items()):
        lacking = [name for name, there in names if not there]
        print(f"tier {tier}: {len(lacking)} missing", *lacking, sep="\n    ")


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="fail when the table is stale")
    parser.add_argument("--missing", metavar="ROW", help="list what a row lacks")
    args = parser.parse_args()
    if args.missing:
        list_missing(args.missing)
        return 0
    text = README.read_text(encoding="utf-8")
    head, rest = text.split(BEGIN)
    _, tail = rest.split(END)
    fresh = f"{head}{BEGIN}\n{render()}\n{END}{tail}"
    if args.check:
        if fresh != text:
            print("README.md: the coverage table is stale; run python scripts/coverage_table.py")
        return int(fresh != text)
    README.write_text(fresh, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
