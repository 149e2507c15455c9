"""Every metric by class and by name: batches, both sums, resets, dtypes, shapes, lists, nan."""

from __future__ import annotations

import warnings

import pytest

from compat_tests.inputs import array, attempt

CLOSE = pytest.mark.tolerance(rtol=1e-5, atol=1e-7, reason="sums of float32 in another order")

#: class: (names to create it by, arguments, kind of input)
METRICS = {
    "Accuracy": (("acc", "accuracy", "ACC"), {}, "classes"),
    "TopKAccuracy": (("top_k_accuracy", "top_k_acc", "topkaccuracy"), {"top_k": 2}, "classes"),
    "F1": (("f1",), {}, "binary"),
    "MCC": (("mcc",), {}, "binary"),
    "PCC": (("pcc",), {}, "classes"),
    "Perplexity": (("perplexity",), {"ignore_label": None}, "probabilities"),
    "MAE": (("mae",), {}, "numbers"),
    "MSE": (("mse",), {}, "numbers"),
    "RMSE": (("rmse",), {}, "numbers"),
    "CrossEntropy": (("ce", "crossentropy", "cross-entropy"), {}, "probabilities"),
    "NegativeLogLikelihood": (("nll_loss", "negativeloglikelihood"), {}, "probabilities"),
    "PearsonCorrelation": (("pearsonr", "pearsoncorrelation"), {}, "numbers"),
    "Loss": (("loss",), {}, "numbers"),
    "Torch": (("torch",), {}, "numbers"),
    "Caffe": (("caffe",), {}, "numbers"),
}
VARIANTS = {
    "Accuracy-axis": {"axis": 0},
    "TopKAccuracy-3": {"top_k": 3},
    "TopKAccuracy-9": {"top_k": 9},
    "F1-micro": {"average": "micro"},
    "MCC-micro": {"average": "micro"},
    "Perplexity-ignore": {"ignore_label": 1},
    "Perplexity-axis": {"ignore_label": None, "axis": 1},
    "CrossEntropy-eps": {"eps": 0.1},
    "NegativeLogLikelihood-eps": {"eps": 1e-3},
    "PearsonCorrelation-micro": {"average": "micro"},
    "PCC-local": {"has_global_stats": False},
}
every = pytest.mark.parametrize("name", [*METRICS, *VARIANTS])
by_class = pytest.mark.parametrize("name", METRICS)


def make(mx, name, **more):
    kind = name.split("-")[0]
    options = VARIANTS[name] if name in VARIANTS else METRICS[kind][1]
    return getattr(mx.metric, kind)(**{**options, **more}), METRICS[kind][2]


def batch(front, kind, seed, dtype="float32", size=6):
    if kind == "numbers":
        return tuple(array(front, dtype, (size,), seed=f"{s}{seed}") for s in "lp")
    classes = 2 if kind == "binary" else 4
    label = array(front, "int32", (size,), seed=seed, low=0, high=classes - 1)
    pred = array(front, "float32", (size, classes), seed=seed, low=0.05, high=0.95)
    return label.astype(dtype), pred.astype(dtype)


def seen(metric):
    return (
        metric.get(),
        metric.get_global(),
        metric.get_name_value(),
        metric.get_global_name_value(),
    )


@CLOSE
@every
def test_life(mx, name):
    metric, kind = make(mx, name)
    states = [seen(metric)]
    for seed in (1, 2, 3):
        label, pred = batch(mx.nd, kind, seed)
        metric.update([label], [pred])
        states.append(seen(metric))
    metric.reset_local()
    states.append(seen(metric))
    metric.update([label, label], [pred, pred])
    states.append((seen(metric), metric.num_inst, metric.global_num_inst))
    metric.reset()
    states.append((seen(metric), metric.num_inst, metric.global_num_inst, str(metric)))
    return states


@CLOSE
@every
def test_sums(mx, name):
    metric, kind = make(mx, name)
    for seed in (1, 2):
        label, pred = batch(mx.nd, kind, seed)
        metric.update([label], [pred])
    return metric.sum_metric, metric.num_inst, metric.global_sum_metric, metric.global_num_inst


@CLOSE
@pytest.mark.parametrize("dtype", ["float64", "int32", "uint8"])
@by_class
def test_dtypes(mx, name, dtype):
    def run():
        metric, kind = make(mx, name)
        label, pred = batch(mx.nd, kind, 1, dtype)
        metric.update([label], [pred])
        return metric.get()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return attempt(run)


