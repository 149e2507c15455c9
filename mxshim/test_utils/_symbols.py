"""Checking symbols: outputs against expected ones, gradients against finite differences."""

from __future__ import annotations

import json

import numpy as np

from .. import ndarray, symbol
from ..ndarray import NDArray
from ..symbol.numpy import _Symbol as np_symbol
from ._compare import assert_almost_equal
from ._draw import create_sparse_array
from ._tolerances import default_context, default_numeric_eps, get_tolerance

_FLOATS = (np.float16, np.float32, np.float64)


def simple_forward(sym, ctx=None, is_train=False, **inputs):
    """Run a symbol on NumPy arrays; return its output as one, several outputs as a list."""
    given = {name: ndarray.array(value) for name, value in inputs.items()}
    executor = sym.bind(ctx or default_context(), args=given)
    executor.forward(is_train=is_train)
    outputs = [output.asnumpy() for output in executor.outputs]
    return outputs[0] if len(outputs) == 1 else outputs


def same_symbol_structure(sym1, sym2):
    """Tell whether the nodes of two symbols have the same operators, in order.

    mxnet: as far as the shorter one goes, test_same_symbol_structure.
    """
    nodes = (json.loads(sym.tojson())["nodes"] for sym in (sym1, sym2))
    return all(one["op"] == other["op"] for one, other in zip(*nodes))


# ---- arguments of the checks


def _array(value, ctx, dtype):
    """Copy a NumPy array to ``ctx`` in ``dtype``, or in its own for ``"asnumpy"``."""
    keep = isinstance(dtype, str) and dtype == "asnumpy"
    return ndarray.array(value, ctx=ctx, dtype=value.dtype if keep else dtype)


def _moved(value, ctx, dtype):
    return _array(value, ctx, dtype) if isinstance(value, np.ndarray) else value


def _check_dtype(dtype):
    assert (isinstance(dtype, str) and dtype == "asnumpy") or dtype in _FLOATS


def _place(sym, location, ctx, dtype):
    """Return ``{argument: array}`` in the order of names, from a list or a dict."""
    assert isinstance(location, (dict, list, tuple))
    _check_dtype(dtype)
    names = sym.list_arguments()
    if not isinstance(location, dict):
        location = dict(zip(names, location))
    elif set(location) != set(names):
        raise ValueError(
            "Symbol arguments and keys of the given location do not match."
            f"symbol args:{set(names)}, location.keys():{set(location)}"
        )
    return {name: _moved(location[name], ctx, dtype) for name in sorted(location)}


def _place_states(sym, aux_states, ctx, dtype):
    """Return ``{auxiliary state: array}``, or None when none are given."""
    _check_dtype(dtype)
    if aux_states is None:
        return None
    names = sym.list_auxiliary_states()
    if not isinstance(aux_states, dict):
        aux_states = dict(zip(names, aux_states))
    elif set(aux_states) != set(names):
        raise ValueError(
            "Symbol aux_states names and given aux_states do not match."
            f"symbol aux_names:{set(names)}, aux_states.keys:{set(aux_states)}"
        )
    return {name: _array(value, ctx, dtype) for name, value in aux_states.items()}


# ---- checks against expected values


def check_symbolic_forward(
    sym, location, expected, rtol=None, atol=None, aux_states=None, ctx=None, equal_nan=False,
    dtype=np.float32,
):  # fmt: skip
    """Raise AssertionError unless a symbol's outputs are as expected; return them.

    ``location`` and ``expected``: NumPy arrays by name, or in the order of arguments and outputs.
    ``dtype="asnumpy"`` keeps the dtypes of the arrays.
    """
    ctx = default_context() if ctx is None else ctx
    location = _place(sym, location, ctx, dtype)
    aux_states = _place_states(sym, aux_states, ctx, dtype)
    names = sym.list_outputs()
    if isinstance(expected, dict):
        expected = [expected[name] for name in names]
    gradients = {
        name: ndarray.zeros(value.shape, ctx=ctx, dtype=value.dtype)
        for name, value in location.items()
    }
    executor = sym.bind(ctx=ctx, args=location, args_grad=gradients, aux_states=aux_states)
    executor.forward(is_train=False)
    for name, wanted, output in zip(names, expected, executor.outputs):
        called = f"EXPECTED_{name}", f"FORWARD_{name}"
        assert_almost_equal(wanted, output, rtol, atol, called, equal_nan=equal_nan)
    return executor.outputs


