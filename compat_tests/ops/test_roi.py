"""Pooling of regions of interest: values and gradients, bins off the image, refusals."""

from __future__ import annotations

import pytest

from compat_tests.inputs import array, attempt, grads

REGIONS = [[0, 0, 0, 5, 4], [1, 2, 1, 9, 7], [0, 3.4, 2.6, 3.4, 2.6], [1, -3, -2, 4, 3],
           [0, 6, 5, 14, 13], [1, 5, 5, 2, 2]]  # fmt: skip
POOLING = {
    "2x2": {"pooled_size": (2, 2), "spatial_scale": 1.0},
    "scaled": {"pooled_size": (2, 3), "spatial_scale": 0.5},
    "fine": {"pooled_size": (5, 4), "spatial_scale": 0.7},
    "one": {"pooled_size": (1, 1), "spatial_scale": 1.0},
}


@pytest.mark.parametrize("name", POOLING)
def test_roi_pooling(mx, front, name):
    call = mx.nd.ROIPooling if front is mx.nd else mx.npx.roi_pooling
    data, rois = array(front, "float32", (2, 3, 7, 8)), front.array(REGIONS)
    return grads(mx, lambda d, r: call(d, r, **POOLING[name]), data, rois)


@pytest.mark.parametrize("dtype", ["float64"])
def test_roi_pooling_dtype(mx, dtype):
    data, rois = array(mx.nd, dtype, (2, 3, 7, 8)), mx.nd.array(REGIONS, dtype=dtype)
    return grads(
        mx, lambda d, r: mx.nd.ROIPooling(d, r, pooled_size=(2, 2), spatial_scale=1.0), data, rois
    )


def test_roi_pooling_refusals(mx):
    nd, size = mx.nd, {"pooled_size": (2, 2), "spatial_scale": 1.0}
    data, rois = nd.ones((1, 2, 4, 4)), nd.array([[0, 0, 0, 2, 2]])
    return (
        attempt(lambda: nd.ROIPooling(data[0], rois, **size)),
        attempt(lambda: nd.ROIPooling(data, rois[0], **size)),
        attempt(lambda: nd.ROIPooling(data, rois[:, :4], **size)),
        attempt(lambda: nd.ROIPooling(data, rois, pooled_size=(2, 2))),
        attempt(lambda: nd.ROIPooling(data, rois, spatial_scale=1.0)),
    )


ALIGN = {
    "2x2": {"pooled_size": (2, 2), "spatial_scale": 1.0},
    "adaptive": {"pooled_size": (2, 3), "spatial_scale": 0.5, "sample_ratio": -1},
    "samples": {"pooled_size": (3, 2), "spatial_scale": 0.7, "sample_ratio": 2},
    "aligned": {"pooled_size": (2, 2), "spatial_scale": 0.7, "sample_ratio": 3, "aligned": True},
    "aligned-adaptive": {"pooled_size": (2, 2), "spatial_scale": 1.0, "aligned": True},
    "sensitive": {
        "pooled_size": (2, 2), "spatial_scale": 1.0, "sample_ratio": 2, "position_sensitive": True,
    },
}  # fmt: skip


@pytest.mark.parametrize("name", ALIGN)
def test_roi_align(mx, name):
    data = array(mx.nd, "float32", (2, 4, 7, 8))
    # MXNet aborts where an aligned region has no size
    regions = REGIONS if "aligned" not in name else [REGIONS[i] for i in (0, 1, 3, 4)]
    call = mx.nd.contrib.ROIAlign
    return grads(mx, lambda d, r: call(d, r, **ALIGN[name]), data, mx.nd.array(regions))


def test_roi_align_edges(mx):
    nd, size = mx.nd, {"pooled_size": (2, 2), "spatial_scale": 1.0}
    data, call = array(nd, "float32", (1, 3, 4, 4)), nd.contrib.ROIAlign
    return (
        call(data, nd.array([[-1, 0, 0, 2, 2], [0, 0, 0, 2, 2]]), **size),
        attempt(lambda: call(data, nd.array([[0, 0, 0, 2, 2]]), position_sensitive=True, **size)),
        attempt(lambda: call(data[0], nd.array([[0, 0, 0, 2, 2]]), **size)),
        attempt(lambda: call(data, nd.array([[0, 0, 2, 2]]), **size)),
    )
