"""Functions bound to another seam."""

from __future__ import annotations

import inspect
import types

import pytest

import mxshim as mx
from mxshim._core.twins import twins
from mxshim.numpy import _arguments as of_arrays
from mxshim.symbol.numpy import _arguments as of_symbols

#: Names through which a function would reach arrays past the seam.
PAST_THE_SEAM = {"ndarray", "NDArray", "Tensor", "call", "make", "check_class", "OPS"}


def family(source: str) -> types.ModuleType:
    module = types.ModuleType("family")
    exec(source, vars(module))
    return module


SOURCE = """
__all__ = ["outer", "inner", "own"]
LIMIT = 3
def invoke(x): return ("array", x)
def outer(x, *, times=2): return [inner(x)] * times + [own(x), _help(x)]
def inner(x): return invoke(x), LIMIT
def own(x): return "array's"
def _help(x): return invoke(-x)
def closure():
    kept = 1
    def made(): return kept
    return made
made = closure()
"""


def test_twins_call_each_other_through_the_other_seam():
    module, seam = family(SOURCE), types.ModuleType("seam")
    seam.invoke, seam.__all__ = lambda x: ("symbol", x), ["invoke"]
    found = twins([module], seam, {"own": lambda x: "symbol's"}, "home")
    assert sorted(found) == ["inner", "outer"]
    pair = ("symbol", 5), 3
    assert found["outer"](5, times=1) == [pair, "symbol's", ("symbol", -5)]
    assert module.outer(5, times=1) == [(("array", 5), 3), "array's", ("array", -5)]
    assert found["outer"].__module__ == "home"
    assert inspect.signature(found["outer"]) == inspect.signature(module.outer)


def test_families_over_several_modules():
    first = family("__all__ = ['base']\ndef base(x): return invoke(x)\ndef invoke(x): return x")
    second = types.ModuleType("second")
    vars(second).update(base=first.base, __all__=["top"])
    exec("def top(x): return base(x)", vars(second))
    seam = types.ModuleType("seam")
    seam.invoke, seam.__all__ = lambda x: [x], ["invoke"]
    assert twins([second, first], seam, {}, "home")["top"](1) == [1]


def test_seams_have_the_same_names():
    assert of_arrays.__all__ == of_symbols.__all__
    for name in of_arrays.__all__:
        ours, theirs = getattr(of_arrays, name), getattr(of_symbols, name)
        if inspect.isfunction(ours):
            assert inspect.signature(ours) == inspect.signature(theirs), name
        elif isinstance(ours, dict):
            assert ours.keys() == theirs.keys(), name


def shared(module: types.ModuleType) -> list[str]:
    return [
        name
        for name in module.__all__
        if vars(module).get(name) is not None
        and vars(module)[name].__code__.co_filename.split("/")[-3:-1] != ["symbol", "numpy"]
    ]


@pytest.mark.parametrize("name", ["np", "np.linalg", "np.random", "npx.random"])
def test_shared_functions_keep_to_the_seam(name):
    module = mx.sym
    for part in name.split("."):
        module = getattr(module, part)
    found = shared(module)
    assert len(found) > 2
    for each in found:
        function = vars(module)[each]
        if function.__closure__ is None:
            reached = set(function.__code__.co_names) & PAST_THE_SEAM
            assert not reached, f"{name}.{each} reaches {reached}"
