"""Making arrays from data, turning them into other things, copies, devices, text."""

import pickle
import warnings

import numpy
import pytest

from compat_tests.inputs import attempt, grads, printed
from compat_tests.ndarray.test_get import filled

ALL = ("float16", "float32", "float64", "int8", "int32", "int64", "uint8", "bool")
SOURCES = {
    "list": [1, 2],
    "nested": [[1, 2], [3, 4.5]],
    "bools": [True, False],
    "tuple": (1, 2),
    "empty": [],
    "range": range(3),
    "number": 3,
    "float": 3.5,
    "bool": True,
    "text": "abc",
    "none": None,
    "ragged": [[1], [2, 3]],
    "host float64": numpy.array([1.0, 2.0]),
    "host int64": numpy.array([1, 2]),
    "host int32": numpy.array([1, 2], dtype="int32"),
    "host float16": numpy.array([1, 2], dtype="float16"),
    "host bool": numpy.array([True, False]),
    "host uint32": numpy.array([1, 2], dtype="uint32"),
    "host complex": numpy.array([1j]),
    "host scalar": numpy.array(3),
    "host empty": numpy.zeros((0, 2)),
    "host transposed": numpy.arange(6.0).reshape(2, 3).T,
    "numpy number": numpy.float64(3),
    "list of numpy numbers": [numpy.float64(3), numpy.int32(2)],
    "huge": [1e300, -1e300],
    "object": object(),
}


@pytest.mark.parametrize("name", SOURCES)
def test_array(mx, front, name):
    return front.array(SOURCES[name])


@pytest.mark.parametrize("dtype", (*ALL, "float", "int", "foo", "complex64", "uint32"))
@pytest.mark.parametrize("name", ("nested", "bools", "host float64", "host int64", "number"))
def test_array_of_dtype(mx, front, name, dtype):
    return front.array(SOURCES[name], dtype=dtype)


def test_array_of_arrays(mx, front):
    x, y = front.array([1, 2], dtype="int32"), mx.np.array([3.0])
    copy = front.array(x)
    copy += 1
    return (
        copy, x, front.array(x, dtype="float64"), attempt(front.array, y),
        attempt(front.array, mx.nd.array([1.0])), attempt(front.array, [[front.array(1.0), 2]]),
    )  # fmt: skip


def test_array_of_a_list_of_arrays(mx, front):
    return front.array([front.array([1.0, 2.0]), front.array([3.0, 4.0])])


def test_array_on_devices(mx, front):
    made = front.array([1, 2], ctx=mx.cpu(1))
    with mx.cpu(2):
        inside = front.array([1, 2])
    pinned = front.array([1.5, 2], ctx=mx.cpu_pinned(0))
    return made, inside, pinned, printed(made), printed(pinned), made.ctx == mx.cpu(1)


@pytest.mark.parametrize("dtype", ALL)
def test_attributes(mx, front, dtype):
    x = filled(mx, front, (2, 3), dtype)
    return x.shape, x.ndim, x.size, x.dtype, str(x.dtype).replace("bool'", "bool_'"), x.stype, x.ctx


@pytest.mark.parametrize("dtype", ALL)
def test_asnumpy(mx, front, dtype):
    x = filled(mx, front, (2, 3), dtype)
    host = x.asnumpy()
    host[:] = 0
    return host.dtype, x, numpy.asarray(x.asnumpy()), host.flags["C_CONTIGUOUS"]


@pytest.mark.parametrize("target", ALL)
@pytest.mark.parametrize("dtype", ALL)
def test_astype(mx, front, dtype, target):
    x = front.array([1, 0, 3], dtype=dtype)
    same = x.astype(target, copy=False)
    return attempt(x.astype, target), attempt(lambda: same is x)


@pytest.mark.parametrize("target", ("float16", "int32", "uint8", "int8", "int64", "bool"))
def test_astype_of_fractions(mx, front, target):
    return attempt(front.array([2.7, -2.7, 0.5, 300.0, -1.0]).astype, target)


def test_astype_arguments(mx, front):
    x = front.array([1.5])
    return (
        attempt(x.astype, "foo"), attempt(x.astype, numpy.int32), attempt(x.astype, float),
        attempt(x.astype, numpy.dtype("int8")), attempt(x.astype, "complex64"),
        attempt(x.astype, "int32", order="F"), attempt(x.astype, "int32", casting="safe"),
        attempt(x.astype, "int32", subok=False), attempt(x.astype, None),
    )  # fmt: skip


