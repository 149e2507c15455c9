"""NumPy's own functions on our arrays, and what mx.np takes from NumPy."""

import numpy
import pytest

from compat_tests.inputs import array, attempt, grads

FUNCTIONS = {
    "mean": lambda x: numpy.mean(x),
    "mean axis": lambda x: numpy.mean(x, axis=0),
    "sum": lambda x: numpy.sum(x, axis=1),
    "concatenate": lambda x: numpy.concatenate([x, x]),
    "concatenate mixed": lambda x: numpy.concatenate([x, numpy.ones((1, 3))]),
    "stack": lambda x: numpy.stack([x, x], axis=1),
    "reshape": lambda x: numpy.reshape(x, (3, 2)),
    "transpose": lambda x: numpy.transpose(x),
    "dot": lambda x: numpy.dot(x, x.T),
    "where": lambda x: numpy.where(x > 1, x, x * 0),
    "zeros_like": lambda x: numpy.zeros_like(x),
    "argmax": lambda x: numpy.argmax(x, axis=1),
    "shape": lambda x: numpy.shape(x),
    "median": lambda x: numpy.median(x),
    "size": lambda x: numpy.size(x),
    "ndim": lambda x: numpy.ndim(x),
    "cov": lambda x: numpy.cov(x),
    "allclose": lambda x: numpy.allclose(x, x),
    "array_equal": lambda x: numpy.array_equal(x, x),
    "linalg.norm": lambda x: numpy.linalg.norm(x),
    "linalg.cond": lambda x: numpy.linalg.cond(x),
    "tolist": lambda x: numpy.array(x.tolist()).shape,
}
UFUNCS = {
    "exp": lambda x: numpy.exp(x),
    "add": lambda x: numpy.add(x, x),
    "add number": lambda x: numpy.add(x, 1),
    "maximum": lambda x: numpy.maximum(x, 1.5),
    "sqrt": lambda x: numpy.sqrt(x),
    "greater": lambda x: numpy.greater(x, 1),
    "logaddexp": lambda x: numpy.logaddexp(x, x),
    "floor_divide": lambda x: numpy.floor_divide(x, 2),
    "isnan": lambda x: numpy.isnan(x),
    "tanh": lambda x: numpy.tanh(x),
    "reduce": lambda x: numpy.add.reduce(x),
    "outer": lambda x: numpy.multiply.outer(x, x),
    "out": lambda x: numpy.exp(x, out=x),
    "matmul": lambda x: numpy.matmul(x, x.T),
    "negative": lambda x: numpy.negative(x),
    "number times array": lambda x: numpy.float32(2) * x,
    "number minus array": lambda x: numpy.float64(2) - x,
    "number to a power": lambda x: numpy.float64(2) ** x,
    "host array times array": lambda x: numpy.ones((2, 3), dtype="float32") * x,
    "array times host array": lambda x: x * numpy.ones((2, 3), dtype="float32"),
}


@pytest.mark.np
@pytest.mark.parametrize("name", FUNCTIONS)
def test_array_function(mx, name):
    return FUNCTIONS[name](array(mx.np, "float32", (2, 3), low=0.5, high=2))


@pytest.mark.np
@pytest.mark.parametrize("name", UFUNCS)
def test_array_ufunc(mx, name):
    return UFUNCS[name](array(mx.np, "float32", (2, 3), low=0.5, high=2))


@pytest.mark.np
@pytest.mark.parametrize("name", ("exp", "mean", "add"))
def test_recorded(mx, name):
    x = array(mx.np, "float32", (2, 3), low=0.5, high=2)
    return grads(mx, {**FUNCTIONS, **UFUNCS}[name], x)


@pytest.mark.np
def test_fallback_while_recording(mx):
    x = array(mx.np, "float32", (2, 3), low=0.5, high=2)
    with mx.autograd.record():
        return attempt(FUNCTIONS["median"], x)


FALLBACKS = {
    "allclose": ((2, 3), (2, 3)),
    "argwhere": ((2, 3),),
    "array_equal": ((2, 3), (2, 3)),
    "corrcoef": ((2, 3),),
    "cov": ((2, 3),),
    "digitize": ((4,), (1,)),
    "divmod": ((3,), (3,)),
    "flatnonzero": ((2, 3),),
    "float_power": ((3,), (3,)),
    "frexp": ((3,),),
    "heaviside": ((3,), (3,)),
    "i0": ((3,),),
    "in1d": ((3,), (3,)),
    "interp": ((3,), (1,), (1,)),
    "intersect1d": ((3,), (3,)),
    "isclose": ((3,), (3,)),
    "isin": ((3,), (3,)),
    "lexsort": ((2, 3),),
    "modf": ((3,),),
    "msort": ((3, 2),),
    "nanargmax": ((3,),),
    "nanargmin": ((3,),),
    "nancumprod": ((3,),),
    "nancumsum": ((3,),),
    "nanmax": ((2, 3),),
    "nanmedian": ((2, 3),),
    "nanmin": ((2, 3),),
    "nanprod": ((2, 3),),
    "ndim": ((2, 3),),
    "poly": ((3,),),
    "polyadd": ((3,), (2,)),
    "polymul": ((3,), (2,)),
    "positive": ((3,),),
    "ptp": ((2, 3),),
    "real": ((3,),),
    "roots": ((3,),),
    "searchsorted": ((1,), (3,)),
    "setdiff1d": ((3,), (3,)),
    "setxor1d": ((3,), (3,)),
    "signbit": ((3,),),
    "size": ((2, 3),),
    "spacing": ((3,),),
    "trapz": ((3,),),
    "trim_zeros": ((3,),),
    "union1d": ((3,), (3,)),
    "unwrap": ((3,),),
    "vander": ((3,),),
    "npv": ((1,), (3,)),
}


@pytest.mark.np
@pytest.mark.parametrize("name", FALLBACKS)
def test_fallback(mx, name):
    drawn = [
        array(mx.np, "float32", s, seed=i, low=0, high=2) for i, s in enumerate(FALLBACKS[name])
    ]
    return getattr(mx.np, name)(*drawn)


CONSTANTS = (
    "pi e inf nan NaN NAN PINF NINF PZERO NZERO newaxis bool bool_ float16 float32 float64 "
    "uint8 int8 int32 int64"
)


@pytest.mark.parametrize("name", CONSTANTS.split())
def test_constants(mx, name):
    return getattr(mx.np, name)


@pytest.mark.parametrize("name", ("foo", "arrray", "sumx", "fft", "ndarrray"))
def test_unknown_names(mx, name):
    return (
        attempt(getattr, mx.np, name),
        attempt(getattr, mx.nd, name),
        attempt(getattr, mx.npx, name),
    )


@pytest.mark.np
def test_fromiter_over_arrays(mx):
    x = mx.np.array([1.0, 2.0])
    return numpy.asarray(x.asnumpy()), [float(v) for v in x], sum(x), max(x), sorted(x, key=float)
