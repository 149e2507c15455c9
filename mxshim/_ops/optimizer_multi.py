"""Updates of several weights in one call.

``data`` lists the arrays of the first weight, then of the second, and so on; ``preloaded`` forms
get learning rates and decays as two arrays at the end.
"""

from __future__ import annotations

from .._core.params import Float, Tuple
from .._core.registry import op
from .optimizer_update import (
    mp_sgd_mom_update,
    mp_sgd_update,
    sgd_mom_update,
    sgd_update,
)  # fmt: skip


def _count(params):
    return params["num_weights"]


def _weights(*shapes, num_weights, **params):
    """State that the results have the weights' shapes."""
    width = len(shapes) // num_weights
    return shapes, [shapes[i * width] for i in range(num_weights)]


def _each(update, xp, data, width, lrs, wds, **params):
    return tuple(
        update.forward(
            xp, *data[i * width : (i + 1) * width], lr=float(lr), wd=float(wd), lazy_update=True,
            **params, **({"target": None} if "target" in update.supplied else {}),
        )
        for i, (lr, wd) in enumerate(zip(lrs, wds, strict=True))
    )  # fmt: skip


def _declare(name, update, width, momentum):
    """Declare the plain and the preloaded form of one update."""
    if momentum:

        def plain(
            xp, *data, lrs: Tuple(), wds: Tuple(), momentum: Float = 0.0,
            rescale_grad: Float = 1.0, clip_gradient: Float = -1.0, num_weights: int = 1,
        ):  # fmt: skip
            return _each(update, xp, data, width, lrs, wds, momentum=momentum,
                         rescale_grad=rescale_grad, clip_gradient=clip_gradient)  # fmt: skip

        def preloaded(
            xp, *data, momentum: Float = 0.0, rescale_grad: Float = 1.0,
            clip_gradient: Float = -1.0, num_weights: int = 1,
        ):  # fmt: skip
            return _each(update, xp, data[:-2], width, data[-2], data[-1], momentum=momentum,
                         rescale_grad=rescale_grad, clip_gradient=clip_gradient)  # fmt: skip
    else:

        def plain(
            xp, *data, lrs: Tuple(), wds: Tuple(), rescale_grad: Float = 1.0,
            clip_gradient: Float = -1.0, num_weights: int = 1,
        ):  # fmt: skip
            return _each(update, xp, data, width, lrs, wds, rescale_grad=rescale_grad,
                         clip_gradient=clip_gradient)  # fmt: skip

        def preloaded(
            xp, *data, rescale_grad: Float = 1.0, clip_gradient: Float = -1.0, num_weights: int = 1
        ):
            return _each(update, xp, data[:-2], width, data[-2], data[-1],
                         rescale_grad=rescale_grad, clip_gradient=clip_gradient)  # fmt: skip

    plain.__doc__ = preloaded.__doc__ = f"Do ``{update.name}`` for every weight."
    op(f"multi_{name}", visible=_count, shape=_weights)(plain)
    op(f"preloaded_multi_{name}", visible=_count, shape=_weights)(preloaded)


_declare("sgd_update", sgd_update, 2, False)
_declare("sgd_mom_update", sgd_mom_update, 3, True)
_declare("mp_sgd_update", mp_sgd_update, 3, False)
_declare("mp_sgd_mom_update", mp_sgd_mom_update, 4, True)
