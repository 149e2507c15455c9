"""Region proposals: boxes, scores, padded images, small boxes, suppression, refusals."""

from __future__ import annotations

import pytest

from compat_tests.inputs import array, attempt, grads

BEST = {"rpn_pre_nms_top_n": 40, "rpn_post_nms_top_n": 6}
SETTINGS = {
    "plain": {},
    "loose": {"threshold": 0.3},
    "strict": {"threshold": 0.95, "rpn_post_nms_top_n": 12},
    "few": {"threshold": 0.01, "rpn_post_nms_top_n": 15},
    "iou": {"iou_loss": True},
    "anchors": {"scales": (2, 3, 5, 7), "ratios": (0.3, 1.1, 2.5), "feature_stride": 9},
    "all": {"rpn_pre_nms_top_n": -1, "rpn_min_size": 0},
    "large": {"rpn_min_size": 40},
}


def inputs(nd, images, info, high=6, wide=7):
    scores = array(nd, "float32", (images, 24, high, wide), low=0.0, high=1.0)
    deltas = array(nd, "float32", (images, 48, high, wide), low=-0.4, high=0.4)
    return scores, deltas, nd.array(info)


@pytest.mark.parametrize("name", SETTINGS)
def test_proposal(mx, name):
    given = inputs(mx.nd, 1, [[60, 62, 1]])
    return mx.nd.contrib.Proposal(*given, output_score=True, **{**BEST, **SETTINGS[name]})


@pytest.mark.parametrize("name", SETTINGS)
def test_multi_proposal(mx, name):
    given = inputs(mx.nd, 2, [[60, 62, 1], [50, 40, 1.5]])
    return mx.nd.contrib.MultiProposal(*given, output_score=True, **{**BEST, **SETTINGS[name]})


@pytest.mark.parametrize("name", ("Proposal", "MultiProposal"))
def test_gradients(mx, name):
    call = getattr(mx.nd.contrib, name)
    return grads(mx, lambda *given: call(*given, **BEST), *inputs(mx.nd, 1, [[60, 62, 1]]))


@pytest.mark.parametrize("name", ("Proposal", "MultiProposal"))
def test_symbol(mx, name):
    made = getattr(mx.sym.contrib, name)(
        mx.sym.var("cls_prob"), mx.sym.var("bbox_pred"), mx.sym.var("im_info"), name="found",
        output_score=True, **BEST,
    )  # fmt: skip
    return (
        made.list_arguments(),
        made.list_outputs(),
        made.infer_shape(cls_prob=(2, 24, 6, 7)),
    )


@pytest.mark.parametrize("name", ("Proposal", "MultiProposal"))
def test_refusals(mx, name):
    call = getattr(mx.nd.contrib, name)
    scores, deltas, info = inputs(mx.nd, 1, [[60, 62, 1]])
    return (
        attempt(lambda: call(scores, deltas[:, :40], info, **BEST)),
        attempt(lambda: call(scores, deltas, info[:, :2], **BEST)),
        attempt(lambda: call(scores, deltas, info, scales=(1, 2), **BEST)),
        attempt(lambda: call(scores, deltas, info, threshold="much")),
        attempt(lambda: call(scores.astype("float64"), deltas, info, **BEST)),
        attempt(lambda: call(scores, deltas, info, rpn_post_nms_top_n=0)),
    )


def test_several_images(mx):
    given = inputs(mx.nd, 2, [[60, 62, 1], [50, 40, 1.5]])
    return attempt(lambda: mx.nd.contrib.Proposal(*given, **BEST))
