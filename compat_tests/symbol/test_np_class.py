"""The class of ``mx.sym.np``: arithmetic, indexing, several outputs, methods, what it refuses."""

from __future__ import annotations

import copy
import pickle

import pytest

from compat_tests.inputs import attempt
from compat_tests.symbol.graphs_of_np import watch

pytestmark = pytest.mark.np

ARITHMETIC = {
    "add": lambda np, npx, x, y: x + y,
    "sub": lambda np, npx, x, y: x - y,
    "mul": lambda np, npx, x, y: x * y,
    "truediv": lambda np, npx, x, y: x / y,
    "mod": lambda np, npx, x, y: x % y,
    "pow": lambda np, npx, x, y: x**y,
    "eq": lambda np, npx, x, y: x == y,
    "ne": lambda np, npx, x, y: x != y,
    "gt": lambda np, npx, x, y: x > y,
    "ge": lambda np, npx, x, y: x >= y,
    "lt": lambda np, npx, x, y: x < y,
    "le": lambda np, npx, x, y: x <= y,
    "neg": lambda np, npx, x: -x,
    "number right": lambda np, npx, x: ((x + 1) * 2.5 - 3) / 2 % 4**1,
    "number left": lambda np, npx, x: 1 + 2.5 * (3 - 2 / x),
    "number under": lambda np, npx, x: 5 % x,
    "number base": lambda np, npx, x: 2**x,
    "number compared": lambda np, npx, x: (x > -1) + (x <= 0.5),
    "bool": lambda np, npx, x: x * True,
}
KEYS = {
    "1": 1, "-1": -1, "slice": slice(1, 3), "step": slice(None, None, 2), "start": slice(1, None),
    "stop": slice(None, 2), "back": slice(None, None, -1), "two": (1, 2), "two slices":
    (slice(0, 2), slice(1, None, 2)), "mixed": (slice(None), 1), "negative": (-1, slice(0, 2)),
    "short": (1,), "empty": (), "negatives": (-2, -1),
}  # fmt: skip
WRONG = {
    "None": None, "new axis": (slice(None), None), "ellipsis": ..., "list": [0, 1], "text": "a",
    "step 0": slice(None, None, 0), "step 0 in two": (slice(0, 1, 0), 1), "float": 1.5,
}  # fmt: skip
METHODS = {
    "T": lambda np, npx, x: x.T,
    "transpose": lambda np, npx, c: c.transpose(2, 0, 1),
    "transpose of a tuple": lambda np, npx, c: c.transpose((1, 0, 2)),
    "transpose None": lambda np, npx, c: c.transpose(None),
    "reshape": lambda np, npx, x: x.reshape(2, -1),
    "reshape of a tuple": lambda np, npx, x: x.reshape((4, 3), order="C"),
    "flatten": lambda np, npx, x: x.flatten(),
    "astype": lambda np, npx, x: x.astype("float64"),
    "dot": lambda np, npx, x, y: x.dot(y.T),
    "argmax": lambda np, npx, x: x.argmax(axis=1),
    "argmin": lambda np, npx, x: x.argmin(),
    "argsort": lambda np, npx, x: x.argsort(),
    "clip": lambda np, npx, x: x.clip(-1, 1),
    "cumsum": lambda np, npx, x: x.cumsum(axis=0),
    "max": lambda np, npx, x: x.max(axis=0),
    "min": lambda np, npx, x: x.min(keepdims=True),
    "mean": lambda np, npx, x: x.mean(axis=1),
    "prod": lambda np, npx, x: x.prod(axis=1),
    "repeat": lambda np, npx, x: x.repeat(2, axis=1),
    "round": lambda np, npx, x: x.round(1),
    "squeeze": lambda np, npx, x: x.reshape(1, 3, 4).squeeze(axis=0),
    "std": lambda np, npx, x: x.std(axis=1, ddof=1),
    "sum": lambda np, npx, x: x.sum(axis=1, dtype="float64"),
    "swapaxes": lambda np, npx, x: x.swapaxes(0, 1),
    "take": lambda np, npx, x, i: x.take(i, axis=1, mode="clip"),
    "var": lambda np, npx, x: x.var(),
}
SPECS = {"c": ("float32", (2, 3, 4)), "i": ("int64", [0, 2, 1])}
REFUSED = """
    abs sign exp log sqrt sigmoid softmax relu tile split split_v2 pad pick one_hot topk norm
    expand_dims broadcast_to broadcast_like broadcast_axes zeros_like ones_like reshape_like slice
    slice_axis slice_like flip depth_to_space space_to_depth diag nansum nanprod rint fix floor ceil
    trunc sin cbrt rcbrt rsqrt square reciprocal log_softmax softmin shape_array size_array
    argmax_channel
"""


