"""Checking that several ways to compute one thing agree, and how fast they are."""

from __future__ import annotations

import copy
import time
import traceback

import numpy as np

from .. import autograd, ndarray, random
from ..initializer import Initializer
from ..symbol import Symbol
from ..util import use_np
from ._compare import assert_almost_equal, compare_ndarray_tuple
from ._draw import rand_ndarray
from ._tolerances import default_context, get_tols

# ---- one symbol


def check_speed(sym, location=None, ctx=None, N=20, grad_req=None, typ="whole", **kwargs):
    """Return the seconds that a symbol takes, forward and backward or only ``"forward"``.

    The mean of ``N`` runs after one to warm up. ``location`` maps arguments to NumPy arrays;
    without it they are drawn, for the shapes that ``kwargs`` hand to ``simple_bind``.
    """
    ctx = default_context() if ctx is None else ctx
    grad_req = "write" if grad_req is None else grad_req
    if location is None:
        executor = sym.simple_bind(grad_req=grad_req, ctx=ctx, **kwargs)
        location = {
            name: np.random.normal(size=array.shape, scale=1.0)
            for name, array in executor.arg_dict.items()
        }
    else:
        assert isinstance(location, dict), f'Expect dict, get "location"={location}'
        shapes = {name: value.shape for name, value in location.items()}
        executor = sym.simple_bind(grad_req=grad_req, ctx=ctx, **shapes)
    for name, value in location.items():
        executor.arg_dict[name][:] = value.astype(executor.arg_dict[name].dtype)
    if typ not in ("whole", "forward"):
        raise ValueError('typ can only be "whole" or "forward".')

    def run():
        executor.forward(is_train=typ == "whole")
        if typ == "whole":
            executor.backward(out_grads=executor.outputs)

    run()
    ndarray.waitall()
    start = time.time()
    for _ in range(N):
        run()
    ndarray.waitall()
    return (time.time() - start) / N


# ---- one symbol in several places


def check_consistency(
    sym, ctx_list, scale=1.0, grad_req="write", arg_params=None, aux_params=None, rtol=None,
    atol=None, raise_on_err=True, ground_truth=None, equal_nan=False, use_uniform=False,
    rand_type=np.float64,
):  # fmt: skip
    """Raise AssertionError unless a symbol gives the same on several contexts and dtypes.

    ``ctx_list`` holds keywords for ``simple_bind``: ``{"ctx": mx.cpu(), "data": (2, 3),
    "type_dict": {"data": "float64"}}``; ``sym`` may be a list with a symbol for each. The first
    one of the most precise dtype is the measure of the others, unless ``ground_truth`` maps the
    names of outputs and arguments to values. Missing arguments are drawn, into ``arg_params`` if
    given. With ``raise_on_err=False`` errors are printed only. Return the measure.
    """
    assert len(ctx_list) > 1
    syms = [sym] * len(ctx_list) if isinstance(sym, Symbol) else sym
    assert len(syms) == len(ctx_list)
    outputs, arguments = syms[0].list_outputs(), syms[0].list_arguments()
    executors = []
    for each, options in zip(syms, ctx_list):
        assert each.list_arguments() == arguments
        assert each.list_outputs() == outputs
        executors.append(each.simple_bind(grad_req=grad_req, **options))
    _fill(executors, arg_params, aux_params, scale, grad_req, use_uniform, rand_type)

    for executor in executors:
        executor.forward(is_train=False)
    dtypes = [np.dtype(executor.outputs[0].dtype) for executor in executors]
    best = int(np.argmax(dtypes))
    checks = _Checks(executors, dtypes, best, rtol, atol, equal_nan, raise_on_err)

    truth = checks.measure(grad_req) if ground_truth is None else ground_truth
    checks.predictions(outputs, truth)
    if grad_req != "null":
        for executor in executors:
            executor.forward(is_train=True)
        if ground_truth is None:
            truth = checks.measure(grad_req)
        _backward(executors)
        checks.gradients(outputs + arguments, truth)
    return truth


