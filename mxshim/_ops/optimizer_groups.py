"""AdamW and LAMB for several weights in one call.

``data`` lists the arrays of the first weight, then of the second, and so on; AdamW's scale of the
gradients comes last.
"""

from __future__ import annotations

from .._core.params import Float, Shape, Tuple
from .._core.registry import op
from .optimizer_adaptive import (
    adamw_update,
    lamb_update_phase1,
    lamb_update_phase2,
    mp_adamw_update,
    mp_lamb_update_phase1,
    mp_lamb_update_phase2,
)


def _rule(width, counter):
    """Return the shape rule: every output is shaped as its weight."""

    def rule(*shapes, **params):
        return shapes, [shapes[i * width] for i in range(params[counter])]

    return rule


def _groups(data, width, count):
    return [data[i * width : (i + 1) * width] for i in range(count)]


def _declare_adamw(name, update, width):
    def forward(
        xp, *data, lrs: Tuple(), beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8,
        wds: Tuple(), etas: Tuple(), clip_gradient: Float = -1.0, num_weights: int = 1,
    ):  # fmt: skip
        """Take a step of AdamW with every weight; a scale of 0, inf or nan changes nothing."""
        shared = {"beta1": beta1, "beta2": beta2, "epsilon": epsilon,
                  "clip_gradient": clip_gradient}  # fmt: skip
        rates = zip(_groups(data, width, num_weights), lrs, wds, etas, strict=True)
        return tuple(
            update.forward(xp, *group, data[-1], lr=lr, wd=wd, eta=eta, **shared)
            for group, lr, wd, eta in rates
        )

    op(name, visible=lambda params: params["num_weights"], shape=_rule(width, "num_weights"))(
        forward
    )


_declare_adamw("_multi_adamw_update", adamw_update, 4)
_declare_adamw("_multi_mp_adamw_update", mp_adamw_update, 5)


def _declare_lamb(name, direct, step, width):
    def forward(
        xp, *data, learning_rates: Tuple(), beta1: Float = 0.9, beta2: Float = 0.999,
        epsilon: Float = 1e-6, wds: Tuple(), rescale_grad: Float = 1.0, lower_bound: Float = -1.0,
        upper_bound: Float = -1.0, clip_gradient: Float = -1.0, bias_correction: bool = True,
        step_count: Shape, num_tensors: int = 1,
    ):  # fmt: skip
        """Take a step of LAMB with every weight, scaled by norms in single precision."""
        shared = {"beta1": beta1, "beta2": beta2, "epsilon": epsilon, "rescale_grad": rescale_grad,
                  "clip_gradient": clip_gradient, "bias_correction": bias_correction}  # fmt: skip
        bounds = {"lower_bound": lower_bound, "upper_bound": upper_bound}
        made = []
        groups = _groups(data, width, num_tensors)
        for group, lr, wd, count in zip(groups, learning_rates, wds, step_count, strict=True):
            way = direct.forward(xp, *group, t=count, wd=wd, **shared)
            exact = group[4] if width == 5 else group[0]
            norms = [xp.sqrt(xp.square(a).sum()).reshape((1,)) for a in (exact, way)]
            made.append(step.forward(xp, group[0], way, *norms, *group[4:], lr=lr, **bounds))
        return tuple(made)

    op(name, visible=lambda params: params["num_tensors"], shape=_rule(width, "num_tensors"))(
        forward
    )


_declare_lamb("_multi_lamb_update", lamb_update_phase1, lamb_update_phase2, 4)
_declare_lamb("_multi_mp_lamb_update", mp_lamb_update_phase1, mp_lamb_update_phase2, 5)
