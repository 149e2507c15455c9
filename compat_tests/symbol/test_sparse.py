"""Symbols with sparse arguments and gradients: values; what is bound decides the storage."""

from compat_tests.inputs import array
from compat_tests.ndarray.test_sparse_operators import pattern


def test_embedding_with_a_row_sparse_gradient(mx):
    weight, data = mx.sym.Variable("weight", stype="row_sparse"), mx.sym.Variable("data")
    out = mx.sym.Embedding(data, weight, input_dim=4, output_dim=2, sparse_grad=True)
    grad = mx.nd.sparse.zeros("row_sparse", (4, 2))
    run = out.bind(
        mx.cpu(),
        args={"weight": array(mx.nd, "float32", (4, 2)), "data": mx.nd.array([1, 3, 1])},
        args_grad={"weight": grad},
    )
    (made,) = run.forward(is_train=True)
    run.backward(array(mx.nd, "float32", (3, 2), seed="head"))
    return made, pattern(grad), pattern(run.grad_dict["weight"])


def test_dot_of_a_csr_argument(mx):
    data, weight = mx.sym.Variable("data", stype="csr"), mx.sym.Variable("weight")
    out = mx.sym.sparse.dot(data, weight)
    grad = mx.nd.sparse.zeros("row_sparse", (3, 2))
    run = out.bind(
        mx.cpu(),
        args={
            "data": mx.nd.array([[0, 1.0, 0], [2, 0, 0]]).tostype("csr"),
            "weight": array(mx.nd, "float32", (3, 2)),
        },
        args_grad={"weight": grad},
    )
    (made,) = run.forward(is_train=True)
    run.backward(array(mx.nd, "float32", (2, 2), seed="head"))
    return made, grad.asnumpy(), run.arg_dict["data"]


def test_graphs(mx):
    a, b = mx.sym.Variable("a"), mx.sym.Variable("b")
    sparse = mx.sym.sparse
    graphs = [
        mx.sym.cast_storage(a, stype="csr"), sparse.cast_storage(a, stype="row_sparse"),
        sparse.retain(a, b), sparse.add_n(a, b), sparse.square(a), sparse.sum(a, axis=1),
        sparse.FullyConnected(a, num_hidden=3), sparse.Embedding(a, b, input_dim=2, output_dim=3),
    ]  # fmt: skip
    return [graph.tojson() for graph in graphs]