def _fill(executors, arg_params, aux_params, scale, grad_req, use_uniform, rand_type):
    """Write the same arguments into all executors, those not given in the order of their names."""
    arg_params = {} if arg_params is None else arg_params
    aux_params = {} if aux_params is None else aux_params
    for name, array in sorted(executors[0].arg_dict.items()):
        if name not in arg_params:
            if use_uniform:
                drawn = np.random.uniform(-0.92 * scale, 0.92 * scale, size=array.shape)
            else:
                drawn = np.random.normal(size=array.shape, scale=scale)
            arg_params[name] = drawn.astype(rand_type)
    for name in executors[0].aux_dict:
        aux_params.setdefault(name, 0)
    for executor in executors:
        for name, array in executor.arg_dict.items():
            array[:] = arg_params[name]
        for name, array in executor.aux_dict.items():
            array[:] = aux_params[name]
        if grad_req == "add":
            for array in executor.grad_arrays:
                array[:] = 0


def _smaller(one, other):
    """Return the less precise of two dtypes."""
    return one if np.dtype(one).itemsize < np.dtype(other).itemsize else other


def _backward(executors):
    """Go backward everywhere from the first one's outputs, cast to the least precise dtype."""
    golden = []
    for i, output in enumerate(executors[0].outputs):
        least = output.dtype
        for executor in executors:
            least = _smaller(executor.outputs[i].dtype, least)
        golden.append(output.astype(least).asnumpy())
    for executor in executors:
        heads = [
            ndarray.array(value, ctx=executor._ctx, dtype=output.dtype).tostype(output.stype)
            for value, output in zip(golden, executor.outputs)
        ]
        executor.backward(heads)


class _Checks:
    """Compare what the executors hold with the measure."""

    def __init__(self, executors, dtypes, best, rtol, atol, equal_nan, raise_on_err):
        self.executors, self.dtypes, self.best = executors, dtypes, best
        self.rtol, self.atol, self.equal_nan = rtol, atol, equal_nan
        self.raise_on_err = raise_on_err

    def measure(self, grad_req):
        """Return the outputs and gradients of the best executor by name."""
        chosen = self.executors[self.best]
        truth = dict(chosen.output_dict)
        if grad_req != "null":
            truth.update(chosen.grad_dict)
        return truth

    def _others(self):
        return ((i, e) for i, e in enumerate(self.executors) if i != self.best)

    def predictions(self, names, truth):
        """Compare the outputs."""
        for i, executor in self._others():
            for name, array in zip(names, executor.outputs):
                title = f"Predict Err: ctx {i} vs ctx {self.best} at {name}"
                self._compare(array, truth[name], self.rtol, self.atol, title)

    def gradients(self, names, truth):
        """Compare outputs and gradients after training."""
        for i, executor in self._others():
            for name, array in zip(names, executor.outputs + executor.grad_arrays):
                wanted = truth[name]
                if wanted is None:
                    assert array is None
                    continue
                title = (
                    f"Train Err: {np.dtype(array.dtype).name} {array.ctx} ctx {i} vs "
                    f"{np.dtype(wanted.dtype).name} {getattr(wanted, 'ctx', None)} "
                    f"ctx {self.best} at {name}"
                )
                self._compare(array, wanted, *self._tolerances(i, array, wanted), title)

    def _tolerances(self, i, array, wanted):
        """Take the tolerances of the outputs' dtypes where those are less precise."""
        mine = _smaller(array.dtype, self.dtypes[i])
        theirs = _smaller(wanted.dtype, self.dtypes[self.best])
        if mine == array.dtype and theirs == wanted.dtype:
            return self.rtol, self.atol
        return get_tols(array.astype(mine), wanted.astype(theirs), self.rtol, self.atol)

    def _compare(self, array, wanted, rtol, atol, title):
        try:
            assert_almost_equal(array, wanted, rtol=rtol, atol=atol, equal_nan=self.equal_nan)
        except AssertionError as error:
            print(title)
            traceback.print_exc()
            if self.raise_on_err:
                raise
            print(error)


# ---- one block, plain and hybridized


class _Given(Initializer):
    """Set parameters to the NumPy arrays that a dict has for their names."""

    def __init__(self, values):
        super().__init__()
        self._values = values

    def _init_weight(self, name, arr):
        arr[()] = self._values[name]


