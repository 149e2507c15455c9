"""Initial values of parameters: classes, names for strings, and dispatch by name suffix."""

from __future__ import annotations

import json
import logging
import math
import warnings

import numpy as np

from . import ndarray, random, registry
from . import numpy as _mx_np
from ._core.missing import module_getattr
from ._initializer_by_name import Load, Mixed  # noqa: F401
from .ndarray import NDArray
from .util import is_np_array

_UNKNOWN_PATTERN = (
    "Unknown initialization pattern for {}. Default initialization is now limited to "
    '"weight", "bias", "gamma" (1.0), and "beta" (0.0).'
    "Please use mx.sym.Variable(init=mx.init.*) to set initialization pattern"
)

# Suffix of the parameter's name -> method of the initializer; the first that fits wins.
_BY_SUFFIX = (
    ("weight", "_init_weight"),
    ("bias", "_init_bias"),
    ("gamma", "_init_gamma"),
    ("beta", "_init_beta"),
    ("min", "_init_zero"),
    ("max", "_init_one"),
    ("weight_quantize", "_init_quantized_weight"),
    ("bias_quantize", "_init_quantized_bias"),
)
_BY_SUFFIX_LEGACY = (
    ("bias", "_init_bias"),
    ("gamma", "_init_gamma"),
    ("beta", "_init_beta"),
    ("weight", "_init_weight"),
    ("moving_mean", "_init_zero"),
    ("moving_var", "_init_one"),
    ("moving_inv_var", "_init_zero"),
    ("moving_avg", "_init_zero"),
    ("min", "_init_zero"),
    ("max", "_init_one"),
)


class InitDesc(str):
    """Name a parameter for an initializer, with its attributes and the initializer of the whole."""

    def __new__(cls, name, attrs=None, global_init=None):
        self = super().__new__(cls, name)
        self.attrs = attrs or {}
        self.global_init = global_init
        return self


class Initializer:
    """Fill arrays; subclasses override ``_init_weight(name, array)``.

    Called with an ``InitDesc`` it obeys the description's ``__init__`` attribute, else the suffix
    of the name: ``...weight`` gets the subclass's values, ``...bias`` zeros, ``...gamma`` ones.
    """

    def __init__(self, **kwargs):
        self._kwargs = kwargs
        self._verbose = False
        self._print_func = None

    def set_verbosity(self, verbose=False, print_func=None):
        """Log each initialization; ``print_func`` turns the array into text (default: its RMS)."""
        self._verbose = verbose
        self._print_func = print_func or _root_mean_square
        return self

    def dumps(self):
        """Return ``["name", {parameters}]`` as JSON, what ``create`` reads back."""
        return json.dumps([self.__class__.__name__.lower(), self._kwargs])

    def __call__(self, desc, arr):
        if not isinstance(desc, InitDesc):
            self._legacy_init(desc, arr)
            return
        if desc.global_init is None:
            desc.global_init = self
        own = desc.attrs.get("__init__", "")
        if own:
            create(own)._init_weight(desc, arr)
            self._verbose_print(desc, own, arr)
            return
        for suffix, method in _BY_SUFFIX:
            if desc.endswith(suffix):
                getattr(self, method)(desc, arr)
                self._verbose_print(desc, suffix, arr)
                return
        self._init_default(desc, arr)

    def __eq__(self, other):
        if not isinstance(other, Initializer):
            return NotImplemented
        return type(self) is type(other) and self._kwargs == other._kwargs

    def _legacy_init(self, name, arr):
        warnings.warn(
            "\x1b[91mCalling initializer with init(str, NDArray) has been deprecated."
            "please use init(mx.init.InitDesc(...), NDArray) instead.\x1b[0m",
            DeprecationWarning,
            stacklevel=3,
        )
        if not isinstance(name, str):
            raise TypeError("name must be string")
        if not isinstance(arr, NDArray):
            raise TypeError("arr must be NDArray")
        if name.startswith("upsampling"):
            self._init_bilinear(name, arr)
        elif name.startswith("stn_loc") and name.endswith("weight"):
            self._init_zero(name, arr)
        elif name.startswith("stn_loc") and name.endswith("bias"):
            self._init_loc_bias(name, arr)
        else:
            fitting = (method for suffix, method in _BY_SUFFIX_LEGACY if name.endswith(suffix))
            getattr(self, next(fitting, "_init_default"))(name, arr)

    def _verbose_print(self, desc, init, arr):
        if self._verbose and self._print_func:
            logging.info("Initialized %s as %s: %s", desc, init, self._print_func(arr))

    def _init_weight(self, name, arr):
        raise NotImplementedError("Must override it")

    def _init_default(self, name, _):
        raise ValueError(_UNKNOWN_PATTERN.format(name))

    def _init_zero(self, _, arr):
        arr[:] = 0.0

    def _init_one(self, _, arr):
        arr[:] = 1.0

    _init_bias = _init_beta = _init_quantized_bias = _init_zero
    _init_gamma = _init_one

    def _init_bilinear(self, _, arr):
        arr[:] = _bilinear_kernel(arr.shape)

    def _init_loc_bias(self, _, arr):
        assert arr.shape[0] == 6
        arr[:] = np.array([1.0, 0, 0, 0, 1.0, 0])

    def _init_quantized_weight(self, _, arr):
        # mxnet: one number is drawn and fills the whole array.
        arr[:] = np.int8(random.randint(-127, 127, dtype="int32").asnumpy())