def test_gradient_of_astype(mx, front):
    x = front.array([1.5, 2.5])
    return grads(mx, lambda a: a.astype("float64") * 3, x)


def test_copy(mx, front):
    x = front.array([1.0, 2.0])
    y = x.copy()
    y += 1
    return x, y, grads(mx, lambda a: a.copy() * a, x)


def test_copyto(mx, front):
    x, y = front.array([1.5, 2.5]), front.array([0, 0], dtype="int32")
    return (
        attempt(x.copyto, y), y, attempt(x.copyto, front.array([1.0])), x.copyto(mx.cpu(1)),
        attempt(x.copyto, "cpu"), attempt(x.copyto, numpy.zeros(2)),
        attempt(x.copyto, mx.nd.zeros((2,))), attempt(x.copyto, mx.np.array([0.0, 0.0])),
    )  # fmt: skip


def test_copyto_itself(mx, front):
    x = front.array([1.0])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        copied = x.copyto(x)
    return copied, [(w.category.__name__, str(w.message)) for w in caught]


def test_devices(mx, front):
    x = front.array([1.0])
    move = x.as_in_context if front is mx.nd else x.as_in_ctx
    return move(mx.cpu(0)) is x, move(mx.cpu(1)), move(mx.cpu_pinned()), hasattr(x, "as_in_ctx")


def test_as_in_context(mx, front):
    x = front.array([1.0])
    return x.as_in_context(mx.cpu(0)).context, x.as_in_context(mx.cpu(1))


def test_between_front_ends(mx, front):
    x = front.array([1.0, 2.0])
    legacy, modern = x.as_nd_ndarray(), x.as_np_ndarray()
    legacy += 1
    return legacy, modern, legacy is x, modern is x, x


def test_gradients_between_front_ends(mx, front):
    x = front.array([1.0, 2.0])
    return grads(mx, lambda a: (a.as_nd_ndarray() * 2).as_np_ndarray() * a.as_np_ndarray(), x)


@pytest.mark.parametrize("shape", ("(1,)", "(1, 1)", "()", "(2,)", "(0,)"))
def test_numbers(mx, front, shape):
    if "0" in shape:
        x = front.array([])
    else:
        x = front.array(numpy.full(eval(shape), 2.5, dtype="float32"))
    kinds = (bool, int, float, complex, round, "{:.2f}".format, "{}".format)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        seen = [attempt(kind, x) for kind in kinds]
    told = [str(w.message) for w in caught if w.category is DeprecationWarning]
    return seen, told, attempt(lambda: x.asscalar())


def test_truth(mx, front):
    return [
        attempt(bool, front.array(v))
        for v in ([0.0], [2.0], [[0.0]], 0.0, 1.0, [1.0, 2.0], [float("nan")])
    ]


@pytest.mark.np
@pytest.mark.parametrize("dtype", ALL)
def test_item_and_tolist(mx, dtype):
    x = mx.np.array([[1, 0], [3, 4]], dtype=dtype)
    return (
        x.tolist(), x[0, 1].tolist(), x[0, 0].item(), x.item(3), x.item(1, 0), x.item((1, 1)),
        attempt(x.item), attempt(x.item, 9), type(x.item(0)).__name__,
    )  # fmt: skip


def test_only_np_arrays_have(mx, front):
    x = front.array([1.0])
    names = (
        "item tolist asscalar nonzero all any std var cumsum dot reshape_view foo __index__ data"
    )
    return [attempt(lambda n=name: callable(getattr(x, n))) for name in names.split()]


def test_unknown_attribute(mx, front):
    x = front.array([1.0])
    return attempt(lambda: x.foo), attempt(lambda: x.numpy()), attempt(lambda: x.requires_grad)


