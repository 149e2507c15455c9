"""Activation layers."""

from __future__ import annotations

from ... import initializer
from ...util import is_np_array
from .._structure import front
from ..block import HybridBlock

__all__ = ["Activation", "LeakyReLU", "PReLU", "ELU", "SELU", "Swish", "GELU"]


class Activation(HybridBlock):
    """Apply relu, sigmoid, tanh, softrelu or softsign."""

    def __init__(self, activation, **kwargs):
        self._act_type = activation  # first: the automatic name is made of it
        super().__init__(**kwargs)

    def _alias(self):
        return self._act_type

    def hybrid_forward(self, F, x):
        """Return the activation of ``x``."""
        return front(F, "Activation", "activation")(x, act_type=self._act_type, name="fwd")

    def __repr__(self):
        return f"{type(self).__name__}({self._act_type})"


class LeakyReLU(HybridBlock):
    """Multiply negative inputs by ``alpha``."""

    def __init__(self, alpha, **kwargs):
        assert alpha >= 0, "Slope coefficient for LeakyReLU must be no less than 0."
        super().__init__(**kwargs)
        self._alpha = alpha

    def hybrid_forward(self, F, x):
        """Return ``x`` where positive, else ``alpha * x``."""
        return _leaky(F)(x, act_type="leaky", slope=self._alpha, name="fwd")

    def __repr__(self):
        return f"{type(self).__name__}({self._alpha})"


class PReLU(HybridBlock):
    """Multiply negative inputs by a trained slope, one per channel or one for all."""

    def __init__(self, alpha_initializer=initializer.Constant(0.25), in_channels=1, **kwargs):
        super().__init__(**kwargs)
        with self.name_scope():
            self.alpha = self.params.get("alpha", shape=(in_channels,), init=alpha_initializer)

    def hybrid_forward(self, F, x, alpha):
        """Return ``x`` where positive, else ``alpha * x``."""
        return _leaky(F)(x, gamma=alpha, act_type="prelu", name="fwd")


class ELU(HybridBlock):
    """Replace negative inputs by ``alpha * (exp(x) - 1)``."""

    def __init__(self, alpha=1.0, **kwargs):
        super().__init__(**kwargs)
        self._alpha = alpha

    def hybrid_forward(self, F, x):
        """Return the exponential linear unit of ``x``."""
        return _leaky(F)(x, act_type="elu", slope=self._alpha)


class SELU(HybridBlock):
    """Apply the scaled exponential linear unit."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)

    def hybrid_forward(self, F, x):
        """Return the scaled exponential linear unit of ``x``."""
        return _leaky(F)(x, act_type="selu", name="fwd")


class GELU(HybridBlock):
    """Apply the Gaussian error linear unit."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)

    def hybrid_forward(self, F, x):
        """Return ``x`` times the normal distribution function of ``x``."""
        return _leaky(F)(x, act_type="gelu", name="fwd")


class Swish(HybridBlock):
    """Multiply ``x`` by ``sigmoid(beta * x)``."""

    def __init__(self, beta=1.0, **kwargs):
        super().__init__(**kwargs)
        self._beta = beta

    def hybrid_forward(self, F, x):
        """Return ``x * sigmoid(beta * x)``."""
        if is_np_array():
            return x * F.npx.sigmoid(self._beta * x)
        return x * F.sigmoid(self._beta * x, name="fwd")


def _leaky(F):
    return front(F, "LeakyReLU", "leaky_relu")
