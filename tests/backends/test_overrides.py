"""Overrides against the bodies they stand for, and every operator on channels-last arrays."""

from __future__ import annotations

import importlib
import os
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import mxshim._ops  # noqa: F401  (declares the operators)
from mxshim._backends import base, cpu, onednn, override
from mxshim._backends.onednn import library
from mxshim._core import registry
from mxshim._core.device import CPU
from tests.samples import Sample, load
from tests.test_gradients import operator

#: Calls large enough, and of the right form, for overrides that small samples do not reach.
LARGE = [
    Sample("Activation", [(8, 16, 10, 9)], {"act_type": act}) for act in ("relu", "sigmoid", "tanh")
]
LARGE += [
    Sample("LeakyReLU", [(8, 16, 10, 9)], {"act_type": "gelu"}),
    Sample("exp", [(8, 16, 17, 16)]),
    Sample("relu", [(8, 16, 17, 16)]),
    Sample("sigmoid", [(8, 16, 17, 16)]),
    Sample("softmax", [(40, 30)]),
    Sample("log_softmax", [(4, 10, 40)]),
    Sample("LayerNorm", [(6, 7, 32), (32,), (32,)], {}),
    Sample("Convolution", [(2, 1, 12, 12), (6, 1, 5, 5), (6,)],
           {"kernel": (5, 5), "num_filter": 6, "pad": (2, 2)}),
    Sample("Convolution", [(2, 32, 6, 6), (16, 32, 3, 3), (16,)],
           {"kernel": (3, 3), "num_filter": 16, "stride": (2, 2), "pad": (1, 1)}),
    Sample("Convolution", [(2, 32, 7, 6), (16, 32, 3, 3)],
           {"kernel": (3, 3), "num_filter": 16, "dilate": (2, 1), "no_bias": True}),
    Sample("Convolution", [(2, 16, 8, 8), (16, 1, 3, 3), (16,)],
           {"kernel": (3, 3), "num_filter": 16, "num_group": 16}),
    Sample("Convolution", [(2, 16, 8, 8), (16, 4, 3, 3), (16,)],
           {"kernel": (3, 3), "num_filter": 16, "num_group": 4, "pad": (1, 1)}),
    Sample("Convolution", [(2, 3, 14, 12), (8, 3, 5, 5), (8,)],
           {"kernel": (5, 5), "num_filter": 8, "stride": (2, 1), "pad": (2, 2)}),
    Sample("Convolution", [(2, 6, 9, 9), (8, 6, 5, 5), (8,)], {"kernel": (5, 5), "num_filter": 8}),
    Sample("Convolution", [(2, 16, 12, 12), (16, 16, 1, 1), (16,)],
           {"kernel": (1, 1), "num_filter": 16}),
    Sample("Convolution", [(2, 32, 15, 16), (16, 32, 1, 1)],
           {"kernel": (1, 1), "num_filter": 16, "stride": (2, 2), "no_bias": True}),
    Sample("Convolution", [(2, 8, 20), (8, 8, 3), (8,)], {"kernel": (3,), "num_filter": 8}),
    Sample("Deconvolution", [(2, 8, 5, 5), (8, 4, 4, 4)],
           {"kernel": (4, 4), "num_filter": 4, "stride": (2, 2), "pad": (1, 1)}),
    Sample("BatchNorm", [(4, 8, 6, 6), *[(8,)] * 4], {"fix_gamma": False}, low=0.5, training=True),
    Sample("BatchNorm", [(4, 8, 6, 6), *[(8,)] * 4], {}, low=0.5, training=True),
    Sample("BatchNorm", [(4, 8, 6, 6), *[(8,)] * 4], {"use_global_stats": True}, low=0.5),
]  # fmt: skip
LARGE += [
    Sample("Pooling", [(2, 8, 7, 7)], {"kernel": (3, 2), "stride": (2, 2), "pad": (1, 1),
                                       "pool_type": kind, "count_include_pad": False})
    for kind in ("max", "avg")
]  # fmt: skip
LARGE += [
    Sample("Pooling", [(2, 8, size, 7)], {"kernel": (3, 3), "stride": (2, 2), "pad": (1, 1),
                                          "pool_type": kind})
    for kind in ("max", "avg") for size in (7, 8)
]  # fmt: skip
LARGE += [
    Sample("Pooling", [(2, 8, 7, 7)], {"global_pool": True, "pool_type": kind})
    for kind in ("max", "avg")
]
# one window as large as the map, which padding shifts off it, and one that is the map
LARGE += [
    Sample("Pooling", [(4, 256, 3, 3)], {"kernel": (3, 3), "stride": (4, 4), "pad": (pad, pad),
                                         "pool_type": kind})
    for kind in ("max", "avg", "sum") for pad in (0, 1)
]  # fmt: skip

