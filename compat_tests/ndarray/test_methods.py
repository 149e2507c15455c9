"""Methods that are functions of the front end, and methods that view."""

import pytest

from compat_tests.inputs import array, attempt, grads
from compat_tests.ndarray.test_get import filled

_PLAIN = """
abs arccos arccosh arcsin arcsinh arctan arctanh cbrt ceil cos cosh degrees exp expm1 fix floor log
log10 log1p log2 radians rcbrt reciprocal relu rint round rsqrt sigmoid sign sin sinh sqrt square
tan tanh trunc softmax log_softmax softmin sum mean max min prod nansum nanprod norm argmax argmin
argsort flatten squeeze transpose zeros_like ones_like shape_array size_array diag copy
asnumpy detach argmax_channel topk wait_to_read tolist all any std var cumsum nonzero item
"""
PLAIN = _PLAIN.split()
WITH = {
    "sum axis": lambda x: x.sum(axis=1),
    "sum axes": lambda x: x.sum(axis=(0, 1)),
    "sum keepdims": lambda x: x.sum(axis=0, keepdims=True),
    "sum by position": lambda x: x.sum(0),
    "mean negative": lambda x: x.mean(axis=-1),
    "max axis": lambda x: x.max(axis=1),
    "argmax axis": lambda x: x.argmax(axis=1),
    "argmin axis": lambda x: x.argmin(axis=0),
    "reshape numbers": lambda x: x.reshape(3, 2),
    "reshape tuple": lambda x: x.reshape((3, 2)),
    "reshape list": lambda x: x.reshape([3, 2]),
    "reshape keyword": lambda x: x.reshape(shape=(3, 2)),
    "reshape inferred": lambda x: x.reshape(-1),
    "reshape codes": lambda x: x.reshape((0, -1)),
    "reshape more codes": lambda x: x.reshape((-3,)),
    "reshape split": lambda x: x.reshape((-4, 1, 2, -2)),
    "reshape reverse": lambda x: x.reshape((-1, 0), reverse=True),
    "reshape wrong": lambda x: x.reshape((4, 2)),
    "reshape nothing": lambda x: x.reshape(),
    "reshape unknown keyword": lambda x: x.reshape((3, 2), foo=1),
    "reshape order": lambda x: x.reshape((3, 2), order="C"),
    "reshape_view": lambda x: x.reshape_view((3, 2)),
    "reshape_like": lambda x: x.reshape_like(x.T),
    "expand_dims": lambda x: x.expand_dims(1),
    "expand_dims axis": lambda x: x.expand_dims(axis=-1),
    "expand_dims in place": lambda x: x.expand_dims(1, inplace=True),
    "expand_dims wrong": lambda x: x.expand_dims(5),
    "expand_dims wrong in place": lambda x: x.expand_dims(5, inplace=True),
    "flatten in place": lambda x: x.flatten(inplace=True),
    "squeeze axis": lambda x: x.squeeze(0),
    "squeeze in place": lambda x: x.squeeze(inplace=True),
    "squeeze wrong in place": lambda x: x.squeeze(0, inplace=True),
    "transpose axes": lambda x: x.transpose((1, 0)),
    "transpose numbers": lambda x: x.transpose(1, 0),
    "swapaxes": lambda x: x.swapaxes(0, 1),
    "repeat": lambda x: x.repeat(2),
    "repeat axis": lambda x: x.repeat(repeats=2, axis=0),
    "tile": lambda x: x.tile((2, 1)),
    "flip": lambda x: x.flip(axis=1),
    "pad": lambda x: x.reshape((1, 1, 2, 3)).pad(mode="edge", pad_width=(0, 0, 0, 0, 1, 1, 1, 1)),
    "split": lambda x: x.split(3, axis=1),
    "split_v2": lambda x: x.split_v2((1,), axis=1),
    "slice": lambda x: x.slice((0, 1), (2, 3)),
    "slice_axis": lambda x: x.slice_axis(axis=1, begin=1, end=3),
    "slice_like": lambda x: x.slice_like(x[:, :2]),
    "take": lambda x: x.take(x[0:1, 0:2] * 0),
    "one_hot": lambda x: x[0].one_hot(7),
    "pick": lambda x: x.pick(x[:, 0] * 0),
    "clip": lambda x: x.clip(1, 3),
    "clip keywords": lambda x: x.clip(a_min=1, a_max=3),
    "norm axis": lambda x: x.norm(axis=1),
    "topk": lambda x: x.topk(k=2, ret_typ="value"),
    "sort descending": lambda x: x.sort(is_ascend=False),
    "broadcast_to": lambda x: x.broadcast_to((4, 2, 3)),
    "broadcast_to wrong": lambda x: x.broadcast_to((4, 3)),
    "broadcast_to shorter": lambda x: x.broadcast_to((3,)),
    "broadcast_like": lambda x: x[0:1].broadcast_like(x),
    "broadcast_axes": lambda x: x[0:1].broadcast_axes(axis=0, size=3),
    "dot": lambda x: x.dot(x.T),
    "astype": lambda x: x.astype("int32"),
    "diag k": lambda x: x.diag(1),
    "depth_to_space": lambda x: x.depth_to_space(1),
    "std ddof": lambda x: x.std(axis=0, ddof=1),
    "var axis": lambda x: x.var(axis=1),
    "cumsum axis": lambda x: x.cumsum(axis=1),
    "round decimals": lambda x: (x / 7).round(2),
    "softmax axis": lambda x: x.softmax(axis=0),
    "too many": lambda x: x.exp(1, 2, 3, 4),
    "tostype": lambda x: x.tostype("default"),
}


@pytest.mark.parametrize("name", PLAIN)
def test_method(mx, front, name):
    x = array(front, "float32", (2, 3), low=1, high=3)
    return getattr(x, name)()


@pytest.mark.parametrize("name", WITH)
def test_method_with_arguments(mx, front, name):
    return WITH[name](filled(mx, front, (2, 3)))


VIEWING = ("reshape tuple", "reshape inferred", "flatten in place", "expand_dims in place",
           "squeeze in place", "reshape_view", "expand_dims", "squeeze axis")  # fmt: skip


@pytest.mark.parametrize("name", VIEWING)
def test_which_methods_share_memory(mx, front, name):
    x = filled(mx, front, (2, 3) if "squeeze" not in name else (1, 3))
    y = attempt(WITH[name], x)
    if hasattr(y, "asnumpy"):
        y[:] = -1
    return x


@pytest.mark.parametrize(
    "name", ("reshape tuple", "flatten in place", "expand_dims in place", "swapaxes")
)
def test_gradients(mx, front, name):
    x = filled(mx, front, (2, 3))
    return attempt(grads, mx, lambda a: WITH[name](a) * 2, x)


def test_docstrings_and_names(mx):
    return mx.nd.NDArray.sum.__name__, mx.np.ndarray.sum.__name__, mx.nd.exp.__name__


def test_histogram(mx):
    x = mx.nd.array([0.5, 1.5, 1.7, 2.5, 9.0])
    return (
        mx.nd.histogram(x, 3, (0.0, 3.0)), mx.nd.histogram(x, mx.nd.array([0.0, 1.0, 3.0])),
        mx.nd.histogram(x, 2), attempt(mx.nd.histogram, x, "a"),
    )  # fmt: skip


def test_private_ways_in(mx):
    x = mx.nd.array([[1.0, 2.0], [3.0, 4.0]])
    return x._at(1), x._slice(0, 1), mx.nd._internal._plus_scalar(x, scalar=2.0), x.handle is None
