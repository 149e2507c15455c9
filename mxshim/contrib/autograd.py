"""The older face of autograd: recording and training are one switch here."""

from __future__ import annotations

import functools

from .. import autograd as _autograd
from .._core.missing import module_getattr
from ..ndarray import NDArray, zeros_like

string_types = (str,)
mark_variables = _autograd.mark_variables


def set_is_training(is_train):
    """Switch recording and training on or off together; return whether it was recording."""
    _autograd.set_training(is_train)
    return _autograd.set_recording(is_train)


class TrainingStateScope:
    """A scope in which recording and training are on or off."""

    def __init__(self, enter_state):
        self._enter_state = enter_state
        self._prev = None

    def __enter__(self):
        self._prev = set_is_training(self._enter_state)

    def __exit__(self, ptype, value, trace):
        if self._prev != self._enter_state:
            set_is_training(self._prev)


def train_section():
    """Return a scope that records for training."""
    return TrainingStateScope(True)


def test_section():
    """Return a scope, within another, that does not record."""
    return TrainingStateScope(False)


test_section.__test__ = False  # no test of pytest's


def backward(outputs, out_grads=None, retain_graph=False):
    """Write the gradients of the variables of ``outputs``, a list."""
    assert isinstance(outputs, (list, tuple)), "outputs must be a list or tuple of NDArrays"
    if out_grads is not None:
        assert len(out_grads) == len(outputs), "outputs and out_grads must have the same length"
    _autograd.backward(outputs, out_grads, retain_graph)


def compute_gradient(outputs):
    """Write the gradients; deprecated, :func:`backward` is its name now."""
    backward(outputs)


def grad_and_loss(func, argnum=None):
    """Return a function that gives the gradients of ``func``'s arguments, and what it returns.

    ``argnum``, a number or a list, chooses the arguments; all of them must be arrays otherwise.
    """

    @functools.wraps(func)
    def wrapped(*args):
        chosen = range(len(args)) if argnum is None else argnum
        chosen = [chosen] if isinstance(chosen, int) else chosen
        variables = [args[i] for i in chosen]
        for each in variables:
            assert isinstance(each, NDArray), "type of autograd input should NDArray."
        grads = [zeros_like(each) for each in variables]
        mark_variables(variables, grads)
        with train_section():
            outputs = func(*args)
        compute_gradient([outputs] if isinstance(outputs, NDArray) else outputs)
        return grads, outputs

    return wrapped


def grad(func, argnum=None):
    """Return a function that gives the gradients of ``func``'s arguments."""
    both = grad_and_loss(func, argnum)

    @functools.wraps(both)
    def wrapped(*args):
        return both(*args)[0]

    return wrapped


__getattr__ = module_getattr(__name__)