def x_(mx):
    return mx.sym.var("x").as_np_ndarray()


@pytest.mark.parametrize("name", ARITHMETIC)
def test_arithmetic(mx, name):
    return watch(mx, ARITHMETIC[name])


@pytest.mark.parametrize("name", KEYS)
def test_index(mx, name):
    return watch(mx, lambda np, npx, x: x[KEYS[name]] * 1)


@pytest.mark.parametrize("name", WRONG)
def test_wrong_index(mx, name):
    return attempt(lambda: x_(mx)[WRONG[name]])


@pytest.mark.parametrize("name", METHODS)
def test_method(mx, name):
    return watch(mx, METHODS[name], SPECS)


def test_sorted_method(mx):
    return watch(mx, lambda np, npx, x: x.sort(axis=0))


@pytest.mark.parametrize("name", REFUSED.split())
def test_refused_method(mx, name):
    return attempt(getattr(x_(mx), name), 1)


def test_refusals(mx):
    x = x_(mx)
    return [
        attempt(lambda: abs(x)), attempt(bool, x), attempt(hash, x), attempt(len, x),
        attempt(list, x), attempt(x.__setitem__, 0, 1), attempt(x.__iadd__, 1),
        attempt(x.__itruediv__, 1), attempt(lambda: x @ x), attempt(lambda: x // 2),
        attempt(lambda: ~x), attempt(lambda: x & x), attempt(lambda: x + "text"),
        attempt(lambda: "text" + x), attempt(lambda: x + None), attempt(x.reshape),
        attempt(x.reshape, 1, order="F"), attempt(x.reshape, 1, a=1, b=2),
        attempt(x.astype, "int32", casting="safe"), attempt(x.astype, "int32", order="F"),
        attempt(x.astype, "int32", subok=False), attempt(lambda: x.shape), attempt(lambda: x.ndim),
        attempt(x.copy), attempt(x.asnumpy), attempt(x.wait_to_read), attempt(x.__nonzero__),
    ]  # fmt: skip


def test_legacy_and_back(mx):
    x = x_(mx)
    legacy = x.as_nd_ndarray()
    return [
        type(legacy).__name__, type(legacy.as_np_ndarray()).__name__, x.as_np_ndarray() is x,
        attempt(lambda: x + legacy), attempt(lambda: legacy + x), attempt(mx.sym.exp, x),
        attempt(mx.sym.np.exp, legacy), attempt(mx.sym.npx.relu, legacy),
    ]  # fmt: skip


def test_several_outputs(mx):
    x = x_(mx)
    with mx.name.NameManager():
        parts = mx.sym.np.split(x, 3)
        several = mx.sym.Group(parts, mx.sym.np._Symbol)
    part = several[1:]
    return [
        type(parts).__name__, len(parts), repr(parts[0]), parts[0].list_outputs(), repr(several),
        several.num_outputs, len(several), [repr(each) for each in several],
        several[1].list_outputs(), several[-1].list_outputs(), repr(part),
        type(part).__name__, part.list_outputs(),
        attempt(lambda: several.name), attempt(lambda: several[3]), attempt(lambda: several["a"]),
        attempt(lambda: several[1, 2]), several[0].name, sorted(several.list_attr().items()),
    ]  # fmt: skip


def test_copies_and_files(mx, tmp_path):
    x = x_(mx)
    with mx.name.NameManager():
        made = mx.sym.np.tanh(x[1:]) + 1
    path = str(tmp_path / "graph.json")
    made.save(path)
    back = mx.sym.load(path).as_np_ndarray()
    again = mx.sym.load_json(made.tojson()).as_np_ndarray()
    revived = pickle.loads(pickle.dumps(made))
    return [
        [(type(each).__name__, repr(each), each.tojson() == made.tojson())
         for each in (back, again, revived, copy.copy(made), copy.deepcopy(made))],
        repr(made), made.infer_shape(x=(3, 4)), made.infer_type(x="float32"),
        made.infer_shape_partial(x=(2, 0)),
        made.list_arguments(), made.get_internals().list_outputs(), made.num_outputs,
        repr(made.get_internals()), made.debug_str(),
    ]  # fmt: skip


def test_executors(mx):
    with mx.name.NameManager():
        out = mx.sym.np.sum(x_(mx) * 2, axis=0)
    x = mx.np.array([[1.0, 2.0], [3.0, 4.0]])
    executor = out.bind(mx.cpu(), {"x": x}, args_grad={"x": mx.np.zeros((2, 2))})
    seen = executor.forward(is_train=True)
    executor.backward(mx.np.array([1.0, 10.0]))
    simple = out.simple_bind(mx.cpu(), x=(2, 2))
    return seen, executor.grad_dict, simple.arg_dict, simple.forward(x=x.as_nd_ndarray())
