"""Inputs and small tools for parity bodies, the same bits under both interpreters."""

from __future__ import annotations

import contextlib
import io
import random

from compat_tests.observe import Observed, error, settle

INTEGERS = ("int8", "uint8", "int32", "int64")
FLOATS = ("float16", "float32", "float64")
DTYPES = FLOATS + INTEGERS
"""The numeric dtypes MXNet's operators take (bool is apart)."""


def numbers(dtype, shape, seed=0, low=None, high=None):
    """Draw a nested list for ``shape``: floats of three decimals, ints or bools by ``dtype``.

    The draw depends on ``shape``, ``seed``, ``low`` and ``high`` alone, so float dtypes get the
    same numbers.
    """
    shape = (shape,) if isinstance(shape, int) else tuple(shape)
    kind = "bool" if dtype == "bool" else ("int" if "int" in dtype else "float")
    draws = random.Random(f"{shape!r}/{seed!r}/{kind}")
    if low is None:
        low = 0 if dtype == "uint8" else (-5 if kind == "int" else -2.0)
    if high is None:
        high = 5 if kind == "int" else 2.0

    def draw():
        if kind == "bool":
            return draws.random() < 0.5
        if kind == "int":
            return draws.randint(int(low), int(high))
        return round(draws.uniform(low, high), 3)

    def nested(sizes):
        return [nested(sizes[1:]) for _ in range(sizes[0])] if sizes else draw()

    return nested(shape)


def arrays(front, dtype, *shapes, **options):
    """Make one array per shape with ``front.array``; options ``seed``, ``low``, ``high``, ``ctx``.

    ``front`` is ``mx.nd`` or ``mx.np``. Two equal shapes in one call get different numbers. Always
    a list.
    """
    seed, ctx = options.pop("seed", 0), options.pop("ctx", None)
    made = []
    for index, shape in enumerate(shapes):
        shape = (shape,) if isinstance(shape, int) else tuple(shape)
        if 0 in shape:
            made.append(front.zeros(shape, dtype=dtype, ctx=ctx))
        else:
            drawn = numbers(dtype, shape, seed=f"{seed}/{index}", **options)
            made.append(front.array(drawn, dtype=dtype, ctx=ctx))
    return made


def array(front, dtype, shape, **options):
    """Make a single array; see ``arrays``."""
    return arrays(front, dtype, shape, **options)[0]


def attempt(fn, *args, **kwargs):
    """Call ``fn``; return its value, or the observed error when it raises, at once or delayed."""
    try:
        return settle(fn(*args, **kwargs))
    except NameError:  # a slip in the body, not an observation
        raise
    except Exception as raised:
        return Observed(error(raised))


def grads(mx, fn, *inputs, **options):
    """Record ``fn(*inputs)``, go backward and return ``{"out": ..., "grads": [...]}``.

    Options: ``head`` (head gradient, or a list of them for several outputs), ``grad_req``,
    ``train_mode``.
    """
    head, grad_req = options.pop("head", None), options.pop("grad_req", "write")
    train = options.pop("train_mode", True)
    if options:
        raise TypeError(f"grads() knows head, grad_req and train_mode, not {sorted(options)}")
    for x in inputs:
        x.attach_grad(grad_req)
    with mx.autograd.record(train_mode=train):
        out = fn(*inputs)
    outputs = list(out) if isinstance(out, (list, tuple)) else [out]
    heads = head if head is None or isinstance(head, (list, tuple)) else [head]
    mx.autograd.backward(outputs, heads, train_mode=train)
    return {"out": out, "grads": [x.grad for x in inputs]}


def printed(*values, **options):
    """Observe what ``print(*values)`` writes; its numbers are compared at float32 tolerance."""
    page = io.StringIO()
    with contextlib.redirect_stdout(page):
        print(*values, **options)
    return Observed({"printed": page.getvalue()})
