"""Functions that MXNet runs in Python: in graphs they are custom operators of known names.

``mx.sym.np.resize`` and its like are nodes ``Custom`` whose ``op_type`` names a property that MXNet
registers itself. Here stand those properties, with the kernels that ``mx.np`` calls.
"""

from __future__ import annotations

from ast import literal_eval
from math import prod

from .._core import rng
from .._core.dtypes import BY_CODE
from .._core.registry import OPS
from .._core.tensor import Tensor
from .custom import MAKERS
from .np_index import resize_fallback, unravel_index_fallback

_TYPES = {dtype.name: dtype.type for dtype in BY_CODE.values()}
#: Names of types beside their own, as MXNet reads them.
_SHORT = {"float": "float64", "int": "int64", "bool_": "bool"}


class Fallback:
    """The property of a custom operator and, in one object, the operator that computes it."""

    name = ""
    arguments: tuple[str, ...] = ("a",)

    def list_arguments(self):
        return list(self.arguments)

    def list_outputs(self):
        return ["output"]

    def list_auxiliary_states(self):
        return []

    def declare_backward_dependency(self, out_grad, in_data, out_data):
        return [*out_grad, *in_data, *out_data]

    def infer_type(self, in_type):
        return in_type, [in_type[0]], []

    def infer_storage_type(self, in_stype):
        return in_stype, ["default"], []

    def create_operator(self, ctx, in_shapes, in_dtypes):
        return self

    def forward(self, is_train, req, in_data, out_data, aux):
        out, ctx = out_data[0]._buf, in_data[0]._ctx
        out[...] = self.compute(ctx, out, *[each._buf for each in in_data])

    def backward(self, req, out_grad, in_data, out_data, in_grad, aux):
        raise NotImplementedError(f"Operator {self.name} does not support gradient computation")


class EmptyLike(Fallback):
    """Make an array of the prototype's shape; its elements are zeros here."""

    name = "empty_like"
    arguments = ("prototype",)

    def __init__(self, dtype, order, subok, shape):
        self.dtype = None if dtype == "None" else _TYPES[_SHORT.get(dtype, dtype)]

    def infer_shape(self, in_shape):
        return in_shape, [in_shape[0]], []

    def infer_type(self, in_type):
        return in_type, [in_type[0] if self.dtype is None else self.dtype], []

    def compute(self, ctx, out, prototype):
        return 0


class Resize(Fallback):
    """Repeat or cut the elements to fill a shape."""

    name = "resize"

    def __init__(self, new_shape):
        shape = literal_eval(new_shape)
        self.shape = shape if isinstance(shape, (tuple, list)) else (shape,)

    def infer_shape(self, in_shape):
        return in_shape, [self.shape], []

    def compute(self, ctx, out, a):
        return resize_fallback.forward(ctx.xp, a, new_shape=tuple(self.shape))


class UnravelIndex(Fallback):
    """Turn positions in a flattened array into coordinates, a row an axis."""

    name = "Unravel_index"
    arguments = ("indices",)

    def __init__(self, shape):
        self.shape = literal_eval(shape)

    def infer_shape(self, in_shape):
        rank = len(self.shape) if isinstance(self.shape, (tuple, list)) else 1
        return in_shape, [(rank, *in_shape[0])], []

    def compute(self, ctx, out, indices):
        return unravel_index_fallback.forward(ctx.xp, indices, shape=self.shape)


class MultivariateNormal(Fallback):
    """Draw vectors of a mean and a covariance."""

    name = "random.multivariate_normal"
    arguments = ("mean", "cov")

    def __init__(self, size="None"):
        size = literal_eval(size)
        self.size = () if size is None else (size,) if isinstance(size, int) else tuple(size)

    def infer_shape(self, in_shape):
        mean, cov = in_shape
        if len(mean) < 1:
            raise ValueError("mean must be at least 1 dimensional")
        if len(cov) < 2:
            raise ValueError("cov must be at least 2 dimensional")
        if cov[-1] != cov[-2]:
            raise ValueError(
                "the last two dimentions of the parameter cov have to be the same, whereas the "
                f"shape of cov is {cov}"
            )
        if cov[-1] != mean[-1]:
            raise ValueError(
                "mean and cov must have same length.The shape of mean is "
                f"{mean[-1:]} but the shape of cov is {cov[-2:]}"
            )
        rank = max(len(mean), len(cov) - 1)
        padded = [(1,) * (rank - len(s)) + tuple(s) for s in (mean, cov[:-1])]
        both = tuple(b if a == 1 else a for a, b in zip(*padded, strict=True))
        return in_shape, [self.size + both], []

    def compute(self, ctx, out, mean, cov):
        xp = ctx.xp
        wide = cov.astype(xp.float32) if cov.dtype == xp.float16 else cov
        noise = OPS["_npi_normal"].forward(
            xp, loc=0.0, scale=1.0, size=out.shape, ctx="", dtype=mean.dtype.name,
            random=rng.generator(ctx),
        )  # fmt: skip
        drawn = xp.einsum("...jk,...k->...j", xp.linalg.cholesky(wide), noise)
        return mean + drawn if prod(out.shape) else out


for _name, _maker in {
    "empty_like_fallback": EmptyLike, "resize_fallback": Resize,
    "unravel_index_fallback": UnravelIndex, "mvn_fallback": MultivariateNormal,
}.items():  # fmt: skip
    MAKERS[_name] = _maker, Tensor
