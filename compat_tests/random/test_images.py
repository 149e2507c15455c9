"""Random colours of images: the numbers drawn, the pixels, and where the stream stands after."""

from __future__ import annotations

import pytest

from compat_tests.inputs import array, attempt, grads
from compat_tests.random.bits import after

CHANGES = {
    "brightness": (0.6, 1.7), "contrast": (0.6, 1.7), "saturation": (0.6, 1.7), "hue": (0.6, 1.7),
    "lighting": (0.1,), "color_jitter": (0.4, 0.3, 0.2, 0.1),
}  # fmt: skip


def operator(mx, front, name):
    return getattr(mx.nd.image if front is mx.nd else mx.npx.image, name)


@pytest.mark.tolerance(rtol=1e-4, atol=2e-3, reason="sums and divisions of pixels up to 255")
@pytest.mark.parametrize("seed", [0, 1, 42])
@pytest.mark.parametrize("dtype", ["float32", "uint8"])
@pytest.mark.parametrize("name", sorted(CHANGES))
def test_change(mx, front, name, dtype, seed):
    picture = array(front, "int32", (3, 4, 3), low=0, high=255).astype(dtype)
    mx.random.seed(seed)
    change = operator(mx, front, "random_" + name)
    values = [change(picture, *CHANGES[name]).astype("float32") for _ in range(3)]
    if dtype == "uint8":  # a pixel may be cut to either side of a whole number
        values = [v.mean() for v in values]
    return values, after(mx)


# MXNet leaves the memory of a grey picture's hue and light as it finds it.
@pytest.mark.parametrize("name", ["brightness", "contrast", "saturation"])
def test_grey_pictures(mx, name):
    picture = array(mx.nd, "float32", (3, 4, 1), low=0, high=255)
    mx.random.seed(3)
    return operator(mx, mx.nd, "random_" + name)(picture, *CHANGES[name]), after(mx)


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_gradient(mx, name):
    picture = array(mx.nd, "float32", (3, 4, 3), low=0, high=255)
    mx.random.seed(3)
    seen = grads(mx, lambda a: operator(mx, mx.nd, "random_" + name)(a, *CHANGES[name]), picture)
    return seen["grads"]


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_refuses_other_shapes(mx, name):
    picture = array(mx.nd, "float32", (3, 4), low=0, high=255)
    return attempt(lambda: operator(mx, mx.nd, "random_" + name)(picture, *CHANGES[name]))


@pytest.mark.tolerance(rtol=1e-4, atol=2e-3, reason="sums and divisions of pixels up to 255")
@pytest.mark.parametrize("left_out", [0, 1, 2, 3])
def test_jitter_leaves_parts_alone(mx, left_out):
    picture = array(mx.nd, "float32", (3, 4, 3), low=0, high=255)
    bounds = [0.0 if i == left_out else bound for i, bound in enumerate((0.4, 0.3, 0.2, 0.1))]
    mx.random.seed(5)
    return operator(mx, mx.nd, "random_color_jitter")(picture, *bounds), after(mx)


def test_adjust_lighting(mx, front):
    picture = array(front, "float32", (3, 4, 3), low=0, high=255)
    return operator(mx, front, "adjust_lighting")(picture, (0.1, -0.2, 0.3))