_register = registry.get_register_func(Initializer, "initializer")
alias = registry.get_alias_func(Initializer, "initializer")
create = registry.get_create_func(Initializer, "initializer")


def register(klass):
    """Register an Initializer subclass under its lower-case name."""
    return _register(klass)


@register
@alias("zeros")
class Zero(Initializer):
    """Fill with zeros."""

    def __init__(self):
        super().__init__()

    def _init_weight(self, _, arr):
        arr[:] = 0


@register
@alias("ones")
class One(Initializer):
    """Fill with ones."""

    def __init__(self):
        super().__init__()

    def _init_weight(self, _, arr):
        arr[:] = 1


@register
class Constant(Initializer):
    """Fill with ``value``, a number or an array of the parameter's shape."""

    def __init__(self, value):
        super().__init__(value=value)
        self.value = value

    def _init_weight(self, _, arr):
        arr[:] = self.value

    def dumps(self):
        """Return the JSON form; an array value becomes a list (and stays one)."""
        value = self._kwargs["value"]
        if not np.isscalar(value):
            host = value if isinstance(value, np.ndarray) else value.asnumpy()
            self._kwargs["value"] = host.tolist()
        return super().dumps()


@register
class Uniform(Initializer):
    """Draw from [-scale, scale)."""

    def __init__(self, scale=0.07):
        super().__init__(scale=scale)
        self.scale = scale

    def _init_weight(self, _, arr):
        _draw("uniform", -self.scale, self.scale, arr)


@register
class Normal(Initializer):
    """Draw from the normal distribution with mean 0 and deviation ``sigma``."""

    def __init__(self, sigma=0.01):
        super().__init__(sigma=sigma)
        self.sigma = sigma

    def _init_weight(self, _, arr):
        _draw("normal", 0, self.sigma, arr)


@register
class Orthogonal(Initializer):
    """Fill with an orthogonal matrix times ``scale``, from the SVD of a random one."""

    def __init__(self, scale=1.414, rand_type="uniform"):
        super().__init__(scale=scale, rand_type=rand_type)
        self.scale = scale
        self.rand_type = rand_type

    def _init_weight(self, _, arr):
        # mxnet: a vector's second size comes out as a float, which the sampler refuses.
        shape = (arr.shape[0], math.prod(arr.shape[1:]) if len(arr.shape) > 1 else 1.0)
        if self.rand_type == "uniform":
            seed = random.uniform(-1.0, 1.0, shape=shape).asnumpy()
        elif self.rand_type == "normal":
            seed = random.normal(0.0, 1.0, shape=shape).asnumpy()
        left, _, right = np.linalg.svd(seed, full_matrices=False)
        basis = left if left.shape == seed.shape else right
        arr[:] = self.scale * basis.reshape(arr.shape)


@register
class Xavier(Initializer):
    """Scale random numbers by the fan-in and fan-out of a weight of at least two dimensions.

    ``rnd_type`` is uniform or gaussian, ``factor_type`` avg, in or out; bound or deviation is
    ``sqrt(magnitude / factor)``.
    """

    def __init__(self, rnd_type="uniform", factor_type="avg", magnitude=3):
        super().__init__(rnd_type=rnd_type, factor_type=factor_type, magnitude=magnitude)
        self.rnd_type = rnd_type
        self.factor_type = factor_type
        self.magnitude = float(magnitude)

    def _init_weight(self, name, arr):
        shape = arr.shape
        if len(shape) < 2:
            raise ValueError(
                f"Xavier initializer cannot be applied to vector {name}. It requires at least 2D."
            )
        window = math.prod(shape[2:])
        fan_in, fan_out = shape[1] * window, shape[0] * window
        factors = {"avg": (fan_in + fan_out) / 2.0, "in": fan_in, "out": fan_out}
        if self.factor_type not in factors:
            raise ValueError("Incorrect factor type")
        factor = factors[self.factor_type]
        if not factor and len(shape) == 2:
            # mxnet: only with more axes the sizes are NumPy's, whose quotient is infinite
            raise ZeroDivisionError("float division by zero")
        scale = _sqrt(self.magnitude, factor)
        if self.rnd_type == "uniform":
            _draw("uniform", -scale, scale, arr)
        elif self.rnd_type == "gaussian":
            _draw("normal", 0, scale, arr)
        else:
            raise ValueError("Unknown random type")


