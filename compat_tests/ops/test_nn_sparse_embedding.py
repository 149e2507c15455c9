"""The embedding for huge vocabularies."""

from __future__ import annotations

from compat_tests.inputs import attempt


def test_lookup(mx):
    weight = mx.nd.array([[1.0, 2], [3, 4], [5, 6]])
    call = mx.nd.contrib.SparseEmbedding
    index = mx.nd.array([[0, 2], [2, 5]])
    return (
        call(index, weight, input_dim=3, output_dim=2),
        attempt(call, index, weight, input_dim=4, output_dim=2),
        attempt(call, index, weight, input_dim=3),
    )


def test_dense_gradient(mx):
    weight = mx.nd.array([[1.0, 2], [3, 4], [5, 6]])
    weight.attach_grad()
    with mx.autograd.record():
        out = mx.nd.contrib.SparseEmbedding(
            mx.nd.array([0, 2, 2]), weight, input_dim=3, output_dim=2
        )
    out.backward()
    return weight.grad


def test_symbol(mx):
    made = mx.sym.contrib.SparseEmbedding(mx.sym.var("i"), input_dim=3, output_dim=2)
    return made.list_arguments(), made.list_outputs(), made.infer_shape(i=(2, 4))


def test_rows_gradient(mx):
    """The gradient holds the rows that were read."""
    weight = mx.nd.array([[1.0, 2], [3, 4], [5, 6]])
    weight.attach_grad(stype="row_sparse")
    call = mx.nd.contrib.SparseEmbedding
    with mx.autograd.record():
        out = call(mx.nd.array([0, 2, 2]), weight, input_dim=3, output_dim=2)
    out.backward(mx.nd.array([[1.0, 2], [3, 4], [5, 6]]))
    return weight.grad.stype, weight.grad.indices, weight.grad.data


def test_rows_of_rows(mx):
    weight = mx.nd.array([[1.0, 2], [3, 4], [5, 6]]).tostype("row_sparse")
    call = mx.nd.contrib.SparseEmbedding
    return call(mx.nd.array([0, 2, 2]), weight, input_dim=3, output_dim=2)
