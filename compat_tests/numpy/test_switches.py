"""set_np, scopes and decorators, per thread; files of arrays; mx.util."""

import os
import tempfile
import threading

import numpy
import pytest

from compat_tests.inputs import attempt


def state(mx):
    return mx.util.is_np_shape(), mx.util.is_np_array()


def test_set_and_reset(mx):
    seen = [state(mx)]
    mx.npx.set_np()
    seen.append(state(mx))
    mx.npx.reset_np()
    seen.append(state(mx))
    mx.npx.set_np(shape=True, array=False)
    seen.append(state(mx))
    return seen, attempt(mx.npx.set_np, shape=False, array=True), mx.util.set_np_shape(False)


def test_shape_may_not_go_first(mx):
    mx.npx.set_np()
    return attempt(mx.util.set_np_shape, False), state(mx)


def test_scopes(mx):
    seen = []
    with mx.np_shape():
        seen.append(state(mx))
        with mx.util.np_array(True):
            seen.append(state(mx))
            with mx.util.np_array(False):
                seen.append(state(mx))
            seen.append(state(mx))
    with mx.util.np_shape(False):
        seen.append(state(mx))
    return seen, state(mx)


def test_scope_after_an_error(mx):
    def fail():
        with mx.np_shape(True), mx.util.np_array(True):
            raise ValueError("stop")

    return attempt(fail), state(mx)


def test_decorated_functions(mx):
    @mx.util.use_np
    def both(a, b=2):
        """Say something."""
        return state(mx), a, b

    @mx.use_np_shape
    def shape():
        return state(mx)

    @mx.util.use_np_array
    def array():
        return state(mx)

    return both(1, b=3), shape(), array(), both.__name__, both.__doc__, state(mx)


def test_decorated_classes(mx):
    @mx.util.use_np
    class Thing:
        def __init__(self):
            self.made = state(mx)

        def method(self):
            return state(mx)

        @property
        def prop(self):
            return state(mx)

    thing = Thing()
    return thing.made, thing.method(), thing.prop, Thing.__name__, state(mx)


def test_decorated_generators(mx):
    @mx.util.use_np
    def counted():
        yield state(mx)

    return list(counted())


@pytest.mark.parametrize("thing", ("3", "None", "[]"))
def test_decorating_other_things(mx, thing):
    return attempt(mx.util.use_np_shape, eval(thing)), attempt(mx.util.use_np_array, eval(thing))


def test_threads_have_their_own(mx):
    mx.npx.set_np()
    seen = []
    thread = threading.Thread(target=lambda: seen.append(state(mx)))
    thread.start()
    thread.join()
    return seen, state(mx)


def test_shapes_with_and_without(mx):
    seen = [attempt(mx.nd.zeros, ()), attempt(mx.nd.zeros, (0, 2)), attempt(mx.nd.ones, 2)]
    with mx.np_shape():
        seen += [mx.nd.zeros(()), mx.nd.zeros((0, 2)), mx.nd.array([1.0])[0]]
    return seen, mx.nd.array([1.0])[0]


def test_legal_options(mx):
    legal = mx.util.np_ufunc_legal_option
    return [
        legal(k, v)
        for k, v in (("where", 3), ("casting", "safe"), ("casting", "x"), ("order", "C"),
                     ("order", 1), ("dtype", "float32"), ("dtype", numpy.int8), ("dtype", "x"),
                     ("subok", True), ("subok", 1), ("foo", 1))
    ]  # fmt: skip


def test_wrapped_functions(mx):
    unary = mx.util.wrap_np_unary_func(lambda x, out=None: (x, out))
    binary = mx.util.wrap_np_binary_func(lambda x, y, out=None: (x, y, out))
    return (
        unary(1), unary(1, out=2), unary(1, where=True), attempt(unary, 1, where=False),
        attempt(unary, 1, foo=1), attempt(unary, 1, dtype="float32"), attempt(unary, 1, order=3),
        binary(1, 2), binary(1, 2, casting="same_kind"), attempt(binary, 1, 2, casting="safe"),
        attempt(binary, 1, 2, subok=3), attempt(binary, 1, 2, foo=1),
    )  # fmt: skip


def test_environment(mx):
    mx.util.setenv("SHIM_TEST_NAME", "value")
    seen = mx.util.getenv("SHIM_TEST_NAME")
    mx.util.setenv("SHIM_TEST_NAME", None)
    return seen, mx.util.getenv("SHIM_TEST_NAME"), mx.util.getenv("SHIM_NO_SUCH_NAME")


def test_set_module(mx):
    @mx.util.set_module("somewhere.else")
    def function():
        pass

    return function.__module__, mx.util.get_gpu_count()


def stored(front, data, save, load):
    with tempfile.TemporaryDirectory() as folder:
        name = os.path.join(folder, "arrays.params")
        save(name, data)
        return load(name)


@pytest.mark.parametrize(
    "dtype", ("float16", "float32", "float64", "int8", "int32", "int64", "uint8")
)
def test_save_and_load(mx, front, dtype):
    home = mx.nd if front is mx.nd else mx.npx
    x, y = front.array([[1, 2]], dtype=dtype), front.array([3], dtype=dtype)
    return [
        stored(front, data, home.save, home.load)
        for data in (x, [x, y], {"a": x, "b c": y}, [], {})
    ]


def test_save_errors(mx, front):
    home = mx.nd if front is mx.nd else mx.npx
    bad = (3, [1, 2], {"a": 1}, {1: front.array([1.0])}, "text", None)
    seen = [attempt(stored, front, data, home.save, home.load) for data in bad]
    return seen, attempt(home.load, 3), attempt(home.save, 3, front.array([1.0]))


def test_save_under_other_semantics(mx):
    x, y = mx.nd.array([1.0]), mx.np.array([1.0])
    seen = [attempt(stored, mx.nd, y, mx.nd.save, mx.nd.load)]
    seen.append(attempt(stored, mx.np, y, mx.npx.save, mx.npx.load))
    mx.npx.set_np()
    seen.append(attempt(stored, mx.np, x, mx.npx.save, mx.npx.load))
    return seen, attempt(stored, mx.nd, x, mx.nd.save, mx.nd.load)


@pytest.mark.np
def test_save_small_shapes(mx):
    data = {"scalar": mx.np.array(2.5), "empty": mx.np.array([])}
    return stored(mx.np, data, mx.npx.save, mx.npx.load)


def test_load_from_a_buffer(mx):
    with tempfile.TemporaryDirectory() as folder:
        name = os.path.join(folder, "arrays.params")
        mx.nd.save(name, {"a": mx.nd.array([1.0])})
        with open(name, "rb") as file:
            data = file.read()
    return mx.nd.load_frombuffer(data), attempt(mx.nd.load_frombuffer, b"no arrays" * 9)
