"""Functions of ``mx.sym.np`` that make, reduce, rearrange, join, pick: nodes and numbers."""

from __future__ import annotations

import pytest

from compat_tests.inputs import attempt
from compat_tests.symbol.graphs_of_np import watch

pytestmark = pytest.mark.np

CUBE = ("float32", (2, 3, 4))
SQUARE = ("float32", (3, 3))
VECTOR = ("float32", (5,))
INDEX = ("int64", [0, 2, 1])

#: Without inputs; the values do not depend on chance.
CREATIONS = {
    "zeros": lambda np, npx: np.zeros((2, 3)),
    "zeros of integers": lambda np, npx: np.zeros(3, dtype="int32"),
    "zeros, no dtype": lambda np, npx: np.zeros((2,), None),
    "ones": lambda np, npx: np.ones((2, 1), dtype="float64"),
    "full": lambda np, npx: np.full((2,), 1.5),
    "full of a bool": lambda np, npx: np.full((2,), True),
    "full of integers": lambda np, npx: np.full(3, 7, dtype="int64"),
    "eye": lambda np, npx: np.eye(3),
    "eye, shifted": lambda np, npx: np.eye(2, 4, k=1, dtype="int32"),
    "identity": lambda np, npx: np.identity(2),
    "arange": lambda np, npx: np.arange(5),
    "arange, all": lambda np, npx: np.arange(1, 4, 0.5, dtype="float64"),
    "linspace": lambda np, npx: np.linspace(0, 1, 5),
    "linspace, open": lambda np, npx: np.linspace(1, 2, 4, endpoint=False, dtype="float64"),
    "logspace": lambda np, npx: np.logspace(0, 2, 3),
    "logspace, base 2": lambda np, npx: np.logspace(0, 3, 4, False, 2.0, dtype="float64"),
    "indices": lambda np, npx: np.indices((2, 3)),
    "hanning": lambda np, npx: np.hanning(5),
    "hamming": lambda np, npx: np.hamming(4, dtype="float64"),
    "blackman": lambda np, npx: np.blackman(6),
    "broadcast_to of a number": lambda np, npx: np.broadcast_to(2.5, (2, 2)),
}
#: Each takes the symbols it names; inputs are float32 (3, 4) unless SPECS says otherwise.
FUNCTIONS = {
    "full of a symbol": lambda np, npx, v: np.full((2, 5), v, dtype="float64"),
    "full_like": lambda np, npx, x: np.full_like(x, 2, dtype="int32"),
    "full_like of a bool": lambda np, npx, x: np.full_like(x, True),
    "zeros_like": lambda np, npx, x: np.zeros_like(x),
    "ones_like": lambda np, npx, x: np.ones_like(x, dtype="float64"),
    "copy": lambda np, npx, x: np.copy(x),
    "all": lambda np, npx, x: np.all(x, axis=1, keepdims=True),
    "any": lambda np, npx, x: np.any(x),
    "sometrue": lambda np, npx, x: np.sometrue(x, axis=0),
    "max": lambda np, npx, x: np.max(x, axis=1),
    "amax": lambda np, npx, x: np.amax(x),
    "min": lambda np, npx, x: np.min(x, axis=(0, 1), keepdims=True),
    "amin": lambda np, npx, x: np.amin(x, axis=-1),
    "sum": lambda np, npx, x: np.sum(x, axis=1, dtype="float64", keepdims=True),
    "sum, named": lambda np, npx, x: np.sum(x),
    "prod": lambda np, npx, x: np.prod(x, axis=0),
    "product": lambda np, npx, x: np.product(x),
    "cumsum": lambda np, npx, x: np.cumsum(x, axis=1, dtype="float64"),
    "mean": lambda np, npx, x: np.mean(x, axis=(0, 1), dtype="float64", keepdims=True),
    "mean of all": lambda np, npx, x: np.mean(x),
    "std": lambda np, npx, x: np.std(x, axis=1, ddof=1),
    "var": lambda np, npx, x: np.var(x),
    "average": lambda np, npx, x: np.average(x, axis=0),
    "average, weighted": lambda np, npx, x, y: np.average(x, weights=y),
    "average, returned": lambda np, npx, x, y: np.average(x, 1, y, returned=True),
    "argmax": lambda np, npx, x: np.argmax(x),
    "argmin": lambda np, npx, x: np.argmin(x, axis=1),
    "sort": lambda np, npx, x: np.sort(x),
    "sort, flat": lambda np, npx, x: np.sort(x, axis=None),
    "argsort": lambda np, npx, x: np.argsort(x, axis=0),
    "dot": lambda np, npx, x, s: np.dot(x, s),
    "matmul": lambda np, npx, x, s: np.matmul(x, s),
    "inner": lambda np, npx, x, y: np.inner(x, y),
    "outer": lambda np, npx, x, v: np.outer(x, v),
    "vdot": lambda np, npx, x, y: np.vdot(x, y),
    "tensordot": lambda np, npx, x, y: np.tensordot(x, y),
    "tensordot over axes": lambda np, npx, x, y: np.tensordot(x, y, ([0], [0])),
    "tensordot over numbers": lambda np, npx, x, y: np.tensordot(x, y, (1, -1)),
    "einsum": lambda np, npx, x, y: np.einsum("ij,kj->ik", x, y, optimize=True),
    "trace": lambda np, npx, q: np.trace(q, offset=1),
    "reshape": lambda np, npx, x: np.reshape(x, (2, -1)),
    "ravel": lambda np, npx, x: np.ravel(x),
    "expand_dims": lambda np, npx, x: np.expand_dims(x, 1),
    "squeeze": lambda np, npx, x: np.squeeze(np.expand_dims(x, 0), axis=0),
    "transpose": lambda np, npx, c: np.transpose(c, axes=(2, 0, 1)),
    "swapaxes": lambda np, npx, c: np.swapaxes(c, 0, 2),
    "moveaxis": lambda np, npx, c: np.moveaxis(c, 0, -1),
    "broadcast_to": lambda np, npx, v: np.broadcast_to(v, (2, 5)),
    "flip": lambda np, npx, x: np.flip(x),
    "flip one": lambda np, npx, x: np.flip(x, axis=1),
    "flipud": lambda np, npx, x: np.flipud(x),
    "fliplr": lambda np, npx, x: np.fliplr(x),
    "roll": lambda np, npx, x: np.roll(x, 1, axis=1),
    "rot90": lambda np, npx, x: np.rot90(x, 3),
    "tile": lambda np, npx, x: np.tile(x, (2, 1)),
    "repeat": lambda np, npx, x: np.repeat(x, 2, axis=0),
    "pad": lambda np, npx, x: np.pad(x, ((1, 0), (0, 2))),
    "pad with a value": lambda np, npx, x: np.pad(x, ((1, 0), (0, 2)), constant_values=3),
    "pad, edge": lambda np, npx, x: np.pad(x, ((1, 1), (1, 1)), mode="edge"),
    "pad, reflect": lambda np, npx, x: np.pad(x, ((1, 1), (1, 1)), "reflect"),
    "pad, symmetric": lambda np, npx, x: np.pad(x, ((1, 1), (1, 1)), "symmetric"),
    "pad, maximum": lambda np, npx, x: np.pad(x, ((1, 1), (0, 0)), "maximum"),
    "pad, minimum": lambda np, npx, x: np.pad(x, ((1, 1), (0, 0)), "minimum"),
    "atleast_1d": lambda np, npx, x, y: np.atleast_1d(x, y),
    "atleast_2d": lambda np, npx, v: np.atleast_2d(v),
    "atleast_3d": lambda np, npx, x: np.atleast_3d(x),
    "concatenate": lambda np, npx, x, y: np.concatenate([x, y], axis=1),
    "concatenate, flat": lambda np, npx, x, v: np.concatenate((x, v), axis=None),
    "append": lambda np, npx, x, y: np.append(x, y, axis=0),
    "stack": lambda np, npx, x, y: np.stack([x, y], axis=1),
    "vstack": lambda np, npx, x, y: np.vstack([x, y]),
    "row_stack": lambda np, npx, x, y: np.row_stack([x, y]),
    "hstack": lambda np, npx, x, y: np.hstack((x, y)),
    "dstack": lambda np, npx, x, y: np.dstack((x, y)),
    "column_stack": lambda np, npx, v, w: np.column_stack((v, w)),
    "split": lambda np, npx, x: np.split(x, 2, axis=1),
    "split at": lambda np, npx, x: np.split(x, (1, 3), axis=1),
    "split in one": lambda np, npx, x: np.split(x, 1),
    "array_split": lambda np, npx, v: np.array_split(v, 3),
    "hsplit": lambda np, npx, x: np.hsplit(x, [1, 2]),
    "vsplit": lambda np, npx, x: np.vsplit(x, 3),
    "dsplit": lambda np, npx, c: np.dsplit(c, 2),
    "take": lambda np, npx, x, i: np.take(x, i),
    "take along": lambda np, npx, x, i: np.take(x, i, axis=1, mode="clip"),
    "where": lambda np, npx, x, y, z: np.where(x > 0, y, z),
    "where, number first": lambda np, npx, x, y: np.where(x > 0, 1, y),
    "where, number last": lambda np, npx, x, y: np.where(x > 0, y, 2.5),
    "where, numbers": lambda np, npx, x: np.where(x > 0, 1, -1),
    "where, no condition": lambda np, npx, x, y: np.where(0, x, y) * 1,
    "diff": lambda np, npx, x: np.diff(x, n=2),
    "ediff1d": lambda np, npx, x: np.ediff1d(x),
    "ediff1d, ends": lambda np, npx, x, v: np.ediff1d(x, to_end=v, to_begin=3),
    "ediff1d, arrays": lambda np, npx, x, v, w: np.ediff1d(x, v, w),
    "nan_to_num": lambda np, npx, x: np.nan_to_num(x / 0, nan=1, posinf=2.5),
    "diag": lambda np, npx, q: np.diag(q, k=1),
    "diagflat": lambda np, npx, v: np.diagflat(v, k=-1),
    "diagonal": lambda np, npx, c: np.diagonal(c, offset=1, axis1=0, axis2=2),
    "diag_indices_from": lambda np, npx, q: np.diag_indices_from(q),
    "tril": lambda np, npx, q: np.tril(q, k=-1),
    "polyval": lambda np, npx, v, x: np.polyval(v, x),
    "percentile": lambda np, npx, x: np.percentile(x, 40),
    "percentile of several": lambda np, npx, x, p: np.percentile(
        x, p, axis=0, interpolation="lower", keepdims=True
    ),
    "quantile": lambda np, npx, x: np.quantile(x, 0.25, axis=1),
}
#: Functions whose shapes depend on values, or without a gradient: MXNet runs no graph of them.
GRAPHS = {
    "histogram": lambda np, npx, x: np.histogram(x, 4, range=(-2, 2)),
    "delete": lambda np, npx, v: np.delete(v, 1),
    "delete a slice": lambda np, npx, x: np.delete(x, slice(0, 2), axis=1),
    "insert": lambda np, npx, v: np.insert(v, 1, 2.5),
    "insert a slice": lambda np, npx, v: np.insert(v, slice(0, 4, 2), 9),
    "unique": lambda np, npx, i: np.unique(i),
    "unique, all": lambda np, npx, i: np.unique(i, True, True, return_counts=True),
    "bincount": lambda np, npx, i: np.bincount(i),
    "bincount, weighted": lambda np, npx, i, w: np.bincount(i, w, minlength=2),
    "delete at": lambda np, npx, v, i: np.delete(v, i),
    "insert at": lambda np, npx, v, w, i: np.insert(v, i, w),
    "histogram, edges": lambda np, npx, x, v: np.histogram(x, v),
    "shares_memory": lambda np, npx, x, y: np.shares_memory(x, y),
    "may_share_memory": lambda np, npx, x, y: np.may_share_memory(x, y),
    "quantile of several": lambda np, npx, x, p: np.quantile(x, p),
}
SPECS = {
    "v": VECTOR, "w": VECTOR, "c": CUBE, "q": SQUARE, "s": ("float32", (4, 2)), "i": INDEX,
    "p": ("float32", [10.0, 75.0]),
}  # fmt: skip


