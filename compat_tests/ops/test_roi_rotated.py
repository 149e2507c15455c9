"""Pooling of rotated regions: values, refusals."""

from __future__ import annotations

import pytest

from compat_tests.inputs import array, attempt, grads

REGIONS = [[0, 3, 2.5, 4, 3, 30], [1, 4.3, 3.1, 7, 2, -75], [0, 1, 1, 0.3, 0.2, 10],
           [1, 7, 6, 6, 5, 45], [0, 3, 3, 4, 4, 200], [1, -4, -5, 2, 2, 20]]  # fmt: skip
ALIGN = {
    "2x2": {"pooled_size": (2, 2), "spatial_scale": 1.0},
    "adaptive": {"pooled_size": (1, 3), "spatial_scale": 0.7},
    "samples": {"pooled_size": (3, 2), "spatial_scale": 0.5, "sampling_ratio": 3},
}


@pytest.mark.parametrize("dtype", ("float32", "float64"))
@pytest.mark.parametrize("name", ALIGN)
def test_rroi_align(mx, name, dtype):
    data, rois = array(mx.nd, dtype, (2, 3, 7, 8)), mx.nd.array(REGIONS, dtype=dtype)
    return mx.nd.contrib.RROIAlign(data, rois, **ALIGN[name])


def test_rroi_align_gradient(mx):
    data, rois = array(mx.nd, "float32", (2, 3, 7, 8)), mx.nd.array(REGIONS)
    call = mx.nd.contrib.RROIAlign
    return attempt(lambda: grads(mx, lambda d, r: call(d, r, **ALIGN["2x2"]), data, rois))


def test_rroi_align_refusals(mx):
    nd, size = mx.nd, ALIGN["2x2"]
    data, rois, call = nd.ones((1, 2, 4, 4)), nd.array([[0, 2, 2, 2, 2, 9]]), nd.contrib.RROIAlign
    return (
        attempt(lambda: call(data[0], rois, **size)),
        attempt(lambda: call(data, rois[0], **size)),
        attempt(lambda: call(data, rois[:, :5], **size)),
        attempt(lambda: call(data, rois, pooled_size=(2, 2))),
        attempt(lambda: call(data, rois, pooled_size=(2,), spatial_scale=1.0)),
        attempt(lambda: call(data, rois, pooled_size=(2, 2), spatial_scale=3.0)),
        attempt(lambda: call(data.astype("float64"), rois, **size)),
        attempt(lambda: call(data.astype("int32"), rois.astype("int32"), **size)),
    )
