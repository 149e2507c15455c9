"""Metrics: values over batches, both sums, names, configurations, refusals."""

from __future__ import annotations

import pytest

from compat_tests.inputs import array, attempt

METRICS = {
    "acc": ((), {}, "classes"),
    "accuracy": ((), {"axis": 1, "name": "mine"}, "classes"),
    "top_k_accuracy": ((2,), {}, "classes"),
    "top_k_acc": ((3,), {}, "classes"),
    "f1": ((), {}, "binary"),
    "f1-micro": ((), {"average": "micro"}, "binary"),
    "mcc": ((), {}, "binary"),
    "mcc-micro": ((), {"average": "micro"}, "binary"),
    "pcc": ((), {}, "classes"),
    "perplexity": ((None,), {}, "probabilities"),
    "perplexity-ignore": ((1,), {}, "probabilities"),
    "mae": ((), {}, "numbers"),
    "mse": ((), {}, "numbers"),
    "rmse": ((), {}, "numbers"),
    "ce": ((), {}, "probabilities"),
    "cross-entropy": ((), {}, "probabilities"),
    "nll_loss": ((), {"eps": 1e-3}, "probabilities"),
    "pearsonr": ((), {}, "numbers"),
    "pearsonr-micro": ((), {"average": "micro"}, "numbers"),
    "loss": ((), {}, "numbers"),
    "torch": ((), {}, "numbers"),
    "caffe": ((), {}, "numbers"),
}
NAMES = {"cross-entropy": "crossentropy"}


def batch(front, kind, seed):
    if kind == "numbers":
        return array(front, "float32", (6,), seed=seed), array(front, "float32", (6,), seed=-seed)
    classes = 2 if kind == "binary" else 4
    label = array(front, "int32", (6,), seed=seed, low=0, high=classes - 1).astype("float32")
    pred = array(front, "float32", (6, classes), seed=seed, low=0.05, high=0.95)
    return label, pred


def make(mx, name):
    args, options, kind = METRICS[name]
    return mx.metric.create(NAMES.get(name, name).split("-")[0], *args, **options), kind


@pytest.mark.tolerance(rtol=1e-5, atol=1e-7, reason="sums of float32 in another order")
@pytest.mark.parametrize("name", METRICS)
def test_batches(mx, name):
    metric, kind = make(mx, name)
    seen = [metric.get()[0]]
    for seed in (1, 2):
        label, pred = batch(mx.nd, kind, seed)
        metric.update([label], [pred])
        seen.append((float(metric.get()[1]), float(metric.get_global()[1])))
    metric.reset_local()
    empty = metric.get()
    metric.update([label, label], [pred, pred])
    seen.append((float(metric.get()[1]), float(metric.get_global()[1]), int(metric.num_inst)))
    metric.reset()
    return seen, empty, metric.get()


@pytest.mark.np
@pytest.mark.parametrize("name", ["acc", "mse", "mae", "rmse", "nll_loss", "f1"])
def test_np_arrays(mx, name):
    def run():
        metric, kind = make(mx, name)
        label, pred = batch(mx.np, kind, 1)
        metric.update([label], [pred])
        return float(metric.get()[1])

    return attempt(run)


@pytest.mark.parametrize("name", METRICS)
def test_config(mx, name):
    metric, _ = make(mx, name)
    config = metric.get_config()
    again = mx.metric.create(dict(config)) if "average" not in METRICS[name][1] else metric
    return config, type(again), again.get_config(), str(metric), metric.get_name_value()


def test_bare_arrays(mx):
    label, pred = batch(mx.nd, "classes", 1)
    metric = mx.metric.Accuracy()
    metric.update(label, pred)
    return float(metric.get()[1])


def test_accuracy_of_classes(mx):
    metric = mx.metric.Accuracy()
    metric.update([mx.nd.array([0, 1, 2])], [mx.nd.array([0, 1, 1])])
    return float(metric.get()[1]), metric.num_inst


def test_top_k_one_sample(mx):
    metric = mx.metric.TopKAccuracy(2)
    metric.update([mx.nd.array([1, 0, 2])], [mx.nd.array([0.1, 0.7, 0.2])])
    return float(metric.get()[1]), metric.get()[0]


def test_composite(mx):
    metric = mx.metric.create(["acc", mx.metric.CrossEntropy()])
    metric.add("nll_loss")
    early = metric.get()
    label, pred = batch(mx.nd, "probabilities", 1)
    metric.update([label], [pred])
    names, values = metric.get()
    metric.reset_local()
    config = metric.get_config()
    return (
        early,
        names,
        [float(v) for v in values],
        metric.get(),
        [float(v) for v in metric.get_global()[1]],
        config,
        metric.get_metric(0).name,
        attempt(metric.get_metric, 9),
        str(mx.metric.CompositeEvalMetric(["acc"])),
    )


def test_custom(mx):
    def distance(label, pred):
        return abs(label - pred).sum()

    label, pred = batch(mx.nd, "numbers", 1)
    metrics = [
        mx.metric.CustomMetric(distance),
        mx.metric.create(distance, name="far"),
        mx.metric.np(distance),
        mx.metric.CustomMetric(lambda y, p: (3.0, 2)),
    ]
    for metric in metrics:
        metric.update([label], [pred])
    return [(m.name, float(m.get()[1]), m.num_inst) for m in metrics], attempt(
        metrics[0].get_config
    )


def test_update_dict(mx):
    label, pred = batch(mx.nd, "classes", 1)
    metric = mx.metric.Accuracy(output_names=["out"], label_names=["label"])
    metric.update_dict({"label": label, "more": label}, {"out": pred, "other": pred})
    plain = mx.metric.Accuracy()
    plain.update_dict({"label": label}, {"out": pred})
    both = mx.metric.CompositeEvalMetric(["acc"], output_names=["out"], label_names=["label"])
    both.update_dict({"label": label, "more": label}, {"out": pred, "other": pred})
    return float(metric.get()[1]), float(plain.get()[1]), float(both.get()[1][0])


def test_wrong(mx):
    label, pred = batch(mx.nd, "classes", 1)
    metric = mx.metric
    return (
        attempt(metric.create, "no_such"),
        attempt(metric.create, 3),
        attempt(metric.TopKAccuracy, 1),
        attempt(metric.Accuracy().update, [label], [pred, pred]),
        attempt(metric.Accuracy().update, [label[:3]], [pred]),
        attempt(metric.F1().update, [label], [pred]),
        attempt(metric.check_label_shapes, [1, 2], [1]),
        attempt(metric.EvalMetric("base").update, [label], [pred]),
        metric.check_label_shapes(label, pred, True)[0],
    )


def test_own_metric(mx):
    import warnings

    class Biggest(mx.metric.EvalMetric):
        def __init__(self, **kwargs):
            super().__init__("biggest", **kwargs)

        def update(self, labels, preds):
            self.sum_metric = max(self.sum_metric, max(p.max().asscalar() for p in preds))
            self.num_inst = 1

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mx.metric.register(Biggest)
    metric = mx.metric.create("biggest")
    metric.update([], [mx.nd.array([1, 3, 2])])
    return float(metric.get()[1]), metric.get_global()[0], metric.get_config()
