"""Normalization layers; ``basic_layers`` offers them."""

from __future__ import annotations

import numpy as np

from ...util import is_np_array
from .._structure import front
from ..block import HybridBlock

_PUBLIC = "mxshim.gluon.nn.basic_layers"  # where users, messages and pickles find these classes


def _settings(block):
    return ", ".join(f"{key}={value!r}" for key, value in block._kwargs.items())


class _Norm(HybridBlock):
    """Share how the scale and shift parameters are made and how deferred shapes are found."""

    __module__ = _PUBLIC
    _off_for_good = False  # whether a parameter switched off may not be trained later either

    def _make_scale_and_shift(self, size, scale, center, gamma_init, beta_init):
        self.gamma = self._make("gamma", size, scale, gamma_init)
        self.beta = self._make("beta", size, center, beta_init)

    def _make(self, name, size, trained, init):
        return self.params.get(
            name,
            grad_req="write" if trained else "null",
            shape=(size,),
            init=init,
            allow_deferred_init=True,
            differentiable=bool(trained or not self._off_for_good),
        )


class _BatchNorm(_Norm):
    """Normalize each channel by the batch's mean and variance, or the running ones.

    Training (and not ``use_global_stats``) moves the running statistics in place.
    """

    __module__ = _PUBLIC
    _off_for_good = True

    def __init__(
        self,
        axis=1,
        momentum=0.9,
        epsilon=1e-5,
        center=True,
        scale=True,
        use_global_stats=False,
        fuse_relu=False,
        beta_initializer="zeros",
        gamma_initializer="ones",
        running_mean_initializer="zeros",
        running_variance_initializer="ones",
        in_channels=0,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self._kwargs = {
            "axis": axis,
            "eps": epsilon,
            "momentum": momentum,
            "fix_gamma": not scale,
            "use_global_stats": use_global_stats,
        }
        self.fuse_relu = fuse_relu
        if in_channels != 0:
            self.in_channels = in_channels
        self._make_scale_and_shift(in_channels, scale, center, gamma_initializer, beta_initializer)
        self.running_mean = self._make("running_mean", in_channels, False, running_mean_initializer)
        self.running_var = self._make(
            "running_var", in_channels, False, running_variance_initializer
        )

    def cast(self, dtype):
        """Change the dtype; float16 means float32 here, as the statistics need it."""
        super().cast("float32" if np.dtype(dtype).name == "float16" else dtype)

    def hybrid_forward(self, F, x, gamma, beta, running_mean, running_var):
        """Return the normalized ``x``."""
        out = front(F, "BatchNorm", "batch_norm")(
            x, gamma, beta, running_mean, running_var, name="fwd", **self._kwargs
        )
        # mxnet: np mode has no fused form, so BatchNormReLU leaves the relu out there.
        return F.relu(out) if self.fuse_relu and not is_np_array() else out

    def __repr__(self):
        channels = self.gamma.shape[0]
        return f"{type(self).__name__}({_settings(self)}, in_channels={channels or None})"


class BatchNorm(_BatchNorm):
    """Normalize each channel over the batch."""

    __module__ = _PUBLIC

    def __init__(
        self,
        axis=1,
        momentum=0.9,
        epsilon=1e-5,
        center=True,
        scale=True,
        use_global_stats=False,
        beta_initializer="zeros",
        gamma_initializer="ones",
        running_mean_initializer="zeros",
        running_variance_initializer="ones",
        in_channels=0,
        **kwargs,
    ):
        super().__init__(
            axis,
            momentum,
            epsilon,
            center,
            scale,
            use_global_stats,
            False,
            beta_initializer,
            gamma_initializer,
            running_mean_initializer,
            running_variance_initializer,
            in_channels,
            **kwargs,
        )


class BatchNormReLU(_BatchNorm):
    """Normalize each channel over the batch, then apply relu."""

    __module__ = _PUBLIC

    def __init__(
        self,
        axis=1,
        momentum=0.9,
        epsilon=1e-5,
        center=True,
        scale=True,
        use_global_stats=False,
        beta_initializer="zeros",
        gamma_initializer="ones",
        running_mean_initializer="zeros",
        running_variance_initializer="ones",
        in_channels=0,
        **kwargs,
    ):
        super().__init__(
            axis,
            momentum,
            epsilon,
            center,
            scale,
            use_global_stats,
            True,
            beta_initializer,
            gamma_initializer,
            running_mean_initializer,
            running_variance_initializer,
            in_channels,
            **kwargs,
        )


class InstanceNorm(_Norm):
    """Normalize each channel of each sample over its space."""

    __module__ = _PUBLIC

    def __init__(
        self,
        axis=1,
        epsilon=1e-5,
        center=True,
        scale=False,
        beta_initializer="zeros",
        gamma_initializer="ones",
        in_channels=0,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self._kwargs = {"eps": epsilon, "axis": axis, "center": center, "scale": scale}
        self._axis = axis
        self._epsilon = epsilon
        self._make_scale_and_shift(in_channels, scale, center, gamma_initializer, beta_initializer)

    def hybrid_forward(self, F, x, gamma, beta):
        """Return the normalized ``x``."""
        if self._axis == 1:
            return F.InstanceNorm(x, gamma, beta, name="fwd", eps=self._epsilon)
        x = x.swapaxes(1, self._axis)
        out = F.InstanceNorm(x, gamma, beta, name="fwd", eps=self._epsilon)
        return out.swapaxes(1, self._axis)

    def __repr__(self):
        return f"{type(self).__name__}({_settings(self)}, in_channels={self.gamma.shape[0]})"


class LayerNorm(_Norm):
    """Normalize each sample over one axis."""

    __module__ = _PUBLIC

    def __init__(
        self,
        axis=-1,
        epsilon=1e-5,
        center=True,
        scale=True,
        beta_initializer="zeros",
        gamma_initializer="ones",
        in_channels=0,
        prefix=None,
        params=None,
    ):
        super().__init__(prefix=prefix, params=params)
        self._kwargs = {"eps": epsilon, "axis": axis, "center": center, "scale": scale}
        self._axis = axis
        self._epsilon = epsilon
        self._center = center
        self._scale = scale
        self._make_scale_and_shift(in_channels, scale, center, gamma_initializer, beta_initializer)

    def hybrid_forward(self, F, data, gamma, beta):
        """Return the normalized ``data``."""
        layer_norm = front(F, "LayerNorm", "layer_norm")
        return layer_norm(data, gamma=gamma, beta=beta, axis=self._axis, eps=self._epsilon)

    def __repr__(self):
        return f"{type(self).__name__}({_settings(self)}, in_channels={self.gamma.shape[0]})"


class GroupNorm(_Norm):
    """Normalize each sample over groups of its channels."""

    __module__ = _PUBLIC

    def __init__(
        self,
        num_groups=1,
        epsilon=1e-5,
        center=True,
        scale=True,
        beta_initializer="zeros",
        gamma_initializer="ones",
        prefix=None,
        params=None,
    ):
        super().__init__(prefix=prefix, params=params)
        self._kwargs = {
            "eps": epsilon,
            "num_groups": num_groups,
            "center": center,
            "scale": scale,
        }
        self._num_groups = num_groups
        self._epsilon = epsilon
        self._center = center
        self._scale = scale
        # mxnet: one scale and one shift per group, not per channel.
        self._make_scale_and_shift(num_groups, scale, center, gamma_initializer, beta_initializer)

    def hybrid_forward(self, F, data, gamma, beta):
        """Return the normalized ``data``."""
        return F.GroupNorm(
            data, gamma=gamma, beta=beta, num_groups=self._num_groups, eps=self._epsilon
        )

    def __repr__(self):
        return f"{type(self).__name__}({_settings(self)})"