def test_hash_and_keys(mx, front):
    x = front.array([1.0])
    return attempt(lambda: len({x: 1})), attempt(lambda: hash(x) == id(x) // 16)


@pytest.mark.parametrize("dtype", ALL)
def test_pickle(mx, front, dtype):
    x = filled(mx, front, (2, 2), dtype)
    return pickle.loads(pickle.dumps(x)), pickle.loads(pickle.dumps([x, x]))


@pytest.mark.parametrize("dtype", ("float32", "float64", "int32", "uint8"))
def test_dlpack(mx, front, dtype):
    x = mx.nd.array([1, 2, 3], dtype=dtype)
    y = mx.nd.from_dlpack(mx.nd.to_dlpack_for_read(x))
    z = mx.nd.from_dlpack(x.to_dlpack_for_write())
    z += 1
    z.wait_to_read()
    return x, y, z


@pytest.mark.parametrize("zero_copy", (True, False))
@pytest.mark.parametrize("dtype", ("float32", "float64", "int32", "uint8"))
def test_from_numpy(mx, dtype, zero_copy):
    host = numpy.array([[1, 2], [3, 4]], dtype=dtype)
    x = mx.nd.from_numpy(host, zero_copy=zero_copy)
    x += 1
    return x, host, host.flags.writeable, attempt(mx.nd.from_numpy, host.T)


@pytest.mark.parametrize("dtype", ALL)
@pytest.mark.parametrize("shape", ("(3,)", "(2, 2)", "(1, 2, 2)", "()", "(0,)", "(2, 0)"))
def test_text(mx, front, shape, dtype):
    shape = eval(shape)
    if 0 in shape and front is mx.nd:
        return None
    x = front.array(numpy.arange(4)[: int(numpy.prod(shape))].reshape(shape), dtype=dtype)
    return repr(x), str(x), printed(x), attempt("{}".format, x)


@pytest.mark.parametrize("name", ("fractions", "tiny", "special", "wide", "long", "table", "signs"))
def test_text_of_floats(mx, front, name):
    values = {
        "fractions": [1 / 3, 2.5, -1.0, 1e-3],
        "tiny": [1e-10, 1.0, 1e10],
        "special": [float("nan"), float("inf"), -0.0],
        "wide": [i / 7 for i in range(30)],
        "long": list(range(1500)),
        "table": [[i * 100 + j for j in range(40)] for i in range(30)],
        "signs": [-1.5, 2.25],
    }[name]
    seen = []
    for dtype in ("float16", "float32", "float64", "int32", "int64"):
        if "int" in dtype and name in ("fractions", "tiny", "special", "wide", "signs"):
            continue
        x = front.array(values, dtype=dtype)
        seen += [repr(x), str(x)]
    return seen


def test_text_in_containers(mx, front):
    x = front.array([1.0, 2.0])
    return printed([x, x]), printed({"a": x}), printed((x[0],)), f"{x}", f"{x[0]}", "%s" % x


@pytest.mark.np
def test_text_format(mx):
    x = mx.np.array(2.5)
    return (
        f"{x:.3f}",
        f"{x:>8}",
        attempt(lambda: f"{mx.np.array([1.0]):.2f}"),
        f"{mx.np.array([1.0])}",
    )


@pytest.mark.np
def test_set_printoptions(mx):
    x = mx.np.array([1 / 3, 2 / 3])
    mx.np.set_printoptions(precision=3)
    seen = repr(x)
    mx.np.set_printoptions(precision=8, threshold=3)
    seen += repr(mx.np.array([1, 2, 3, 4, 5, 6, 7, 8]))
    mx.np.set_printoptions(threshold=1000)
    return seen, attempt(mx.np.set_printoptions, linewidth=3)


def test_waiting(mx, front):
    x = front.array([1.0])
    return x.wait_to_read(), mx.nd.waitall()


def test_storage_types(mx):
    x = mx.nd.array([[1.0, 0.0]])
    return x.stype, x.tostype("default"), attempt(mx.nd.array([1.0]).tostype, "csr")


def test_contexts(mx):
    return (
        mx.cpu(), mx.cpu(1) == mx.cpu(1), mx.cpu(0) == mx.cpu(1), repr(mx.gpu(2)), str(mx.cpu(3)),
        mx.cpu().device_type, mx.cpu().device_id, mx.cpu().device_typeid, mx.cpu_pinned(1),
        mx.current_context(), mx.context.num_gpus(), hash(mx.cpu(0)) == hash(mx.cpu(0)),
        mx.cpu() == "cpu", mx.Context("cpu", 1), mx.Context(mx.cpu(2)),
        attempt(mx.Context, "tpu"), mx.Context.devtype2str, mx.Context.devstr2type,
    )  # fmt: skip


def test_context_scopes(mx):
    with mx.cpu(1):
        inner = mx.current_context()
        with mx.Context("cpu", 2):
            innermost = mx.current_context()
        again = mx.current_context()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        default = mx.Context.default_ctx
    return inner, innermost, again, mx.current_context(), default


def test_default_context(mx):
    before = mx.current_context()
    mx.Context._default_ctx.value = mx.cpu(3)
    made = mx.nd.ones((1,))
    mx.Context._default_ctx.value = before
    return made, mx.current_context()
