"""Write ``mxshim/contrib/amp/lists/*.txt``: which operators MXNet 1.9.1 runs in which precision.

    ORACLE scripts/dump_amp_lists.py

Run it by the interpreter that has the reference. A line holds a list's name and its operators.
"""

from __future__ import annotations

from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "mxshim" / "contrib" / "amp" / "lists"
HEAD = "# Operators by precision, as MXNet 1.9.1 lists them; by scripts/dump_amp_lists.py\n"


def main():
    """Write the files anew."""
    from mxnet.contrib.amp import lists

    for module in ("symbol_fp16", "symbol_bf16"):
        held = vars(getattr(lists, module))
        lines = [
            f"{name} {' '.join(value)}\n"
            for name, value in sorted(held.items())
            if isinstance(value, list) and all(isinstance(each, str) for each in value)
        ]
        (TARGET / f"{module}.txt").write_text(HEAD + "".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
