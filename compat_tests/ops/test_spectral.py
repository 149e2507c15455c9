"""What MXNet has on GPUs only: its refusals, and the symbols that know the shapes all the same."""

from compat_tests.inputs import array, attempt


def test_on_the_cpu(mx):
    data, row = array(mx.nd, "float32", (2, 4)), mx.nd.array([[0, 1, 1, 2]])
    return (
        attempt(lambda: mx.nd.contrib.fft(data)),
        attempt(lambda: mx.nd.contrib.ifft(data)),
        attempt(lambda: mx.nd.contrib.count_sketch(data, row, row, out_dim=3)),
    )


def test_shapes(mx):
    sym, data = mx.sym.contrib, mx.sym.var("x")
    made = [
        sym.fft(data, name="y"),
        sym.ifft(data, name="y"),
        sym.count_sketch(data, mx.sym.var("h"), mx.sym.var("s"), out_dim=3, name="y"),
    ]
    given = [{}, {}, {"h": (1, 6), "s": (1, 6)}]
    return [
        (each.list_outputs(), each.infer_shape(x=shape, **more))
        for shape in ((4, 6), (2, 3, 4, 6))
        for each, more in zip(made, given)
    ]
