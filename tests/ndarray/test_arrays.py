"""What needs no MXNet to be right: exchange with NumPy, memory, classes, missing operators."""

from __future__ import annotations

import copy
import gc
import pickle
import threading
import weakref

import numpy
import pytest

import mxshim as mx
from mxshim._core.errors import NotImplementedInShim


@pytest.fixture(params=("nd", "np"))
def x(request):
    made = mx.nd.array([[1.0, 2.0], [3.0, 4.0]])
    return made if request.param == "nd" else made.as_np_ndarray()


def test_numpy_reads_arrays(x):
    host = numpy.asarray(x)
    assert host.dtype == numpy.float32 and host.tolist() == [[1, 2], [3, 4]]
    host[:] = 0
    assert x.asnumpy().sum() == 10
    assert numpy.asarray(x, dtype="int64").dtype == numpy.int64


def test_array_protocol_of_numpy_2(x):
    assert x.__array__(copy=False) is x._buf
    assert x.__array__(copy=True) is not x._buf
    with pytest.raises(ValueError, match="copy"):
        x.__array__("int32", copy=False)


def test_lists_of_arrays(x):
    assert numpy.array([x, x]).shape == (2, 2, 2)


def test_dlpack_shares_memory(x):
    host = numpy.from_dlpack(x)
    x += 1
    assert host.tolist() == [[2, 3], [4, 5]]
    y = mx.nd.from_dlpack(x)
    y += 1
    assert x.asnumpy().tolist() == [[3, 4], [5, 6]]
    back = mx.nd.from_dlpack(numpy.arange(3.0))
    back += 1
    assert back.asnumpy().tolist() == [1, 2, 3]


def test_dlpack_outlives_its_source():
    source = mx.nd.array(numpy.arange(1000))
    y = mx.nd.from_dlpack(source.to_dlpack_for_read())
    del source
    gc.collect()
    assert y.asnumpy()[-1] == 999


def test_from_numpy_is_no_copy():
    host = numpy.arange(4, dtype="float32")
    y = mx.nd.from_numpy(host)
    y += 1
    assert host.tolist() == [1, 2, 3, 4] and not host.flags.writeable


def test_copies(x):
    for made in (copy.copy(x), copy.deepcopy(x), pickle.loads(pickle.dumps(x))):
        assert type(made) is type(x)
        made += 1
        assert x.asnumpy().sum() == 10


def test_weak_references(x):
    assert weakref.ref(x)() is x


def test_np_arrays_take_attributes():
    y = mx.np.array([1.0])
    y.note = "mine"
    assert y.note == "mine"


def test_classes():
    assert issubclass(mx.np.ndarray, mx.nd.NDArray)
    assert mx.np.ndarray.__name__ == "ndarray" and mx.nd.NDArray.__name__ == "NDArray"


def test_negative_zero_is_kept():
    y = mx.nd.array([1.0]) * 0
    y[:] = -0.0
    assert numpy.signbit(y.asnumpy())[0]
    assert not numpy.signbit((y + 0.0).asnumpy())[0]
    assert numpy.signbit((y + -0.0).asnumpy())[0]
    assert (1 / (y + -0.0)).asnumpy()[0] == -numpy.inf


def test_memory_is_freed_without_the_collector():
    gc.disable()
    try:
        y = mx.nd.array(numpy.arange(10))
        y.attach_grad()
        with mx.autograd.record():
            z = y[2:5] * y[[1, 2, 3]]
        reference = weakref.ref(z)
        z.backward()
        del z
        assert reference() is None
    finally:
        gc.enable()


def test_missing_operators_say_so():
    for name in ("Correlation", "linalg_gelqf"):
        if name not in mx.nd.op.registered:
            with pytest.raises(NotImplementedInShim, match=name):
                getattr(mx.nd, name)
    with pytest.raises(AttributeError, match="has no attribute 'summ'"):
        mx.nd.summ


def test_switches_are_per_thread():
    seen = []
    mx.npx.set_np()
    try:
        thread = threading.Thread(target=lambda: seen.append(mx.util.is_np_array()))
        thread.start()
        thread.join()
        assert seen == [False] and mx.util.is_np_array()
    finally:
        mx.npx.reset_np()


def test_repr_does_not_depend_on_numpys_version():
    assert repr(mx.np.array(numpy.arange(1500))).endswith("1498, 1499], dtype=int64)")
    assert repr(mx.np.array(numpy.zeros((0, 2)))) == "array([], shape=(0, 2), dtype=float64)"


def test_lazy_names():
    assert mx.nd is mx.ndarray and mx.np is mx.numpy and mx.npx is mx.numpy_extension
    assert "nd" in dir(mx) and "exp" in dir(mx.nd)
    with pytest.raises(AttributeError):
        mx.nonsense


def test_gpu_without_cupy_says_what_to_install():
    if mx.context.num_gpus():
        pytest.skip("this machine has a GPU")
    with pytest.raises(mx.MXNetError, match="mxshim\\[cuda"):
        mx.nd.array([1.0], ctx=mx.gpu(0))
