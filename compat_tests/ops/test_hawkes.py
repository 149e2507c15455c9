"""The log likelihood of Hawkes processes: values, gradients, refusals."""

from __future__ import annotations

import pytest

from compat_tests.inputs import array, attempt, grads

LENGTHS = {"full": [5, 5, 5], "ragged": [5, 0, 2], "fractions": [1.5, -1, 4.0]}


def inputs(nd, dtype="float32", lengths=(5, 3, 2)):
    def positive(*shape):
        return array(nd, dtype, shape, low=0.1, high=1.5)

    marks = nd.array([[0, 1, 1, 0, 1], [1, 1, 0, 0, 1], [1, 0, 0, 1, 0]], dtype="int32")
    return [
        positive(3, 2), positive(2), positive(2) + 0.2, positive(3, 2), positive(3, 5), marks,
        nd.array(lengths, dtype=dtype), nd.array([9, 10.5, 11], dtype=dtype),
    ]  # fmt: skip


@pytest.mark.parametrize("dtype", ("float32", "float16"))
@pytest.mark.parametrize("name", LENGTHS)
def test_hawkesll(mx, name, dtype):
    given = inputs(mx.nd, dtype, LENGTHS[name])
    return grads(mx, lambda *first: mx.nd.contrib.hawkesll(*first, *given[4:])[0], *given[:4])


def test_hawkesll_state(mx):
    return mx.nd.contrib.hawkesll(*inputs(mx.nd))


def test_hawkesll_head(mx):
    given = inputs(mx.nd)
    head = mx.nd.array([1, -2, 0.5])
    call = mx.nd.contrib.hawkesll
    return grads(mx, lambda *first: call(*first, *given[4:])[0], *given[:4], head=head)


def test_hawkesll_through_the_state(mx):
    given = inputs(mx.nd)
    call = mx.nd.contrib.hawkesll
    seen = grads(mx, lambda *first: call(*first, *given[4:])[1], *given[:4])
    return [gradient + 0 for gradient in seen["grads"]]  # no negative zeros


@pytest.mark.parametrize("position", (4, 6, 7))
def test_hawkesll_other_gradients(mx, position):
    given = inputs(mx.nd)

    def call(each):
        return mx.nd.contrib.hawkesll(*given[:position], each, *given[position + 1 :])[0]

    return attempt(lambda: grads(mx, call, given[position])["grads"][0].asnumpy())


@pytest.mark.parametrize("position", range(8))
def test_hawkesll_refusals(mx, position):
    given, call = inputs(mx.nd), mx.nd.contrib.hawkesll
    seen = []
    for changed in (
        lambda x: x.expand_dims(0),
        lambda x: mx.nd.concat(x, x, dim=0),
        lambda x: x.astype("float64"),
    ):
        other = [*given[:position], changed(given[position]), *given[position + 1 :]]
        seen.append(attempt(call, *other))
    return seen


def test_hawkesll_symbol(mx):
    made = mx.sym.contrib.hawkesll(name="h")
    return made.list_arguments(), made.list_outputs(), made.infer_type(h_lda="float64")