@use_np
def check_gluon_hybridize_consistency(
    net_builder, data_l, numpy_func=None, test_grad=True, rtol=1e-4, atol=1e-4
):
    """Raise AssertionError unless a block computes the same plain and hybridized, recorded or not.

    ``net_builder(prefix=...)`` makes the block, ``data_l`` lists its inputs (``mx.np`` arrays) and
    ``numpy_func`` may give the right output for the same inputs as NumPy arrays. The gradients
    are compared too, those of the inputs with the output as head gradient.
    """
    values = output = gradients = None
    for hybridize in (False, True):
        for recorded in (False, True) if test_grad else (False,):
            net = net_builder(prefix="net_")
            net.initialize(*([] if values is None else [_Given(values)]))
            if hybridize:
                net.hybridize()
            inputs = [part.copy() for part in data_l]
            found = _forward_backward(net, inputs) if recorded else net(*inputs)
            if values is None:
                values = {name: p.data().asnumpy() for name, p in net.collect_params().items()}
                output = found.asnumpy()
            assert_almost_equal(found.asnumpy(), output, rtol=rtol, atol=atol)
            if recorded:
                pulled = [part.grad.asnumpy() for part in inputs]
                for one, other in zip(pulled, gradients or pulled):
                    assert_almost_equal(one, other, rtol=rtol, atol=atol)
                gradients = gradients or pulled
    if numpy_func is not None:
        right = numpy_func(*(part.asnumpy() for part in data_l))
        assert_almost_equal(output, right, rtol=rtol, atol=atol)


def _forward_backward(net, inputs):
    for part in inputs:
        part.attach_grad()
    with autograd.record():
        out = net(*inputs)
    out.backward(out)
    return out


# ---- two optimizers


def compare_optimizer(
    opt1, opt2, shape, dtype, w_stype="default", g_stype="default", rtol=1e-4, atol=1e-5,
    compare_states=True, ntensors=1,
):  # fmt: skip
    """Raise AssertionError unless one step of two optimizers gives the same weights and states.

    ``opt1`` works on dense arrays, ``opt2`` on the storage types asked for. For a list of
    ``ntensors`` shapes ``opt2`` updates all weights at once.
    """
    if isinstance(shape, list):
        _compare_many(opt1, opt2, shape, dtype, rtol, atol, compare_states, ntensors)
        return
    assert ntensors == 1
    weight2, weight1 = _pair(shape, dtype, w_stype, density=1)
    gradient2, gradient1 = _pair(shape, dtype, g_stype)
    state1 = opt1.create_state_multi_precision(0, weight1)
    state2 = opt2.create_state_multi_precision(0, weight2)
    if compare_states:
        compare_ndarray_tuple(state1, state2)
    opt1.update_multi_precision(0, weight1, gradient1, state1)
    opt2.update_multi_precision(0, weight2, gradient2, state2)
    if compare_states:
        compare_ndarray_tuple(state1, state2, rtol=rtol, atol=atol)
    assert_almost_equal(weight1, weight2, rtol=rtol, atol=atol)


def _pair(shape, dtype, stype, density=None):
    """Draw an array of the storage type and return it with a dense copy."""
    if stype == "default":
        drawn = random.uniform(shape=shape, ctx=default_context(), dtype=dtype)
        return drawn, drawn.copyto(default_context())
    if stype not in ("row_sparse", "csr"):
        raise Exception("type not supported yet")
    drawn = rand_ndarray(shape, stype, density=density, dtype=dtype)
    return drawn, drawn.copyto(default_context()).tostype("default")


def _compare_many(opt1, opt2, shapes, dtype, rtol, atol, compare_states, ntensors):
    weights1, gradients1 = [], []
    for shape in shapes:
        for kept in (weights1, gradients1):
            kept.append(random.uniform(shape=shape, ctx=default_context(), dtype=dtype))
    weights2, gradients2 = (tuple(copy.deepcopy(kept)) for kept in (weights1, gradients1))
    states2 = [opt2.create_state_multi_precision(0, weights2[i]) for i in range(ntensors)]
    opt2.update_multi_precision(list(range(ntensors)), weights2, gradients2, states2)
    for i in range(ntensors):
        state1 = opt1.create_state_multi_precision(i, weights1[i])
        opt1.update_multi_precision(i, weights1[i], gradients1[i], state1)
        if compare_states:
            compare_ndarray_tuple(state1, states2[i], rtol, atol)
        compare_ndarray_tuple(weights1[i], weights2[i], rtol, atol)
