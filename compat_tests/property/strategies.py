"""Draw operator calls from the typed parameters in ``compat_tests/spec/ops.json``."""

from __future__ import annotations

import ast
import json
from functools import cache

from hypothesis import strategies as st

from compat_tests.store import HERE

INPUT = "NDArray-or-Symbol"
AXES = st.integers(-2, 2)
NUMBERS = st.integers(-2000, 2000).map(lambda n: n / 1000)
BY_TYPE = {
    "boolean": st.booleans(),
    "int": AXES,
    "int (non-negative)": st.integers(0, 3),
    "float": NUMBERS,
    "double": NUMBERS,
    "Shape(tuple)": st.lists(AXES, max_size=2, unique=True),
}
BY_TYPE["Shape or None"] = st.none() | BY_TYPE["Shape(tuple)"]
BY_TYPE["int or None"] = st.none() | AXES
BY_TYPE["float or None"] = st.none() | NUMBERS


@cache
def specification():
    """Return the registry as dumped, aliases resolved."""
    table = json.loads((HERE / "spec" / "ops.json").read_text("utf-8"))
    return {
        name: table[entry["real"]] if "real" in entry else entry for name, entry in table.items()
    }


def inputs_of(name):
    """Return the names of an operator's array inputs."""
    return [arg for arg, kind in specification()[name]["args"] if kind == INPUT]


def parameters(name, without=()):
    """Draw keyword arguments for operator ``name``; optional ones are often left out."""
    required, optional = {}, {}
    for arg, text in specification()[name]["args"]:
        if text.startswith(INPUT) or arg in without:
            continue
        (required if "required" in text else optional)[arg] = parameter(text)
    return st.fixed_dictionaries(required, optional=optional)


def parameter(text):
    """Turn a typed parameter text (``int, optional, default='1'``) into a strategy."""
    if text.startswith("{"):
        choices = sorted(ast.literal_eval(text[: text.index("}") + 1]), key=str)
        return st.sampled_from(choices)
    kind = text.split(",")[0]
    if kind not in BY_TYPE:
        raise ValueError(f"no strategy for parameters of type {kind!r} yet")
    return BY_TYPE[kind]


@st.composite
def array(draw, shape=None, dtype="float32"):
    """Draw an array argument; ``shape`` may be a strategy of lists."""
    sizes = draw(shape if shape is not None else shapes())
    count = 1
    for size in sizes:
        count *= size
    flat = draw(st.lists(NUMBERS, min_size=count, max_size=count))
    if "int" in dtype:
        flat = [int(abs(n) * 3) for n in flat]
    return {"numbers": _nested(flat, sizes), "shape": sizes, "dtype": dtype}


def shapes(low=1, high=3):
    """Draw a shape of ``low`` to ``high`` dimensions of 1 to 3."""
    return st.lists(st.integers(1, 3), min_size=low, max_size=high)


@st.composite
def broadcastable(draw):
    """Draw two shapes of equal length that broadcast, or now and then do not."""
    left = draw(shapes())
    right = [draw(st.sampled_from([size, size, size, 1, 2])) for size in left]
    return left, right


def _nested(flat, sizes):
    if not sizes:
        return flat[0]
    step = len(flat) // sizes[0]
    return [_nested(flat[i * step : (i + 1) * step], sizes[1:]) for i in range(sizes[0])]
