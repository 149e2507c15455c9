"""Write ``mxshim/_core/graph_names.txt``: MXNet 1.9.1's operators as symbol files name them.

    python scripts/dump_graph_names.py OPS_JSON [--check]

The input is the census of the installed reference's registry. A line holds the name that files
store, the operator's inputs (``*data`` takes any number) and, after a bar, its other names.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "mxshim" / "_core" / "graph_names.txt"
HEAD = "# MXNet 1.9.1's operators, their inputs, their aliases; by scripts/dump_graph_names.py\n"


def table(census: dict[str, dict]) -> str:
    """Return the text of the table; operators that only gradients call are left out."""
    aliases = defaultdict(list)
    for name, record in census.items():
        if record.get("real", name) != name:
            aliases[record["real"]].append(name)
    lines = []
    for name, record in sorted(census.items()):
        if record.get("real", name) != name or name.startswith("_backward"):
            continue
        inputs = [
            "*" * kind.endswith("[]") + argument
            for argument, kind in record["args"]
            if kind.startswith(("NDArray", "Symbol"))
        ]
        lines.append(" ".join([name, *inputs, "|", *sorted(aliases[name])]).rstrip(" |"))
    return HEAD + "\n".join(lines) + "\n"


def main() -> int:
    """Write the table, or with ``--check`` tell whether it is up to date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("census", type=Path)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    text = table(json.loads(options.census.read_text(encoding="utf-8")))
    if options.check:
        return int(TARGET.read_text(encoding="utf-8") != text)
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
