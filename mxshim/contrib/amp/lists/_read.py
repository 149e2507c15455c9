"""Read the lists of operators."""

from __future__ import annotations

from pathlib import Path

#: Operators that need float32 with some values of a parameter: operator, parameter, values.
CONDITIONAL = (
    ("Activation", "act_type", ("softrelu",)),
    ("LeakyReLU", "act_type", ("elu", "selu")),
)


def read(stem):
    """Return the lists of one file by name."""
    text = Path(__file__).with_name(f"{stem}.txt").read_text(encoding="utf-8")
    rows = (line.split() for line in text.splitlines() if not line.startswith("#"))
    return {name: operators for name, *operators in rows}


def conditional():
    """Return the conditional operators, as lists that a program may change."""
    return [(op, name, list(values)) for op, name, values in CONDITIONAL]
