"""A comparison described by plain values, made and judged by ``mx.test_utils`` on either side."""

from __future__ import annotations

import contextlib
import io

import numpy as np

BROKEN = ("IndexError", "AttributeError", "ZeroDivisionError")
"""What MXNet's report dies of where a number or another shape was broadcast."""


def arrays(case):
    """Make two NumPy arrays that differ by ``gap`` tolerances and ``step`` units in the last place.

    ``case``: shape, dtypes, scale, gap, step, rtol, atol, seed, and ``special``, a value that is
    put into one array (0), the other (1) or both (2).
    """
    draws = np.random.RandomState(case["seed"])
    first, second = case["dtypes"]
    right = np.asarray(draws.randn(*case["shape"]) * case["scale"]).astype(second)
    wide = right.astype("float64")
    reach = (case["atol"] or 0.001) + (case["rtol"] or 0.0001) * abs(wide)
    left = np.asarray(wide + case["gap"] * reach * draws.choice([-1, 1], case["shape"]))
    left = left.astype(first)
    if left.dtype.kind == "f":
        left = (left + np.spacing(left) * np.array(case["step"], first)).astype(first)
    if case["special"] is not None and left.size:
        value, where = case["special"]
        for number, part in enumerate((left, right)):
            if part.dtype.kind == "f" and where in (number, 2):
                part[(0,) * part.ndim] = value
    return left, right


def judge(mx, case):
    """Return the verdict: None, or the error's class and text, and what is printed."""
    held = []
    for kind, values in zip(case["kinds"], arrays(case)):
        make = (lambda v: v) if kind == "numpy" else getattr(mx, kind).array
        held.append(values if kind == "numpy" else make(values, dtype=values.dtype))
    check = getattr(mx.test_utils, case["check"])
    page = io.StringIO()
    quiet = contextlib.redirect_stdout(page)
    with mx.util.np_shape(True), mx.util.np_array(True), np.printoptions(), quiet:
        try:
            raised = check(*held, case["rtol"], case["atol"], **case["options"])
        except Exception as error:
            name = type(error).__name__
            # Only AssertionError carries a text that is MXNet's.
            told = str(error).splitlines() if name == "AssertionError" else None
            raised = ["AssertionError" if name in BROKEN else name, told]
    return raised, page.getvalue().splitlines()