def check_symbolic_backward(
    sym, location, out_grads, expected, rtol=None, atol=None, aux_states=None, grad_req="write",
    ctx=None, grad_stypes=None, equal_nan=False, dtype=np.float32,
):  # fmt: skip
    """Raise AssertionError unless a symbol's gradients are as expected; return them by name.

    The gradients' buffers hold random numbers before, so that ``grad_req`` is checked as well.
    """
    ctx = default_context() if ctx is None else ctx
    location = _place(sym, location, ctx, dtype)
    aux_states = _place_states(sym, aux_states, ctx, dtype)
    arguments = sym.list_arguments()
    if isinstance(expected, (list, tuple)):
        expected = dict(zip(arguments, expected))
    before = {name: np.random.normal(size=expected[name].shape) for name in sorted(expected)}
    gradients = {
        name: _buffer(value, expected[name], (grad_stypes or {}).get(name), ctx, dtype)
        for name, value in before.items()
    }
    if isinstance(grad_req, str):
        grad_req = dict.fromkeys(arguments, grad_req)
    elif isinstance(grad_req, (list, tuple)):
        grad_req = dict(zip(arguments, grad_req))
    executor = sym.bind(
        ctx=ctx, args=location, args_grad=gradients, aux_states=aux_states, grad_req=grad_req
    )
    executor.forward(is_train=True)
    executor.backward(_heads(out_grads, ctx, dtype))
    for name, wanted in expected.items():
        _check_gradient(
            grad_req[name], name, wanted, gradients[name], before[name],
            ("EXPECTED", "BACKWARD"), rtol, atol, equal_nan,
        )  # fmt: skip
    return gradients


def _buffer(value, expected, stype, ctx, dtype):
    if stype is not None and stype != "default":
        return create_sparse_array(value.shape, stype, density=0.0)
    keep = isinstance(dtype, str) and dtype == "asnumpy"
    return ndarray.array(value, ctx=ctx, dtype=expected.dtype if keep else dtype)


def _heads(out_grads, ctx, dtype):
    if isinstance(out_grads, (tuple, list)):
        return [_moved(value, ctx, dtype) for value in out_grads]
    if isinstance(out_grads, dict):
        return {name: _moved(value, ctx, dtype) for name, value in out_grads.items()}
    assert out_grads is None
    return None


def _check_gradient(
    request, name, wanted, gradient, before, titles, rtol, atol, equal_nan=False
):  # fmt: skip
    """Compare a gradient by what was requested: written, added to what was there, or left."""
    called = tuple(f"{title}_{name}" for title in titles)
    if request == "write":
        one, other = wanted, gradient
    elif request == "add":
        held = gradient.asnumpy() if isinstance(gradient, NDArray) else gradient
        one, other = wanted, held - before
    elif request == "null":
        one, other = before, gradient
    else:
        raise ValueError(f"Invalid grad_req {request} for argument {name}")
    assert_almost_equal(one, other, rtol, atol, called, equal_nan=equal_nan)


# ---- finite differences


def numeric_grad(
    executor, location, aux_states=None, eps=1e-4, use_forward_train=True, dtype=np.float32
):
    """Return ``{argument: gradient}`` of the sum of the first output, by central differences.

    ``location`` maps arguments to NumPy arrays; those of other than float dtypes get zeros. The
    executor runs twice for each element, on auxiliary states that start afresh each time.
    """
    assert dtype in _FLOATS
    gradients = {name: np.zeros(value.shape, dtype=dtype) for name, value in location.items()}
    for name, value in location.items():
        if executor.arg_dict[name].stype == "default":
            executor.arg_dict[name][:] = ndarray.array(value, dtype=dtype)
    for name in location:
        location[name] = np.asarray(location[name], order="C")

    def write(held, value):
        held[:] = ndarray.array(value, dtype=dtype).tostype(held.stype)

    def run(name, value):
        write(executor.arg_dict[name], value)
        for state, kept in (aux_states or {}).items():
            write(executor.aux_dict[state], kept)
        executor.forward(is_train=use_forward_train)
        return executor.outputs[0].asnumpy()

    for name, value in location.items():
        if value.dtype.kind != "f":
            continue
        flat, original = value.ravel(), value.copy()
        for i, start in enumerate(original.ravel()):
            # In place, so that the steps round as the dtype does.
            flat[i] += eps / 2.0
            above = run(name, value)
            flat[i] -= eps
            below = run(name, value)
            gradients[name].ravel()[i] = (above - below).sum() / eps
            flat[i] = start
        write(executor.arg_dict[name], original)
    return gradients