SAMPLES = [*load(), *LARGE]
EVERY = pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s.label)


@pytest.fixture(autouse=True)
def no_thresholds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let overrides take small arrays too."""
    for module in pkgutil.iter_modules(onednn.__path__, f"{onednn.__name__}."):
        loaded = importlib.import_module(module.name)
        if hasattr(loaded, "SMALL"):
            monkeypatch.setattr(loaded, "SMALL", 0)


def permuted(array: Any) -> Any:
    """Lay an array (n, c, ...) out channels last."""
    if array is None or array.ndim < 3:
        return array
    axes = (0, *range(2, array.ndim), 1)
    return np.ascontiguousarray(array.transpose(axes)).transpose(0, -1, *range(1, array.ndim - 1))


def laid(arrays: list[Any]) -> list[Any]:
    """Lay arrays, and those in tuples, out channels last."""
    return [tuple(map(permuted, a)) if isinstance(a, tuple) else permuted(a) for a in arrays]


def arguments(sample: Sample) -> tuple[registry.Op, list[Any], dict[str, Any]]:
    """Return the operator, its arrays in single precision and all its parameters."""
    op, params = operator(sample)
    supplied = {"training": sample.training, "context": CPU, "notes": None, "target": None}
    for name, what in op.supplied.items():
        if what not in supplied:
            pytest.skip(f"asks for {what}")
        params = params | {name: supplied[what]}
    arrays = [a.astype("float32") if a.dtype == "float64" else a for a in sample.arrays("float32")]
    if not op.variadic:
        arrays += [None] * (len(op.inputs) - len(arrays))
    return op, arrays, params


def copies(arrays: list[Any], lay: Any = None) -> list[Any]:
    made = [None if a is None else a.copy() for a in arrays]
    return made if lay is None else [lay(a) for a in made]


def several(result: Any) -> list[Any]:
    return list(result) if isinstance(result, (tuple, list)) else [result]


def body_of(kernel: Any) -> Any:
    return getattr(kernel, "__wrapped__", kernel)


def heads(result: Any, lay: Any) -> Any:
    """Make head gradients: uneven for the first output, zero for the others."""
    made = []
    for position, out in enumerate(map(np.asarray, several(result))):
        values = np.cos(np.arange(out.size) + 1.0).reshape(out.shape).astype(out.dtype)
        made.append(lay(values) if position == 0 else np.zeros_like(out))
    return tuple(made) if isinstance(result, tuple) else made[0]


def agree(found: Any, wanted: Any) -> None:
    for ours, theirs in zip(several(found), several(wanted), strict=True):
        ours, theirs = (a.dense() if hasattr(a, "dense") else a for a in (ours, theirs))
        if theirs is None or not hasattr(theirs, "dtype") or theirs.dtype.kind != "f":
            continue
        assert ours.shape == theirs.shape and ours.dtype == theirs.dtype
        scale = max(1.0, float(np.abs(np.nan_to_num(theirs)).max(initial=0)))
        np.testing.assert_allclose(ours, theirs, rtol=3e-5, atol=3e-6 * scale)


def names(op: registry.Op, positions: Any) -> tuple[str, ...]:
    if positions is None:
        return (op.inputs[-1],)
    if isinstance(positions, int):
        return (op.inputs[positions],)
    return tuple(op.inputs[i] for i in positions)


@EVERY
def test_any_memory_order(sample: Sample) -> None:
    """Forward and gradient of channels-last arrays equal those of arrays in order."""
    op, arrays, params = arguments(sample)
    if op.name.startswith(("_image", "_cvimread", "Custom", "_Native", "_NDArray")):
        pytest.skip("pictures and callbacks")
    if sample.random or sample.bodies is not list or "notes" in op.supplied.values():
        pytest.skip("random numbers, subgraphs, notes from forward to gradient")
    given = copies(arrays)
    plain = body_of(op.forward)(cpu.xp, *given, **params)
    shuffled = copies(arrays, permuted)
    found = op.forward(cpu.xp.inner, *shuffled, **params)
    agree(found, plain)
    for positions, pull in op.pulls:
        wrt = {positions} if isinstance(positions, int) else set(positions or ())
        if not sample.grad or (wrt and not wrt & set(sample.variables())):
            continue
        wanted = body_of(pull)(cpu.xp, heads(plain, lambda a: a), plain, *given, **params)
        relaid = tuple(map(permuted, found)) if isinstance(found, tuple) else permuted(found)
        pulled = pull(cpu.xp.inner, heads(plain, permuted), relaid, *shuffled, **params)
        agree(pulled, wanted)


def accepted(name: str, inputs: tuple[str, ...]) -> Iterator[tuple[Any, Any, Any]]:
    """Yield, for every sample of an operator, what each override and what the body returns."""
    for sample in SAMPLES:
        if registry.get(sample.op).name != name:
            continue
        op, arrays, params = arguments(sample)
        given = copies(arrays)
        wanted = body_of(op.forward)(cpu.xp, *given, **params)
        kernels: Any = override.candidates(name, ())
        if inputs:
            head = heads(wanted, lambda a: a)
            pull = next(pull for where, pull in op.pulls if names(op, where) == inputs)
            given = [head, wanted, *given]
            wanted = body_of(pull)(cpu.xp, *copy_of(given), **params)
            kernels = override.candidates(name, inputs)
        for kernel in kernels:
            for xp, held in (
                (cpu.xp, given), (cpu.xp.inner, given), (cpu.xp.inner, laid(given))
            ):  # fmt: skip
                yield kernel, kernel(xp, *copy_of(held), **params), wanted


def copy_of(arrays: list[Any]) -> list[Any]:
    return [
        tuple(part.copy("K") for part in a)
        if isinstance(a, tuple)
        else None
        if a is None
        else a.copy("K")
        for a in arrays
    ]


def declared() -> list[tuple[str, tuple[str, ...]]]:
    for name in override.PLACES:
        override.candidates(name, ())
    return sorted(
        {(name, inputs) for module, name, inputs in override._FOUND if module.startswith("onednn")}
    )


@pytest.mark.skipif(library.load() is None, reason="oneDNN is not installed")
@pytest.mark.parametrize("name, inputs", declared(), ids=str)
def test_onednn_gives_what_the_body_gives(name: str, inputs: tuple[str, ...]) -> None:
    """Every override of oneDNN takes one sample at least, and agrees with the body on all."""
    if name.startswith("_backward"):
        pytest.skip("called by the gradients of the operators tested here")
    taken = 0
    for kernel, found, wanted in accepted(name, inputs):
        if kernel.__module__.startswith(onednn.__name__) and found is not override.DECLINED:
            agree(found, wanted)
            taken += 1
    assert taken


@pytest.mark.skipif(library.load() is None, reason="oneDNN is not installed")
@pytest.mark.parametrize("name, inputs", declared(), ids=str)
def test_what_onednn_refuses_goes_on(
    name: str, inputs: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call that it refuses at the last moment runs as if it had not been asked: once."""
    if name.startswith("_backward"):
        pytest.skip("called by the gradients of the operators tested here")
    refused = 0

    def run(self: Any, *arrays: Any) -> None:
        nonlocal refused
        refused += 1
        raise library.Refused("primitive_execute")

    monkeypatch.setattr(library.Primitive, "run", run)
    for sample in SAMPLES:
        op = registry.get(sample.op)
        if op.name != name:
            continue
        op, arrays, params = arguments(sample)
        function = op.forward
        if inputs:
            out = body_of(op.forward)(cpu.xp, *copies(arrays), **params)
            function = next(pull for where, pull in op.pulls if names(op, where) == inputs)
            arrays = [heads(out, lambda a: a), out, *arrays]
        for xp, held in ((cpu.xp, arrays), (cpu.xp.inner, laid(arrays))):
            ours, theirs = copy_of(held), copy_of(arrays)
            agree(function(xp, *ours, **params), body_of(function)(cpu.xp, *theirs, **params))
            for mine, other in zip(ours, theirs, strict=True):
                agree(mine, other)
    assert refused or (name, inputs) == ("Convolution", ("bias",))


def test_switched_off_overrides_are_not_asked() -> None:
    """MXSHIM_OVERRIDES=0 leaves operators and gradients their bodies."""
    program = (
        "from mxshim import nd; from mxshim._core.registry import OPS\n"
        "ops = [OPS[name] for name in ('Convolution', 'softmax', 'sgd_update', 'relu')]\n"
        "print(any(hasattr(op.forward, '__wrapped__') for op in ops))"
    )
    for switch, expected in (("0", "False"), ("1", "True")):
        run = subprocess.run(
            [sys.executable, "-c", program], env={**os.environ, base.SWITCH: switch},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert run.stdout.strip() == expected


@pytest.mark.parametrize("name", override.PLACES)
def test_places_hold_overrides(name: str) -> None:
    """Every module that an operator's calls are sent to declares something for it."""
    override.candidates(name, ())
    declaring = {module for module, op, _ in override._FOUND if op == name}
    assert declaring == set(override.PLACES[name])


def test_a_place_must_be_listed() -> None:
    """An override that no call would be sent to is refused."""
    with pytest.raises(ValueError, match="PLACES does not send nothing to"):
        override.override("nothing")(lambda xp: None)