@pytest.mark.tolerance(rtol=2e-3, atol=1e-3, reason="logarithms of float16 rounded differently")
@by_class
def test_half_precision(mx, name):
    metric, kind = make(mx, name)
    label, pred = batch(mx.nd, kind, 1, "float16")
    metric.update([label], [pred])
    return metric.get()


@CLOSE
@pytest.mark.np
@by_class
def test_numpy_arrays(mx, name):
    def run():
        metric, kind = make(mx, name)
        label, pred = batch(mx.np, kind, 1)
        metric.update([label], [pred])
        return metric.get()

    return attempt(run)


@CLOSE
@pytest.mark.parametrize("form", ["bare", "tuple", "numpy", "lists", "column", "no labels"])
@by_class
def test_forms(mx, name, form):
    def run():
        metric, kind = make(mx, name)
        label, pred = batch(mx.nd, kind, 1)
        if form == "bare":
            metric.update(label, pred)
        elif form == "tuple":
            metric.update((label,), (pred,))
        elif form == "numpy":
            metric.update([label.asnumpy()], [pred.asnumpy()])
        elif form == "lists":
            metric.update([[0, 1]], [[0.5, 0.5]])
        elif form == "column":
            metric.update([label.reshape((-1, 1))], [pred])
        else:
            metric.update([], [])
        return metric.get()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return attempt(run)


@CLOSE
@pytest.mark.parametrize("fault", ["more labels", "longer label", "shorter label", "three axes"])
@by_class
def test_wrong_shapes(mx, name, fault):
    def run():
        metric, kind = make(mx, name)
        label, pred = batch(mx.nd, kind, 1)
        if fault == "more labels":
            metric.update([label, label], [pred])
        elif fault == "longer label":
            metric.update([mx.nd.concat(label, label, dim=0)], [pred])
        elif fault == "shorter label":
            metric.update([label[:2]], [pred])
        else:
            metric.update([label.reshape((1, 2, 3))], [pred.reshape((1, 2, 3, -1))])
        return metric.get()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return attempt(run)


@pytest.mark.parametrize("value", ["nan", "inf", "zero", "one"])
@pytest.mark.parametrize("name", [name for name in METRICS if name != "TopKAccuracy"])
def test_special_values(mx, name, value):
    def run():
        metric, kind = make(mx, name)
        label, pred = batch(mx.nd, kind, 1)
        number = {"nan": float("nan"), "inf": float("inf"), "zero": 0.0, "one": 1.0}[value]
        metric.update([label], [pred * 0 + number if value != "nan" else pred * number])
        return metric.get()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return attempt(run)


@by_class
def test_names(mx, name):
    names, options, _ = METRICS[name]
    made = [attempt(lambda each=each: mx.metric.create(each, **options)) for each in names]
    named, _ = make(mx, name, name="mine")
    return [type(m) for m in made], [getattr(m, "name", None) for m in made], named.name


@CLOSE
@by_class
def test_update_dict(mx, name):
    metric, kind = make(mx, name, output_names=["out"], label_names=["label"])
    label, pred = batch(mx.nd, kind, 1)
    metric.update_dict({"other": label, "label": label}, {"out": pred, "more": pred})
    plain, _ = make(mx, name)
    plain.update_dict({"label": label}, {"out": pred})
    missing = attempt(metric.update_dict, {"other": label}, {"out": pred})
    return metric.get(), plain.get(), missing, metric.output_names, metric.label_names


@every
def test_configuration(mx, name):
    metric, _ = make(mx, name)
    config = metric.get_config()
    return config, str(metric)


@CLOSE
@pytest.mark.parametrize(
    "parts", [("acc", "ce"), ("mse", "mae", "rmse"), ("acc", "top_k_acc", "nll_loss"), ("f1",), ()],
    ids="+".join,
)  # fmt: skip
def test_composites(mx, parts):
    made = mx.metric.CompositeEvalMetric(name="all")
    for part in parts:
        made.add(mx.metric.create(part, top_k=2) if part == "top_k_acc" else part)
    kind = "numbers" if "mse" in parts else "binary" if "f1" in parts else "classes"
    states = [seen(made)]
    for seed in (1, 2):
        label, pred = batch(mx.nd, kind, seed)
        made.update([label], [pred])
        states.append(seen(made))
    made.update_dict({"a": label}, {"b": pred})
    made.reset_local()
    states.append(seen(made))
    config = made.get_config()
    made.reset()
    return states, seen(made), config, str(made), made.name, len(made.metrics)