def check_numeric_gradient(
    sym, location, aux_states=None, numeric_eps=None, rtol=None, atol=None, grad_nodes=None,
    use_forward_train=True, ctx=None, grad_stype_dict=None, dtype=np.float32,
):  # fmt: skip
    """Raise AssertionError unless a symbol's gradients agree with finite differences.

    What is differentiated is the output times a random array. ``grad_nodes``: the arguments to
    check, or a dict from them to the requests ``write``, ``add`` and ``null``.
    """
    assert dtype in _FLOATS
    ctx = default_context() if ctx is None else ctx
    location = _place(sym, location, ctx, dtype)
    values = {name: value.asnumpy() for name, value in location.items()}
    aux_states = _place_states(sym, aux_states, ctx, dtype)
    states = None
    if aux_states is not None:
        states = {name: value.asnumpy() for name, value in aux_states.items()}
    requests = _requests(sym, grad_nodes)

    _, shapes, _ = sym.infer_shape(**{name: value.shape for name, value in location.items()})
    # No small factors: too much precision would be lost in the differences.
    factors = np.random.rand(*shapes[0]) + 0.1
    location[_FACTORS] = ndarray.array(factors, ctx=ctx, dtype=dtype)
    before = {name: np.random.normal(0, 0.01, size=location[name].shape) for name in requests}
    before[_FACTORS] = np.random.normal(0, 0.01, size=shapes[0])
    gradients = {name: ndarray.array(value, ctx=ctx, dtype=dtype) for name, value in before.items()}
    _make_sparse(gradients, grad_stype_dict)

    executor = _projected(sym).bind(
        ctx, grad_req=requests, args=location, args_grad=gradients, aux_states=aux_states
    )
    if len(executor.arg_arrays) != len(location):
        raise ValueError(
            "Executor arg_arrays and and location len do not match."
            f"Got {len(executor.arg_arrays)} inputs and {len(location)} locations"
        )
    assert len(executor.outputs) == 1
    executor.forward(is_train=True)
    eps = get_tolerance(executor.outputs[0], numeric_eps, default_numeric_eps())
    if dtype in (np.float32, np.float16):
        assert eps >= 1e-5  # smaller steps drown in rounding
    executor.backward()
    computed = {name: executor.grad_dict[name] for name in requests}
    numeric = numeric_grad(
        executor, values, states, eps=eps, use_forward_train=use_forward_train, dtype=dtype
    )
    for name, request in requests.items():
        _check_gradient(
            request, name, numeric[name], computed[name], before[name],
            ("NUMERICAL", "BACKWARD"), rtol, atol,
        )  # fmt: skip


_FACTORS = "__random_proj"


def _requests(sym, grad_nodes):
    if grad_nodes is None:
        grad_nodes = sym.list_arguments()
    if isinstance(grad_nodes, dict):
        return dict(grad_nodes)
    if isinstance(grad_nodes, (list, tuple)):
        return dict.fromkeys(grad_nodes, "write")
    raise ValueError


def _make_sparse(gradients, stypes):
    """Replace gradients by empty sparse arrays where ``stypes`` says so."""
    if stypes is None:
        return
    assert isinstance(stypes, dict), "grad_stype_dict must be a dict"
    for name, stype in stypes.items():
        if name in gradients and stype in ("row_sparse", "csr"):
            dense = gradients[name]
            gradients[name] = ndarray.zeros(
                dense.shape, ctx=dense.context, dtype=dense.dtype, stype=stype
            )


def _projected(sym):
    """Return the loss that is ``sym`` times the factors."""
    factors = symbol.Variable(_FACTORS)
    if isinstance(sym, np_symbol):
        return symbol.make_loss((sym * factors.as_np_ndarray()).as_nd_ndarray())
    return symbol.make_loss(sym * factors)
