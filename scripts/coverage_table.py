"""Write the README's coverage table: how many of MXNet's names there are, by module and tier.

    python scripts/coverage_table.py            write the table between the README's markers
    python scripts/coverage_table.py --check    fail when the README's table is stale, or when a
                                                finished set of names lacks one
    python scripts/coverage_table.py --check gluon-symbol    check one set, finished or not
    python scripts/coverage_table.py --missing mx.nd    list what is missing in a row, by tier

The names and tiers come from ``mxshim/_core/surface.txt``, what is there from mxshim itself: a name
counts when looking it up succeeds. The check of a set lists every name that is missing and every
signature that refuses a call which MXNet takes (``compat_tests/spec/surface.json`` holds MXNet's).
Whether a name does what MXNet does is for compat_tests to say.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from compat_tests.surface import ABSENT, find, reference, signature_fault  # noqa: E402
from mxshim._core.missing import Owner, surface  # noqa: E402

README = ROOT / "README.md"
BEGIN, END = "<!-- coverage:begin -->", "<!-- coverage:end -->"
TIERS = {1: "d2l", 2: "toolkits", 3: "the rest"}


# ---- names that are to be there all, with MXNet's signatures


class NameSet(NamedTuple):
    """The names of some rows (all rows when empty) and tiers.

    A plain ``--check`` includes a finished set.
    """

    rows: tuple[str, ...] = ()
    tiers: tuple[int, ...] = tuple(TIERS)
    finished: bool = False

    def names(self) -> Iterator[str]:
        """Yield the set's names."""
        for row, tiers in count().items():
            if not self.rows or row in self.rows:
                for tier in self.tiers:
                    yield from (name for name, _ in tiers[tier])


SETS = {
    "gluon-symbol": NameSet(
        rows=(
            "mx.callback", "mx.executor", "mx.gluon", "mx.gluon.loss", "mx.gluon.model_zoo",
            "mx.gluon.nn", "mx.gluon.parameter", "mx.gluon.rnn", "mx.gluon.utils",
            "mx.initializer", "mx.lr_scheduler", "mx.metric", "mx.model", "mx.monitor",
            "mx.optimizer", "mx.sym", "mx.test_utils", "mx.visualization",
        ),
        finished=True,
    ),
    "tier1": NameSet(tiers=(1,), finished=True),
}  # fmt: skip

#: What no set asks for, by pattern, and why. A pattern that covers no missing name is an error.
EXCEPTIONS = {
    "*.__del__": "frees a handle of the C library; Python frees what mxshim holds",
    "*.get_last_ffi_error": "reads the last error of the C library",
    "mx.*.contrib.backward_*": "the second half of an operator, shown by a slip of its name",
}

#: The module under which MXNet shows operators of a prefix: they wait for the operator itself.
OPERATOR_PREFIXES = {
    "mx.sym": ("",),
    "mx.sym.op": ("",),
    "mx.sym.contrib": ("_contrib_",),
    "mx.sym.image": ("_image_",),
    "mx.sym.linalg": ("_linalg_",),
    "mx.sym.np": ("_npi_", "_np_"),
    "mx.sym.npx": ("_npx_",),
    "mx.sym.sparse": ("_sparse_", ""),
}


def check_set(title: str) -> list[str]:
    """Return a line for everything that a set lacks, and print what was looked at."""
    wanted = sorted(set(SETS[title].names()))
    held = {name: find(name) for name in wanted}
    absent = [name for name in wanted if held[name] is ABSENT]
    excused = {name for name in absent if any(fnmatchcase(name, p) for p in EXCEPTIONS)}
    waiting = {name for name in absent if waits_for_operator(name)} - excused
    faults = [f"{name}: missing" for name in absent if name not in excused | waiting]
    there = [name for name in wanted if held[name] is not ABSENT]
    faults += [fault for name in there if (fault := signature_fault(name, held[name]))]
    compared = sum(len(reference().get(name, ())) > 1 for name in there)
    print(
        f"{title}: {len(there)} of {len(wanted)} names are there, {compared} signatures compared, "
        f"{len(waiting)} names wait for their operator, {len(excused)} are excepted, "
        f"{len(faults)} faults"
    )
    if waiting:
        print("waiting:", *sorted(waiting))
    return faults


