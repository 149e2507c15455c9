"""What gluon bodies share: parameters with known values, and a network's outputs and gradients."""

from __future__ import annotations

from compat_tests.inputs import array


def fill(block, front, seed=1):
    """Write known numbers into every parameter of ``block`` that has a shape already."""
    for number, (name, param) in enumerate(block.collect_params().items()):
        low, high = (0.5, 2.0) if name.endswith(("var", "gamma")) else (-1.0, 1.0)
        value = array(front, "float32", param.shape, seed=f"{seed}/{number}", low=low, high=high)
        param.set_data(value)
    return block


def run(mx, front, block, *inputs):
    """Run ``block`` deferred, then with known parameters, recorded: output, all gradients."""
    block.initialize(init=mx.init.One())
    block(*inputs)
    fill(block, front)
    for x in inputs:
        x.attach_grad()
    with mx.autograd.record():
        out = block(*inputs)
    # A head gradient of ones would leave nothing but rounding behind normalization layers.
    out.backward(array(front, "float32", out.shape, seed="head"))
    params = block.collect_params()
    return {
        "out": out,
        "inputs": [x.grad for x in inputs],
        "shapes": {short(n, block): p.shape for n, p in params.items()},
        "grads": {short(n, block): p.grad() for n, p in params.items() if p.grad_req != "null"},
        "kept": {short(n, block): p.data() for n, p in params.items() if p.grad_req == "null"},
        "predict": block(*inputs),
    }


def short(name, block):
    """Drop the block's own prefix from a parameter's name."""
    return name[len(block.prefix) :]