def test_composite_of_composites(mx):
    inner = mx.metric.create(["acc", "ce"])
    made = mx.metric.CompositeEvalMetric([inner, "nll_loss"])
    label, pred = batch(mx.nd, "probabilities", 1)
    made.update([label], [pred])
    return made.get()[0], len(made.metrics), made.get_metric(1).name, attempt(made.get_metric, 5)


FUNCTIONS = {
    "float32": lambda y, p: (y - p).sum(),
    "float": lambda y, p: float(abs(y - p).max()),
    "pair": lambda y, p: (abs(y - p).sum(), len(y)),
    "int": lambda y, p: 3,
    "array": lambda y, p: y - p,
    "nothing": lambda y, p: None,
    "failing": lambda y, p: y.missing,
}


@CLOSE
@pytest.mark.parametrize("way", ["CustomMetric", "create", "np"])
@pytest.mark.parametrize("function", FUNCTIONS)
def test_custom(mx, function, way):
    def run():
        made = getattr(mx.metric, way)(FUNCTIONS[function])
        for seed in (1, 2):
            label, pred = batch(mx.nd, "numbers", seed)
            made.update([label], [pred])
        return made.name, made.get(), made.get_global(), made.num_inst, made.sum_metric

    return attempt(run)


@pytest.mark.parametrize("extra", [False, True], ids=["strict", "extra"])
def test_custom_with_more_outputs(mx, extra):
    made = mx.metric.CustomMetric(lambda y, p: 1.0, allow_extra_outputs=extra)
    label, pred = batch(mx.nd, "numbers", 1)
    return attempt(made.update, [label], [pred, pred]), made.get()


def test_custom_names(mx):
    def distance(label, pred):
        return 1.0

    metric = mx.metric
    return (
        metric.CustomMetric(distance).name, metric.CustomMetric(distance, name="far").name,
        metric.np(distance).name, metric.np(distance, "near", True).name,
        metric.CustomMetric(lambda y, p: 0).name, metric.np(lambda y, p: 0).name,
        attempt(metric.np(distance).get_config), attempt(metric.np, 3),
    )  # fmt: skip


def test_accuracy_axes(mx):
    label = mx.nd.array([[0, 1, 1], [1, 0, 1]])
    pred = array(mx.nd, "float32", (2, 2, 3))
    made = [mx.metric.Accuracy(axis=axis) for axis in (1, 0, 2, -1)]
    return [attempt(lambda m=m: (m.update([label], [pred]), m.get())) for m in made]


def test_moments(mx):
    metric = mx.metric.PearsonCorrelation(average="micro")
    label, pred = batch(mx.nd, "numbers", 1)
    metric.update([label], [pred])
    numbers = pred.asnumpy().astype("float64")
    return metric.update_variance(numbers, 2, 0.5, 1.5), metric.get(), metric.get_global()


REFUSED = {
    "unknown name": lambda metric: metric.create("no_such"),
    "number": lambda metric: metric.create(3),
    "None": lambda metric: metric.create(None),
    "unknown option": lambda metric: metric.create("acc", colour=1),
    "top 1": lambda metric: metric.TopKAccuracy(1),
    "no ignore_label": lambda metric: metric.Perplexity(),
    "average": lambda metric: metric.F1(average="odd").get(),
    "dict": lambda metric: metric.create({"metric": "acc"}).name,
    "json": lambda metric: metric.create('["acc", {"axis": 0}]').axis,
    "instance": lambda metric: metric.create(metric.MAE()).name,
    "instance with options": lambda metric: metric.create(metric.MAE(), name="x"),
    "base": lambda metric: metric.EvalMetric("base").update([], []),
    "base get": lambda metric: metric.EvalMetric(3).get(),
    "tuple": lambda metric: metric.create(("acc", "ce")).name,
    "composite with options": lambda metric: metric.create(["mae", "mse"], name="x").get(),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_creating(mx, kind):
    return attempt(lambda: REFUSED[kind](mx.metric))