def waits_for_operator(name: str) -> bool:
    """Tell whether a name is that of an operator of MXNet that mxshim does not have."""
    owner, _, member = name.rpartition(".")
    known = [prefix + member for prefix in OPERATOR_PREFIXES.get(owner, ())]
    known = [operator for operator in known if operator in operators_of_mxnet()]
    return bool(known) and not any(operator in operators() for operator in known)


@cache
def operators_of_mxnet() -> frozenset[str]:
    """Return the names of MXNet's operators."""
    path = ROOT / "compat_tests" / "spec" / "ops.json"
    return frozenset(json.loads(path.read_text(encoding="utf-8")))


@cache
def operators() -> frozenset[str]:
    """Return the names of mxshim's operators."""
    import mxshim._ops  # noqa: F401 (fills the registry)
    from mxshim._core.registry import OPS

    return frozenset(OPS)


def idle_exceptions() -> list[str]:
    """Return a line for each exception that excuses nothing."""
    absent = [
        name for row in count().values() for names in row.values() for name, t in names if not t
    ]
    return [
        f"EXCEPTIONS: {pattern} covers no missing name"
        for pattern in EXCEPTIONS
        if not any(fnmatchcase(name, pattern) for name in absent)
    ]


# ---- the table


def row_of(owner: str, kind: str) -> str:
    """Return the row that an owner belongs to: two components of its module, three in gluon."""
    parts = owner.split(".")
    if kind == "class":
        parts = parts[:-1]
    return ".".join(parts[: 3 if parts[1:2] == ["gluon"] else 2])


@cache
def count() -> dict[str, dict[int, list[tuple[str, bool]]]]:
    """Return, by row and tier, each counted name and whether mxshim has it."""
    rows: dict[str, dict[int, list[tuple[str, bool]]]] = defaultdict(lambda: defaultdict(list))
    owner: str
    record: Owner
    for owner, record in surface().items():
        for member in sorted(record.counted):
            tier = record.members[member]
            if tier in TIERS:
                name = f"{owner}.{member}"
                rows[row_of(owner, record.kind)][tier].append((name, find(name) is not ABSENT))
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
        for tier in TIERS:
            total[tier] += tiers[tier]
        lines.append(f"| `{row}` | " + " | ".join(_share(tiers[tier]) for tier in TIERS) + " |")
    lines.append("| **all** | " + " | ".join(_share(total[tier]) for tier in TIERS) + " |")
    return "\n".join(lines)


def _share(names: list[tuple[str, bool]]) -> str:
    return f"{sum(there for _, there in names)} / {len(names)}" if names else ""


def list_missing(row: str) -> None:
    """Print the names that a row lacks."""
    for tier, names in sorted(count()[row].items()):
        lacking = [name for name, there in names if not there]
        if names:
            print(f"tier {tier}: {len(lacking)} missing", *lacking, sep="\n    ")


def fresh_readme(text: str) -> str:
    """Return the README's text with the table as it is now."""
    head, rest = text.split(BEGIN)
    _, tail = rest.split(END)
    return f"{head}{BEGIN}\n{render()}\n{END}{tail}"


# ---- the command line


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--check",
        nargs="?",
        const="",
        choices=["", *SETS],
        metavar="SET",
        help=f"fail when the table is stale, or names of a set lack ({', '.join(SETS)})",
    )
    parser.add_argument("--missing", metavar="ROW", help="list what a row lacks")
    args = parser.parse_args()
    text = README.read_text(encoding="utf-8")
    if args.missing:
        list_missing(args.missing)
    elif args.check is None:
        README.write_text(fresh_readme(text), encoding="utf-8")
    elif args.check:
        return _tell(check_set(args.check))
    else:
        faults = idle_exceptions()
        for title, names in SETS.items():
            if names.finished:
                faults += check_set(title)
        if fresh_readme(text) != text:
            faults.append("README.md: the coverage table is stale; run scripts/coverage_table.py")
        return _tell(faults)
    return 0


def _tell(faults: list[str]) -> int:
    """Print the faults; return the exit status."""
    if faults:
        print(*faults, sep="\n")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
