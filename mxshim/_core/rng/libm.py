"""The C library's float functions, bit for bit, on whole arrays.

MXNet's samplers call ``logf``, ``expf`` and their kin of the GNU C library, which are not
correctly rounded; NumPy's own float loops round differently still.  The first three follow the
public description of their algorithm (tables of 16 or 32 entries, double arithmetic, one rounding
at the end), which has been the same since glibc 2.28; the double functions are the C library's
own, through :mod:`math` where NumPy's differ.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy

_f64 = numpy.float64


def _hex(exponent: str, words: str) -> list[float]:
    """Read hexadecimal mantissas that share the exponent unless they have one of their own."""
    return [
        float.fromhex(("-0x" if word[0] == "-" else "0x") + word.lstrip("-"))
        for word in (w if "p" in w else w + exponent for w in words.split())
    ]


#: 1/c and log(c), log2(c) for the centre c of each sixteenth of the range 0.7 to 1.4.
_INVERSE = numpy.array(
    _hex("p+0", "1.661ec79f8f3be 1.571ed4aaf883d 1.49539f0f010b 1.3c995b0b80385 1.30d190c8864a5"
         " 1.25e227b0b8ea 1.1bb4a4a1a343f 1.12358f08ae5ba 1.0953f419900a7 1")
    + _hex("p-1", "1.e608cfd9a47ac 1.ca4b31f026aa 1.b2036576afce6 1.9c2d163a1aa2d"
           " 1.886e6037841ed 1.767dcf5534862")
)  # fmt: skip
_LOG = numpy.array(_hex(
    "", "-1.57bf7808caadep-2 -1.2bef0a7c06ddbp-2 -1.01eae7f513a67p-2 -1.b31d8a68224e9p-3"
    " -1.6574f0ac07758p-3 -1.1aa2bc79c81p-3 -1.a4e76ce8c0e5ep-4 -1.1973c5a611cccp-4"
    " -1.252f438e10c1ep-5 0p0 1.aa5aa5df25984p-5 1.c5e53aa362eb4p-4 1.526e57720db08p-3"
    " 1.bc2860d22477p-3 1.1058bc8a07ee1p-2 1.4043057b6ee09p-2",
))  # fmt: skip
_LOG2 = numpy.array(_hex(
    "", "-1.efec65b963019p-2 -1.b0b6832d4fca4p-2 -1.7418b0a1fb77bp-2 -1.39de91a6dcf7bp-2"
    " -1.01d9bf3f2b631p-2 -1.97c1d1b3b7afp-3 -1.2f9e393af3c9fp-3 -1.960cbbf788d5cp-4"
    " -1.a6f9db6475fcep-5 0p0 1.338ca9f24f53dp-4 1.476a9543891bap-3 1.e840b4ac4e4d2p-3"
    " 1.40645f0c6651cp-2 1.88e9c2c1b9ff8p-2 1.ce0a44eb17bccp-2",
))  # fmt: skip
_LN2 = float.fromhex("0x1.62e42fefa39efp-1")
_LOG_POLY = _hex("", "-1.00ea348b88334p-2 1.5575b0be00b6ap-2 -1.ffffef20a4123p-2")
_EXP_POLY = _hex("", "1.c6af84b912394p-5 1.ebfce50fac4f3p-3 1.62e42ff0c52d6p-1")
_POW_POLY = _hex("", "1.27616c9496e0bp-2 -1.71969a075c67ap-2 1.ec70a6ca7baddp-2"
                 " -1.7154748bef6c8p-1 1.71547652ab82bp0")  # fmt: skip
#: Bits of the float below which the first sixteenth begins.
_OFFSET = numpy.int32(0x3F330000)
_LOWEST = (0x00800000 - 0x3F330000) >> 19  # of positive normal floats
_HIGHEST = (0x7F7FFFFF - 0x3F330000) >> 19
_STEPS = numpy.arange(_LOWEST, _HIGHEST + 1)
#: For each sixteenth of each power of two: 1/c, and the logarithm of c times the power.
_INVERSES = _INVERSE[_STEPS & 15]
_LOGS = _LOG[_STEPS & 15] + (_STEPS >> 4) * _LN2
_LOG2S = _LOG2[_STEPS & 15] + (_STEPS >> 4)
_EXP2 = numpy.exp2(numpy.arange(32) / 32.0)
_EXP2 = numpy.array([2.0 ** (n / 32) for n in range(32)])


def _reduce(x: Any) -> tuple[Any, Any]:
    """Return (index of the sixteenth, remainder) of positive normal floats."""
    bits = x.view(numpy.int32)
    offset = bits - _OFFSET
    index = offset >> numpy.int32(19)
    offset &= numpy.int32(-0x800000)
    numpy.subtract(bits, offset, out=offset)
    index -= numpy.int32(_LOWEST)
    remainder = offset.view(numpy.float32).astype(_f64)
    remainder *= _INVERSES.take(index)
    remainder -= 1.0
    return index, remainder


def log_wide(x: Any) -> Any:
    """Return the C library's ``logf`` before its last rounding, for positive normal floats.

    ``x`` is a contiguous float32 array; the result is float64.
    """
    index, r = _reduce(x)
    a, b, c = _LOG_POLY
    y = r * b
    y += c
    square = r * r
    scratch = square * a
    y += scratch
    y *= square
    numpy.take(_LOGS, index, out=scratch)
    scratch += r
    y += scratch
    return y


def logf(x: Any) -> Any:
    """Return ``logf(x)`` as float32; 0 gives -inf, negative numbers nan."""
    x = numpy.ascontiguousarray(x, numpy.float32)
    normal = (x >= numpy.float32(1.17549435e-38)) & (x < numpy.inf)
    if normal.all():
        return log_wide(x).astype(numpy.float32)
    with numpy.errstate(all="ignore"):
        result = numpy.log(x.astype(_f64)).astype(numpy.float32)
    result[normal] = log_wide(x[normal])
    return result


def expf(x: Any) -> Any:
    """Return ``expf(x)`` as float32; overflow gives inf, underflow 0."""
    wide = numpy.asarray(x, numpy.float32).astype(_f64)
    a, b, c = _EXP_POLY
    scaled = numpy.clip(wide, -200.0, 200.0) * (float.fromhex("0x1.71547652b82fep+0") * 32)
    whole = numpy.rint(scaled)
    r = scaled - whole
    counts = whole.astype(numpy.int64)
    scale = numpy.ldexp(_EXP2[counts & 31], (counts >> 5).astype(numpy.int32))
    y = (a / 32768 * r + b / 1024) * (r * r) + (c / 32 * r + 1.0)
    with numpy.errstate(over="ignore", under="ignore"):
        result = (y * scale).astype(numpy.float32)
    return numpy.where(numpy.isnan(wide), numpy.float32("nan"), result)


def powf(x: Any, y: Any) -> Any:
    """Return ``powf(x, y)`` as float32 for ``x >= 0`` and finite ``y``."""
    x, y = numpy.broadcast_arrays(numpy.asarray(x, numpy.float32), numpy.asarray(y, numpy.float32))
    x = numpy.ascontiguousarray(x)
    tiny = x < numpy.float32(1.17549435e-38)
    index, r = _reduce(numpy.where(tiny, numpy.float32(1), x) if tiny.any() else x)
    p = _POW_POLY
    square = r * r
    low = p[2] * r + p[3]
    logarithm = p[4] * r + _LOG2S[index]
    logarithm = low * square + logarithm
    logarithm = (p[0] * r + p[1]) * (square * square) + logarithm
    power = y.astype(_f64) * logarithm
    with numpy.errstate(over="ignore", under="ignore", invalid="ignore"):
        power = numpy.clip(power, -400.0, 400.0)
        counts = numpy.rint(power * 32.0)
        r = power - counts / 32.0
        counts = counts.astype(numpy.int64)
        scale = numpy.ldexp(_EXP2[counts & 31], (counts >> 5).astype(numpy.int32))
        a, b, c = _EXP_POLY
        result = (((a * r + b) * (r * r) + (c * r + 1.0)) * scale).astype(numpy.float32)
        if tiny.any():
            result[tiny] = x[tiny].astype(_f64) ** y[tiny]
    return result


_LGAMMA_WHOLE = numpy.array([0, 0, 0, 0.6931472, 1.7917595, 3.1780539, 4.787492, 6.5792513], "f4")
_LGAMMA_TAIL = [numpy.float32(c) for c in (
    -1.6309292987e-03, 8.3633989561e-04, -5.9518753551e-04, 7.9365057172e-04, -2.7777778450e-03,
    8.3333335817e-02, 4.1893854737e-01,
)]  # fmt: skip


def lgammaf(x: Any) -> Any:
    """Return ``lgammaf(x)`` for whole numbers below 8 and for any x from 8 on (float32)."""
    x = numpy.asarray(x, numpy.float32)
    one, half = numpy.float32(1), numpy.float32(0.5)
    with numpy.errstate(all="ignore"):
        large = numpy.maximum(x, numpy.float32(8))
        z = one / large
        y = z * z
        w = _LGAMMA_TAIL[0]
        for coefficient in _LGAMMA_TAIL[1:6]:
            w = coefficient + y * w
        w = _LGAMMA_TAIL[6] + z * w
        result = (large - half) * (logf(large) - one) + w
        small = x < 8
        if small.any():
            whole = numpy.clip(numpy.nan_to_num(x), 0, 7).astype(numpy.int64)
            exact = whole == x
            result = numpy.where(small, _LGAMMA_WHOLE[whole], result)
            broken = small & ~exact
            if broken.any():
                result[broken] = _lgamma_small(x[broken])
    return result.astype(numpy.float32)


def _lgamma_small(x: Any) -> Any:
    wide = x.astype(_f64).ravel().tolist()
    values = [math.lgamma(v) if v > 0 else math.inf for v in wide]
    return numpy.array(values, numpy.float32).reshape(x.shape)


_TAN = [numpy.float32(c) for c in (
    3.3333334327e-01, 1.3333334029e-01, 5.3968254477e-02, 2.1869488060e-02, 8.8632395491e-03,
    3.5920790397e-03, 1.4562094584e-03, 5.8804126456e-04, 2.4646313977e-04, 7.8179444245e-05,
    7.1407252108e-05, -1.8558637748e-05, 2.5907305826e-05,
)]  # fmt: skip
#: pi/2 in pieces (head and rest, twice), and pi/4 as head and rest.
_HALF_PI = [numpy.float32(c) for c in (
    1.5707855225e00, 1.0804334124e-05, 1.0804273188e-05, 6.0770999344e-11,
    6.0770943833e-11, 6.1232342629e-17,
)]  # fmt: skip
_QUARTER_PI = (numpy.float32(7.8539812565e-01), numpy.float32(3.7748947079e-08))


def tanf(x: Any) -> Any:
    """Return ``tanf(x)`` (float32) for 0 <= x <= pi."""
    x = numpy.ascontiguousarray(x, numpy.float32)
    bits = x.view(numpy.int32)
    turns = numpy.where(bits <= 0x3F490FDA, 0, numpy.where(bits < 0x4016CBE4, 1, 2))
    head, rest = _less_half_pi(x, bits, turns.astype(numpy.float32))
    odd = turns == 1
    with numpy.errstate(all="ignore"):
        return _tan_kernel(head, rest, odd)


def _less_half_pi(x: Any, bits: Any, turns: Any) -> tuple[Any, Any]:
    """Return ``x - turns * pi/2`` as a float and the rest that it leaves out."""
    one, one_rest, two, two_rest, three, three_rest = _HALF_PI
    r = x - turns * one
    w = turns * one_rest
    head = r - w
    near = ((bits & ~0xF) == 0x3FC90FD0) & (turns == 1)
    lost = (bits >> 23) - ((head.view(numpy.int32) >> 23) & 0xFF)
    near |= ((bits & ~0xFF) == 0x40490F00) & (turns == 2) & (lost > 8)
    second = r - turns * two
    second_w = turns * two_rest - numpy.where(turns == 2, (r - second) - turns * two, 0)
    r2 = numpy.where(near, second, r)
    w2 = numpy.where(near, second_w, w)
    head = r2 - w2
    lost = (bits >> 23) - ((head.view(numpy.int32) >> 23) & 0xFF)
    nearer = near & (turns == 2) & (lost > 25)
    third = r2 - turns * three
    third_w = turns * three_rest - ((r2 - third) - turns * three)
    r3 = numpy.where(nearer, third, r2)
    w3 = numpy.where(nearer, third_w, w2)
    head = r3 - w3
    rest = (r3 - head) - w3
    none = turns == 0
    return numpy.where(none, x, head), numpy.where(none, numpy.float32(0), rest)


def _tan_kernel(x: Any, y: Any, odd: Any) -> Any:
    """Return tan(x + y), or its negative reciprocal where ``odd``, for x of at most pi/4."""
    one, two = numpy.float32(1), numpy.float32(2)
    negative = x < 0
    magnitude = numpy.abs(x)
    large = magnitude.view(numpy.int32) >= 0x3F2CA140
    flip = large & negative
    x = numpy.where(flip, -x, x)
    y = numpy.where(flip, -y, y)
    head, rest = _QUARTER_PI
    x = numpy.where(large, (head - x) + (rest - y), x)
    y = numpy.where(large, numpy.float32(0), y)
    z = x * x
    w = z * z
    r, v = _TAN[11], _TAN[12]
    for low, high in ((9, 10), (7, 8), (5, 6), (3, 4), (1, 2)):
        r = _TAN[low] + w * r
        v = _TAN[high] + w * v
    s = z * x
    r = y + z * (s * (r + z * v) + y)
    r = r + _TAN[0] * s
    w = x + r
    sign = numpy.where(odd, -one, one)
    outer = sign - two * (x - (w * w / (w + sign) - r))
    outer = numpy.where(negative, -outer, outer)
    # Near pi/4 the kernel works on the complement; one that is tiny leaves its own short form.
    close = sign * (one - two * sign * x)
    outer = numpy.where(numpy.abs(x) < 2.0**-13, numpy.where(negative, -close, close), outer)
    cut = (w.view(numpy.int32) & numpy.int32(-4096)).view(numpy.float32)
    v = r - (cut - x)
    a = -one / w
    t = (a.view(numpy.int32) & numpy.int32(-4096)).view(numpy.float32)
    inner = numpy.where(odd, t + a * ((one + t * cut) + t * v), w)
    tiny = magnitude < 2.0**-13
    inner = numpy.where(tiny, numpy.where(odd, -one / x, x), inner)
    return numpy.where(large, outer, inner)


def _elementwise(
    ufunc: Any, function: Callable[..., float], samples: list[Any]
) -> Callable[..., Any]:
    """Return a double function that agrees with the C library's.

    NumPy's vector loops may differ in the last bit on some processors; when they do on a sample,
    the C library is called for each element.
    """
    with numpy.errstate(all="ignore"):
        if ufunc(*samples).tolist() == [
            function(*row) for row in zip(*(s.tolist() for s in samples))
        ]:
            return ufunc  # type: ignore[no-any-return]

    def mapped(*arrays: Any) -> Any:
        full = numpy.broadcast_arrays(*(numpy.asarray(a, _f64) for a in arrays))
        values = map(function, *(a.ravel().tolist() for a in full))
        return numpy.fromiter(values, _f64, full[0].size).reshape(full[0].shape)

    return mapped


def _log(x: float) -> float:
    return math.log(x) if x > 0 else (-math.inf if x == 0 else math.nan)


def _exp(x: float) -> float:
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


def _pow(x: float, y: float) -> float:
    try:
        return math.pow(x, y)
    except (OverflowError, ValueError):
        return math.inf


log: Callable[[Any], Any]
exp: Callable[[Any], Any]
pow: Callable[[Any, Any], Any]


def __getattr__(name: str) -> Any:
    """Choose ``log``, ``exp`` and ``pow`` when the first of them is used: sampling takes time."""
    if name not in ("log", "exp", "pow"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    sample = numpy.random.RandomState(1).random_sample(4096)
    chosen = {
        "log": _elementwise(numpy.log, _log, [sample]),
        "exp": _elementwise(numpy.exp, _exp, [sample * 20 - 10]),
        "pow": _elementwise(numpy.power, _pow, [sample, sample[::-1] * 9]),
    }
    globals().update(chosen)
    return chosen[name]
