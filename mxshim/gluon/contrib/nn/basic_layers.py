"""Containers that run blocks side by side, synchronized normalization, pixel shuffling."""

from __future__ import annotations

import math
import warnings

from .... import context
from .... import ndarray as nd
from ...._core.missing import module_getattr
from ...block import Block, HybridBlock
from ...nn import BatchNorm, HybridSequential, Sequential

__all__ = [
    "Concurrent",
    "HybridConcurrent",
    "Identity",
    "SparseEmbedding",
    "SyncBatchNorm",
    "PixelShuffle1D",
    "PixelShuffle2D",
    "PixelShuffle3D",
]


class Concurrent(Sequential):
    """Run every block on the same input and join what they return along ``axis``."""

    def __init__(self, axis=-1, prefix=None, params=None):
        super().__init__(prefix=prefix, params=params)
        self.axis = axis

    def forward(self, x):
        """Return the joined outputs."""
        return nd.concat(*(block(x) for block in self._children.values()), dim=self.axis)


class HybridConcurrent(HybridSequential):
    """Run every block on the same input and join what they return along ``axis``."""

    def __init__(self, axis=-1, prefix=None, params=None):
        super().__init__(prefix=prefix, params=params)
        self.axis = axis

    def hybrid_forward(self, F, x):
        """Return the joined outputs."""
        return F.concat(*(block(x) for block in self._children.values()), dim=self.axis)


class Identity(HybridBlock):
    """Return the input; a shortcut inside a ``HybridConcurrent``."""

    def __init__(self, prefix=None, params=None):
        super().__init__(prefix=prefix, params=params)

    def hybrid_forward(self, F, x):
        """Return ``x``."""
        return x


class SparseEmbedding(Block):
    """Look up a row of ``weight`` (input_dim, output_dim) for every index.

    Weight and gradient are stored by rows (``row_sparse``): only the rows that a batch needs are
    fetched and updated, for vocabularies that fit no single device.
    """

    def __init__(
        self, input_dim, output_dim, dtype="float32", weight_initializer=None, **kwargs
    ):  # fmt: skip
        super().__init__(**kwargs)
        self._kwargs = {
            "input_dim": input_dim,
            "output_dim": output_dim,
            "dtype": dtype,
            "sparse_grad": True,
        }
        self.weight = self.params.get(
            "weight",
            shape=(input_dim, output_dim),
            init=weight_initializer,
            dtype=dtype,
            grad_stype="row_sparse",
            stype="row_sparse",
        )

    def forward(self, x):
        """Return the rows, one more axis than ``x``."""
        return nd.Embedding(x, self.weight.row_sparse_data(x), name="fwd", **self._kwargs)

    def __repr__(self):
        return "{}({input_dim} -> {output_dim}, {dtype})".format(
            type(self).__name__, **self._kwargs
        )


class SyncBatchNorm(BatchNorm):
    """Normalize each channel over the batch of all devices together.

    ``num_devices`` defaults to the number of GPUs, with a warning. Channels stand on axis 1.
    """

    def __init__(
        self,
        in_channels=0,
        num_devices=None,
        momentum=0.9,
        epsilon=1e-5,
        center=True,
        scale=True,
        use_global_stats=False,
        beta_initializer="zeros",
        gamma_initializer="ones",
        running_mean_initializer="zeros",
        running_variance_initializer="ones",
        **kwargs,
    ):
        super().__init__(
            1,
            momentum,
            epsilon,
            center,
            scale,
            use_global_stats,
            beta_initializer,
            gamma_initializer,
            running_mean_initializer,
            running_variance_initializer,
            in_channels,
            **kwargs,
        )
        self._kwargs = {
            "eps": epsilon,
            "momentum": momentum,
            "fix_gamma": not scale,
            "use_global_stats": use_global_stats,
            "ndev": self._get_num_devices() if num_devices is None else num_devices,
            "key": self.prefix,
        }

    def _get_num_devices(self):
        warnings.warn(
            "Caution using SyncBatchNorm: if not using all the GPUs, please mannually set "
            "num_devices",
            UserWarning,
            stacklevel=3,
        )
        return context.num_gpus() or 1

    def hybrid_forward(self, F, x, gamma, beta, running_mean, running_var):
        """Return the normalized ``x``."""
        return F.contrib.SyncBatchNorm(
            x, gamma, beta, running_mean, running_var, name="fwd", **self._kwargs
        )


class _PixelShuffle(HybridBlock):
    """Move groups of channels into space: ``factors[i]`` times as many pixels along axis i."""

    _axes = 1

    def __init__(self, factor):
        super().__init__()
        try:
            self._factors = (int(factor),) * self._axes
        except TypeError:
            self._factors = tuple(int(each) for each in factor)
            assert len(self._factors) == self._axes, f"wrong length {len(self._factors)}"

    def hybrid_forward(self, F, x):
        """Return ``x`` (n, c, *space) as (n, c / product of the factors, *larger space)."""
        n, factors = self._axes, self._factors
        keep = (0,) * n
        x = F.reshape(x, (0, -4, -1, math.prod(factors), *keep))
        for position, factor in enumerate(factors[:-1]):  # one axis for each factor
            rest = math.prod(factors[position + 1 :])
            x = F.reshape(x, (0, 0, *(0,) * position, -4, factor, rest, *keep))
        pairs = [axis for i in range(n) for axis in (2 + n + i, 2 + i)]
        x = F.transpose(x, (0, 1, *pairs))
        return F.reshape(x, (0, 0, *(-3,) * n))

    def __repr__(self):
        return f"{type(self).__name__}({self._factors})"


class PixelShuffle1D(_PixelShuffle):
    """Turn ``factor`` channels into as many neighbours: (n, f * c, w) to (n, c, w * f)."""

    _axes = 1

    def __init__(self, factor):
        super().__init__(int(factor))
        self._factor = self._factors[0]

    def __repr__(self):
        return f"{type(self).__name__}({self._factor})"


class PixelShuffle2D(_PixelShuffle):
    """Turn channels into blocks of pixels: (n, f1 * f2 * c, h, w) to (n, c, h * f1, w * f2)."""

    _axes = 2

    def __init__(self, factor):
        super().__init__(factor)


class PixelShuffle3D(_PixelShuffle):
    """Turn channels into cuboids of pixels.

    From (n, f1 * f2 * f3 * c, d, h, w) to (n, c, d * f1, h * f2, w * f3).
    """

    _axes = 3

    def __init__(self, factor):
        super().__init__(factor)


__getattr__ = module_getattr(__name__)