@pytest.mark.parametrize("name", CREATIONS)
def test_creation(mx, name):
    return watch(mx, CREATIONS[name])


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function(mx, name):
    return watch(mx, FUNCTIONS[name], SPECS)


@pytest.mark.parametrize("name", GRAPHS)
def test_graph(mx, name):
    return watch(mx, GRAPHS[name], SPECS, values=False)


def test_names_and_attributes(mx):
    x = mx.sym.var("x").as_np_ndarray()
    with mx.AttrScope(__group__="a"):
        made = mx.sym.np.sum(x, axis=0, name="total", attr={"__mood__": "good"})
        other = mx.sym.np.mean(x, axis=0)
    with mx.name.Prefix("pre_"):
        third = mx.sym.np.take(x, x)
    return made.tojson(), sorted(other.list_attr().items()), made.attr("__mood__"), third.name


def test_pair(mx):
    with mx.name.NameManager():
        made, step = mx.sym.np.linspace(0, 1, 5, retstep=True)
    return made.tojson(), step


REFUSALS = {
    "zeros": lambda np, x, y: np.zeros((2,), order="F"),
    "full": lambda np, x, y: np.full((2,), 1, order="F"),
    "zeros_like": lambda np, x, y: np.zeros_like(x, order="F"),
    "identity": lambda np, x, y: np.identity(2.5),
    "identity < 0": lambda np, x, y: np.identity(-1),
    "eye": lambda np, x, y: np.eye(2, order="C"),
    "arange": lambda np, x, y: np.arange(None),
    "arange, step 0": lambda np, x, y: np.arange(1, 2, 0),
    "linspace": lambda np, x, y: np.linspace([0], 1),
    "linspace, axis": lambda np, x, y: np.linspace(0, 1, axis=1),
    "logspace": lambda np, x, y: np.logspace([0], 1),
    "indices": lambda np, x, y: np.indices(3),
    "take": lambda np, x, y: np.take(x, y, mode="near"),
    "sort": lambda np, x, y: np.sort(x, order="a"),
    "argsort": lambda np, x, y: np.argsort(x, order="a"),
    "tensordot": lambda np, x, y: np.tensordot(x, y, (1,)),
    "tensordot, lengths": lambda np, x, y: np.tensordot(x, y, ([0], [1, 2])),
    "histogram": lambda np, x, y: np.histogram(x),
    "histogram, list": lambda np, x, y: np.histogram(x, [1, 2]),
    "histogram, text": lambda np, x, y: np.histogram(x, "auto"),
    "histogram, density": lambda np, x, y: np.histogram(x, 2, (0, 1), density=True),
    "ravel": lambda np, x, y: np.ravel(x, order="F"),
    "ravel, text": lambda np, x, y: np.ravel("text"),
    "flip": lambda np, x, y: np.flip("text"),
    "tile": lambda np, x, y: np.tile("text", 2),
    "delete": lambda np, x, y: np.delete("text", 2),
    "delete, text": lambda np, x, y: np.delete(x, "text"),
    "insert": lambda np, x, y: np.insert(x, "text", y),
    "insert, values": lambda np, x, y: np.insert(x, 1, "text"),
    "split": lambda np, x, y: np.split(x, "text"),
    "hsplit": lambda np, x, y: np.hsplit(x, "text"),
    "dsplit": lambda np, x, y: np.dsplit(x, 1.5),
    "array_split": lambda np, x, y: np.array_split(x, None),
    "stack": lambda np, x, y: np.stack(each for each in (x, y)),
    "stack, text": lambda np, x, y: np.stack([x, "text"]),
    "concatenate": lambda np, x, y: np.concatenate([x, 3]),
    "where": lambda np, x, y: np.where(x, "a", "b"),
    "where, one": lambda np, x, y: np.where(x, y),
    "diff": lambda np, x, y: np.diff(x, prepend=1),
    "bincount": lambda np, x, y: np.bincount(x, minlength=-1),
    "nan_to_num": lambda np, x, y: np.nan_to_num("text"),
    "pad": lambda np, x, y: np.pad(x, 1),
    "pad, floats": lambda np, x, y: np.pad(x, (1.5, 2)),
    "pad, mode": lambda np, x, y: np.pad(x, ((1, 1),), "wrap"),
    "pad, unknown": lambda np, x, y: np.pad(x, ((1, 1),), "nope"),
    "pad, keyword": lambda np, x, y: np.pad(x, ((1, 1),), "edge", constant_values=1),
    "polyval": lambda np, x, y: np.polyval([1], x),
    "percentile": lambda np, x, y: np.percentile(x, 1, overwrite_input=True),
    "quantile": lambda np, x, y: np.quantile(x, 1, overwrite_input=False),
    "matmul": lambda np, x, y: np.matmul(x, 2),
    "swapaxes": lambda np, x, y: np.swapaxes(3, 0, 1),
    "sum": lambda np, x, y: np.sum(3),
    "sum of a legacy symbol": lambda np, x, y: np.sum(x.as_nd_ndarray()),
    "mean, wrong": lambda np, x, y: np.mean(x, wrong=1),
    "rot90": lambda np, x, y: np.rot90(x, k="a"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_refusal(mx, name):
    x, y = mx.sym.var("x").as_np_ndarray(), mx.sym.var("y").as_np_ndarray()
    return attempt(REFUSALS[name], mx.sym.np, x, y)


def test_numbers(mx):
    np = mx.sym.np
    return [
        np.ravel(3), np.tile(2, 3), np.nan_to_num(float("nan")), np.where(1, 2, 3),
        np.polyval([1, 2], 3), np.round(2.567, 1),
    ]  # fmt: skip