@register
class MSRAPrelu(Xavier):
    """Draw gaussian numbers scaled for layers followed by a PReLU of the given ``slope``."""

    def __init__(self, factor_type="avg", slope=0.25):
        super().__init__("gaussian", factor_type, 2.0 / (1 + slope**2))
        self._kwargs = {"factor_type": factor_type, "slope": slope}


@register
class Bilinear(Initializer):
    """Fill a transposed convolution's weight with a bilinear upsampling kernel."""

    def __init__(self):
        super().__init__()

    def _init_weight(self, _, arr):
        arr[:] = _bilinear_kernel(arr.shape)


@register
class LSTMBias(Initializer):
    """Fill an LSTM bias with zeros, its forget gate with ``forget_bias``."""

    def __init__(self, forget_bias=1.0):
        super().__init__(forget_bias=forget_bias)
        self.forget_bias = forget_bias

    def _init_weight(self, name, arr):
        arr[:] = 0.0
        hidden = arr.shape[0] // 4
        arr[hidden : 2 * hidden] = self.forget_bias


@register
class FusedRNN(Initializer):
    """Initialize the packed parameters of a fused RNN, gate by gate.

    ``init`` (an initializer, its JSON, or None for the one of the whole) fills each gate's weights
    and biases; an LSTM's forget gates start with ``forget_bias``.
    """

    def __init__(self, init, num_hidden, num_layers, mode, bidirectional=False, forget_bias=1.0):
        if isinstance(init, str):
            init = create(init)
        super().__init__(
            init=init.dumps() if init is not None else None,
            num_hidden=num_hidden,
            num_layers=num_layers,
            mode=mode,
            bidirectional=bidirectional,
            forget_bias=forget_bias,
        )
        self._init = init
        self._num_hidden = num_hidden
        self._num_layers = num_layers
        self._mode = mode
        self._bidirectional = bidirectional
        self._forget_bias = forget_bias

    def _init_weight(self, desc, arr):
        start = 0
        for name, shape in self._parts(arr.size):
            part = ndarray.zeros(shape, ctx=arr.context, dtype=arr.dtype)
            if self._mode == "lstm" and name.endswith("_f_bias"):
                part[:] = self._forget_bias
            else:
                fill = desc.global_init if self._init is None else self._init
                fill(InitDesc(name, global_init=desc.global_init), part)
            arr[start : start + part.size] = part.reshape((-1,))
            start += part.size
        assert start == arr.size, "Invalid parameters size for FusedRNNCell"

    def _parts(self, total):
        """Yield name and shape of every gate's weights, then of the biases, in packed order."""
        gates = {"lstm": ("_i", "_f", "_c", "_o"), "gru": ("_r", "_z", "_o")}.get(self._mode, ("",))
        sides = ("l", "r")[: 1 + bool(self._bidirectional)]
        count, size = len(sides), self._num_hidden
        later = (self._num_layers - 1) * (size + count * size + 2)
        width = total // count // size // len(gates) - later - size - 2
        places = [(layer, side) for layer in range(self._num_layers) for side in sides]
        for layer, side in places:
            inputs = count * size if layer else width
            yield from ((f"{side}{layer}_i2h{g}_weight", (size, inputs)) for g in gates)
            yield from ((f"{side}{layer}_h2h{g}_weight", (size, size)) for g in gates)
        for layer, side in places:
            yield from ((f"{side}{layer}_i2h{g}_bias", (size,)) for g in gates)
            yield from ((f"{side}{layer}_h2h{g}_bias", (size,)) for g in gates)


def _draw(kind, first, second, arr):
    """Fill ``arr`` from the random stream that belongs to the array semantics in force."""
    source = _mx_np.random if is_np_array() else random
    getattr(source, kind)(first, second, arr.shape, out=arr)


def _sqrt(magnitude, factor):
    """Return ``sqrt(magnitude / factor)``, infinite for an empty weight as NumPy has it."""
    return math.sqrt(magnitude / factor) if factor else math.inf


def _bilinear_kernel(shape):
    width, height = shape[3], shape[2]
    f = math.ceil(width / 2.0)
    centre = (2 * f - 1 - f % 2) / (2.0 * f)
    # mxnet: the width's factor serves both axes, so oblong kernels are lopsided.
    ramp_x = 1 - np.abs(np.arange(width) / f - centre)
    ramp_y = 1 - np.abs(np.arange(height) / f - centre)
    kernel = (ramp_x[None, :] * ramp_y[:, None]).astype("float32")
    return np.ascontiguousarray(np.broadcast_to(kernel, shape))


def _root_mean_square(arr):
    return str((ndarray.norm(arr) / math.sqrt(arr.size)).asscalar())


__getattr__ = module_getattr(__name__, {"load": lambda: ndarray.load})
