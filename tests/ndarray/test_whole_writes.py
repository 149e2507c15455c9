"""Writing a whole array of the same class takes a way of its own; what it means stays the same."""

from __future__ import annotations

import warnings

import numpy
import pytest

import mxshim as mx
from mxshim import autograd, nd


@pytest.fixture(params=["nd", "np"])
def front(request):
    return getattr(mx, request.param)


def test_value_is_cast_and_copied(front):
    target = front.zeros((2, 3), dtype="int32")
    value = front.ones((2, 3)) * 2.75
    target[:] = value
    assert target.dtype == numpy.int32 and (target.asnumpy() == 2).all()
    value[:] = 9
    assert (target.asnumpy() == 2).all()


def test_views_see_it(front):
    target = front.zeros((2, 3))
    row = target[1]
    target[:] = front.ones((2, 3))
    assert (row.asnumpy() == 1).all()


def test_other_device_of_the_processor(front):
    target = front.zeros((2,), ctx=mx.cpu(1))
    target[:] = front.ones((2,))
    assert target.ctx == mx.cpu(1) and (target.asnumpy() == 1).all()


def test_shapes_must_fit(front):
    target = front.zeros((2, 3))
    target[:] = front.ones((1, 3))
    assert (target.asnumpy() == 1).all()
    with pytest.raises((ValueError, mx.MXNetError)):
        target[:] = front.ones((2, 4))


def test_a_variable_keeps_its_gradient_and_refuses_while_recording(front):
    weight = front.ones((2,))
    weight.attach_grad()
    weight[:] = front.zeros((2,))
    assert weight.grad is not None and (weight.asnumpy() == 0).all()
    with autograd.record(), pytest.raises(mx.MXNetError):
        doubled = weight * 2
        doubled[:] = front.zeros((2,))


def test_array_of_numbers_out_of_range_is_silent():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert numpy.isinf(nd.array(numpy.array([1e300])).asnumpy()[0])
