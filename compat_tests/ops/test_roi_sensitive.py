"""Position-sensitive and rotated pooling of regions: values, gradients, refusals."""

from __future__ import annotations

import pytest

from compat_tests.inputs import array, attempt, grads

REGIONS = [[0, 0, 0, 5, 4], [1, 2, 1, 9, 7], [0, 3.4, 2.6, 3.4, 2.6], [1, -3, -2, 4, 3],
           [0, 6, 5, 14, 13], [1, 5.5, 2.5, 2, 2], [0, -9, -9, -7, -6]]  # fmt: skip
POOLING = {
    "2": {"pooled_size": 2, "spatial_scale": 1.0, "output_dim": 3},
    "scaled": {"pooled_size": 3, "spatial_scale": 0.5, "output_dim": 1},
    "grouped": {"pooled_size": 3, "spatial_scale": 0.7, "output_dim": 3, "group_size": 2},
    "coarse": {"pooled_size": 1, "spatial_scale": 1.0, "output_dim": 2, "group_size": 2},
    "still": {"pooled_size": 2, "spatial_scale": 0.0, "output_dim": 2},
}


@pytest.mark.parametrize("dtype", ("float32", "float64"))
@pytest.mark.parametrize("name", POOLING)
def test_psroi_pooling(mx, name, dtype):
    data, rois = array(mx.nd, dtype, (2, 12, 7, 8)), mx.nd.array(REGIONS, dtype=dtype)
    return grads(mx, lambda d, r: mx.nd.contrib.PSROIPooling(d, r, **POOLING[name]), data, rois)


def test_psroi_pooling_refusals(mx):
    nd, size = mx.nd, {"pooled_size": 2, "spatial_scale": 1.0, "output_dim": 1}
    data, rois, call = nd.ones((1, 4, 4, 4)), nd.array([[0, 0, 0, 2, 2]]), nd.contrib.PSROIPooling
    return (
        attempt(lambda: call(data[0], rois, **size)),
        attempt(lambda: call(data, rois[0], **size)),
        attempt(lambda: call(data, rois[:, :4], **size)),
        attempt(lambda: call(data, rois, pooled_size=2, output_dim=1)),
        attempt(lambda: call(data, rois, pooled_size=2, output_dim=1, spatial_scale=2)),
        attempt(lambda: call(data.astype("float64"), rois, **size)),
        attempt(lambda: call(data.astype("int32"), rois.astype("int32"), **size)),
    )


MOVED = {
    "2": {"pooled_size": 2, "group_size": 2, "spatial_scale": 0.9, "output_dim": 3},
    "samples": {
        "pooled_size": 3, "group_size": 2, "spatial_scale": 0.7, "output_dim": 3,
        "sample_per_part": 3, "part_size": 2,
    },
    "fine": {
        "pooled_size": 2, "group_size": 1, "spatial_scale": 1.0, "output_dim": 6,
        "sample_per_part": 4, "part_size": 3,
    },
}  # fmt: skip


@pytest.mark.parametrize("classes", (1, 3))
@pytest.mark.parametrize("name", MOVED)
def test_deformable_psroi_pooling(mx, name, classes):
    settings = MOVED[name]
    parts = settings.get("part_size", settings["pooled_size"])
    data, rois = array(mx.nd, "float32", (2, 12, 7, 8)), mx.nd.array(REGIONS)
    trans = array(mx.nd, "float32", (len(REGIONS), 2 * classes, parts, parts))
    call = mx.nd.contrib.DeformablePSROIPooling
    return grads(mx, lambda *given: call(*given, trans_std=0.23, **settings), data, rois, trans)


@pytest.mark.parametrize("name", MOVED)
def test_deformable_psroi_pooling_without_shifts(mx, name):
    data, rois = array(mx.nd, "float64", (2, 12, 7, 8)), mx.nd.array(REGIONS, dtype="float64")
    call = mx.nd.contrib.DeformablePSROIPooling
    return grads(mx, lambda *given: call(*given, no_trans=True, **MOVED[name]), data, rois)


def test_deformable_psroi_pooling_symbol(mx):
    made = [
        mx.sym.contrib.DeformablePSROIPooling(
            mx.sym.var("x"), mx.sym.var("r"), name="pool", no_trans=no_trans, **MOVED["2"]
        )
        for no_trans in (True, False)
    ]
    known = made[0].infer_shape(x=(2, 12, 7, 8), r=(5, 5))
    return [each.list_arguments() for each in made], made[0].list_outputs(), known


def test_deformable_psroi_pooling_refusals(mx):
    nd, size = mx.nd, MOVED["2"]
    data, rois, trans = nd.ones((1, 12, 4, 4)), nd.array([[0, 0, 0, 2, 2]]), nd.ones((1, 2, 2, 2))
    call = nd.contrib.DeformablePSROIPooling
    return (
        attempt(lambda: call(data[0], rois, trans, **size)),
        attempt(lambda: call(data, rois[0], trans, **size)),
        attempt(lambda: call(data, rois[:, :4], trans, **size)),
        attempt(lambda: call(data, rois, trans[0], **size)),
        attempt(lambda: call(data, rois, **size)),
        attempt(lambda: call(data, rois, trans, no_trans=True, **size)),
        attempt(lambda: call(data, rois, trans, trans_std=2, **size)),
        attempt(lambda: call(data, rois.astype("float64"), trans, **size)),
    )
