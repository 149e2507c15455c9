"""The estimator: fitting, evaluating, its handlers, what they log, write, warn of and refuse."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import re
import tempfile
import warnings

import pytest

from compat_tests.gluon.tools import fill
from compat_tests.inputs import array, attempt

ROUNDED = pytest.mark.tolerance(rtol=1e-4, atol=1e-6, reason="steps add up what each rounds")


def network(mx, hybridize=False, outputs=3):
    net = mx.gluon.nn.HybridSequential(prefix="net_")
    with net.name_scope():
        net.add(
            mx.gluon.nn.Dense(4, activation="relu", in_units=5),
            mx.gluon.nn.Dense(outputs, in_units=4),
        )
    net.initialize()
    fill(net, mx.nd)
    net.hybridize(hybridize)
    return net


def loader(mx, size=10, batch=4, seed=0, classes=3):
    data = array(mx.nd, "float32", (size, 5), seed=seed)
    label = array(mx.nd, "int32", (size,), seed=seed, low=0, high=classes - 1).astype("float32")
    return mx.gluon.data.DataLoader(mx.gluon.data.ArrayDataset(data, label), batch_size=batch)


def estimator(mx, net=None, **options):
    net = network(mx) if net is None else net
    if "trainer" not in options:
        options["trainer"] = mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
    loss = options.pop("loss", None) or mx.gluon.loss.SoftmaxCrossEntropyLoss()
    made = mx.gluon.contrib.estimator.Estimator(net, loss, **options)
    page = io.StringIO()
    made.logger.handlers[:] = [logging.StreamHandler(page)]
    made.logger.handlers[0].setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    made.page = page
    return made


def logged(made, folder="no folder"):
    text = made.page.getvalue().replace(folder, "FOLDER")
    text = re.sub(r"(in|interval:) \d+\.\d{3}s", r"\1 #s", text)
    return re.sub(r"total \d+s", "total #s", text)


def numbers(metrics):
    return [(m.get()[0], float(m.get()[1])) for m in metrics]


def names(metrics):
    return [metric.name for metric in metrics]


def weights(net):
    return {name: param.data() for name, param in net.collect_params().items()}


@contextlib.contextmanager
def told():
    """Gather warnings as pairs of class and text."""
    seen = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield seen
    seen += [(w.category.__name__, str(w.message)) for w in caught
             if w.category in (UserWarning, RuntimeWarning)]  # fmt: skip


@ROUNDED
@pytest.mark.parametrize("validate", [False, True], ids=["train", "validate"])
@pytest.mark.parametrize("count", [1, 2, 4])
@pytest.mark.parametrize("unit", ["epochs", "batches"])
def test_fit(mx, unit, count, validate):
    made = estimator(mx)
    val = loader(mx, seed=1) if validate else None
    returned = made.fit(loader(mx), val, **{unit: count})
    return (returned, logged(made), numbers(made.train_metrics), numbers(made.val_metrics),
            weights(made.net), made.max_epoch, made.max_batch)  # fmt: skip


@ROUNDED
@pytest.mark.parametrize("hybridize", [False, True], ids=["eager", "hybrid"])
@pytest.mark.parametrize("optimizer", ["sgd", "adam", "nag"])
def test_fit_with_other_trainers(mx, optimizer, hybridize):
    net = network(mx, hybridize)
    schedule = mx.lr_scheduler.FactorScheduler(2, 0.5, base_lr=0.1)
    trainer = mx.gluon.Trainer(net.collect_params(), optimizer, {"lr_scheduler": schedule})
    made = estimator(mx, net, trainer=trainer)
    made.fit(loader(mx), epochs=2)
    return logged(made), weights(net)


@ROUNDED
def test_fit_twice(mx):
    made = estimator(mx)
    made.fit(loader(mx), epochs=1)
    made.fit(loader(mx), epochs=1)
    return logged(made), weights(made.net)


@ROUNDED
def test_evaluate(mx):
    made = estimator(mx)
    made.evaluate(loader(mx, seed=2))
    return logged(made), numbers(made.val_metrics), numbers(made.train_metrics)


LOSSES = {
    "L2Loss": (1, "regression"),
    "L1Loss": (1, "regression"),
    "SoftmaxCrossEntropyLoss": (3, "classes"),
    "SigmoidBinaryCrossEntropyLoss": (1, "regression"),
    "HuberLoss": (1, "regression"),
}


@ROUNDED
@pytest.mark.parametrize("name", LOSSES)
def test_default_metrics(mx, name):
    outputs, _ = LOSSES[name]
    loss = getattr(mx.gluon.loss, name)()
    made = estimator(mx, network(mx, outputs=outputs), loss=loss)
    names = [m.name for m in made.train_metrics], [m.name for m in made.val_metrics]
    made.fit(loader(mx, classes=2), loader(mx, classes=2), epochs=1)
    return names, logged(made), [type(m) for m in made.train_metrics]


def test_metrics_given(mx):
    metric = mx.metric
    given = {
        "one": metric.Accuracy(),
        "list": [metric.Accuracy(), metric.Loss("mine")],
        "composite": metric.CompositeEvalMetric([metric.Accuracy(), metric.create(["ce", "loss"])]),
    }
    seen = []
    for train in given:
        made = estimator(mx, train_metrics=given[train])
        seen.append(
            (train, [m.name for m in made.train_metrics], [m.name for m in made.val_metrics])
        )
    made = estimator(mx, train_metrics=metric.Accuracy(), val_metrics=[metric.Loss("validation x"),
                     metric.Loss("training y")])  # fmt: skip
    return seen, [m.name for m in made.train_metrics], [m.name for m in made.val_metrics]


@ROUNDED
def test_other_network_for_validation(mx):
    net = network(mx)
    other = network(mx)
    other.collect_params()["net_dense1_bias"].set_data(mx.nd.array([3, -3, 1]))
    val_loss = mx.gluon.loss.SoftmaxCrossEntropyLoss(weight=3)
    made = estimator(mx, net, val_net=other, val_loss=val_loss, val_metrics=mx.metric.Loss("other"))
    made.evaluate(loader(mx))
    return attempt(lambda: numbers(made.val_metrics)), type(made.val_loss)


@ROUNDED
def test_two_devices(mx):
    net = network(mx)
    net.collect_params().reset_ctx([mx.cpu(0), mx.cpu(1)])
    made = estimator(mx, net, context=[mx.cpu(0), mx.cpu(1)])
    made.fit(loader(mx, size=8), loader(mx, size=4), epochs=1)
    return logged(made), {n: p.data(mx.cpu(1)) for n, p in net.collect_params().items()}


@ROUNDED
def test_batch_axis(mx):
    net = network(mx)

    class Turned(mx.gluon.contrib.estimator.BatchProcessor):
        axes = []

        def fit_batch(self, estimator, train_batch, batch_axis=0):
            self.axes.append(batch_axis)
            return super().fit_batch(estimator, train_batch, 0)

    made = estimator(mx, net, batch_processor=Turned())
    made.fit(loader(mx), epochs=1, batch_axis=1)
    return made.batch_processor.axes, weights(net)


def test_batch_processor(mx):
    made = estimator(mx)
    batch = next(iter(loader(mx)))
    return made.batch_processor.evaluate_batch(made, batch), made.batch_processor.fit_batch(
        made, batch
    )


def test_initializing(mx):
    seen = []
    for state in ("none", "partly", "fully"):
        net = mx.gluon.nn.Dense(3, in_units=5, prefix="d_")
        if state == "partly":
            net.weight.initialize(mx.init.Constant(2))
        elif state == "fully":
            net.initialize(mx.init.Constant(2))
        with told() as said:
            made = estimator(mx, net, initializer=mx.init.Constant(0.5))
        seen.append((state, said, net.weight.data(), attempt(net.bias.data), made.context))
    return seen


def test_no_trainer(mx):
    with told() as said:
        made = estimator(mx, trainer=None)
    return said, type(made.trainer.optimizer), made.trainer.learning_rate


def test_refusals(mx):
    make = mx.gluon.contrib.estimator.Estimator
    net, loss = network(mx), mx.gluon.loss.L2Loss()
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd")
    made = make(net, loss, trainer=trainer)

    class Half:
        def fit_batch(self):
            pass

    return [
        attempt(call)
        for call in (
            lambda: make(net, "loss"),
            lambda: make(net, mx.nd.softmax),
            lambda: make(net, loss, train_metrics="acc"),
            lambda: make(net, loss, train_metrics=["acc"]),
            lambda: make(net, loss, val_metrics=[1]),
            lambda: make(net, loss, context="cpu"),
            lambda: make(net, loss, context=["cpu"]),
            lambda: make(net, loss, context=(mx.cpu(),)),
            lambda: make(net, loss, context=[mx.gpu(7)]),
            lambda: make(net, loss, trainer="sgd"),
            lambda: make(net, loss, trainer=trainer, val_loss=3),
            lambda: make(net, loss, trainer=trainer, batch_processor=Half()),
            lambda: make(),
            lambda: made.fit([1]),
            lambda: made.evaluate(mx.nd.ones((2, 3))),
            lambda: made.fit(loader(mx)),
            lambda: made.fit(loader(mx), epochs=1, batches=1),
            lambda: made.fit(loader(mx), epochs=0),
            lambda: made.fit(loader(mx), epochs=1, event_handlers=[1]),
            lambda: made.fit(loader(mx), epochs=1, event_handlers="x"),
            lambda: made.evaluate(loader(mx), event_handlers=3),
        )
    ]


# ---- handlers


def spy_on(mx, events, priority=None, stop=None):
    """Make a handler that writes down what it hears, in the order of all handlers."""
    kinds = mx.gluon.contrib.estimator
    everything = (kinds.TrainBegin, kinds.TrainEnd, kinds.EpochBegin, kinds.EpochEnd,
                  kinds.BatchBegin, kinds.BatchEnd)  # fmt: skip

    class Spy(*everything):
        def hear(self, event, kwargs):
            events.append((event, self.number, sorted(kwargs)))
            return stop == event or None

        def train_begin(self, estimator, *args, **kwargs):
            return self.hear("train_begin", kwargs)

        def train_end(self, estimator, *args, **kwargs):
            return self.hear("train_end", kwargs)

        def epoch_begin(self, estimator, *args, **kwargs):
            return self.hear("epoch_begin", kwargs)

        def epoch_end(self, estimator, *args, **kwargs):
            return self.hear("epoch_end", kwargs)

        def batch_begin(self, estimator, *args, **kwargs):
            return self.hear("batch_begin", kwargs)

        def batch_end(self, estimator, *args, **kwargs):
            events.append(estimator.trainer.optimizer.num_update)
            return self.hear("batch_end", kwargs)

    spy = Spy()
    spy.number = priority
    if priority is not None:
        spy.priority = priority
    return spy


@pytest.mark.parametrize("stop", [None, "batch_end", "epoch_end"], ids=str)
@pytest.mark.parametrize("priorities", [(None,), (5, -5), (-3000, 0), (1, 2, None)], ids=str)
def test_events(mx, priorities, stop):
    events = []
    spies = [spy_on(mx, events, priority, stop) for priority in priorities]
    made = estimator(mx)
    made.fit(loader(mx), event_handlers=spies, epochs=2)
    return events, [type(handler) for handler in spies]


def test_events_of_evaluation(mx):
    events = []
    made = estimator(mx)
    made.evaluate(loader(mx), event_handlers=spy_on(mx, events, 1))
    return events, logged(made)


def test_base_events(mx):
    kinds = mx.gluon.contrib.estimator
    return (
        kinds.TrainBegin().train_begin(None), kinds.TrainEnd().train_end(None),
        kinds.EpochBegin().epoch_begin(None), kinds.EpochEnd().epoch_end(None),
        kinds.BatchBegin().batch_begin(None), kinds.BatchEnd().batch_end(None),
        kinds.event_handler.EventHandler.__name__, kinds.StoppingHandler.__mro__[1:4],
    )  # fmt: skip


@ROUNDED
@pytest.mark.parametrize("interval", ["epoch", 1, 2, 5, True])
def test_logging(mx, interval):
    made = estimator(mx)
    handler = mx.gluon.contrib.estimator.LoggingHandler(interval, metrics=made.train_metrics)
    made.fit(loader(mx), loader(mx, seed=1), event_handlers=[handler], epochs=2)
    return logged(made), handler.processed_samples, handler.current_epoch, handler.priority


@pytest.mark.parametrize("interval", ["batch", 1.5, None], ids=str)
def test_logging_refusals(mx, interval):
    return attempt(mx.gluon.contrib.estimator.LoggingHandler, interval)


def test_logging_without_metrics(mx):
    made = estimator(mx)
    handler = mx.gluon.contrib.estimator.LoggingHandler(2)
    made.fit(loader(mx), event_handlers=[handler], epochs=1)
    return logged(made)


@ROUNDED
@pytest.mark.parametrize("periods", [(1, None), (2, None), (None, 2), (1, 1), (0, 0)], ids=str)
def test_validation_periods(mx, periods):
    kinds = mx.gluon.contrib.estimator
    made = estimator(mx)
    handler = kinds.ValidationHandler(loader(mx, seed=1), made.evaluate, *periods)
    made.fit(loader(mx), event_handlers=[handler], epochs=3)
    return logged(made), handler.current_batch, handler.current_epoch, handler.priority


def test_validation_handlers_of_its_own(mx):
    kinds, events = mx.gluon.contrib.estimator, []
    made = estimator(mx)
    spy = spy_on(mx, events, 3)
    handler = kinds.ValidationHandler(loader(mx, size=4), made.evaluate, event_handlers=[spy])
    made.fit(loader(mx, size=4), event_handlers=[handler], epochs=1)
    return events


def test_own_evaluation(mx):
    calls = []
    made = estimator(mx)
    handler = mx.gluon.contrib.estimator.ValidationHandler(
        "data", lambda **kwargs: calls.append(kwargs), batch_period=2
    )
    made.fit(loader(mx), event_handlers=handler, epochs=1, batch_axis=0)
    return calls


def test_unknown_metrics(mx):
    kinds = mx.gluon.contrib.estimator
    made = estimator(mx)
    stranger = mx.metric.Accuracy("stranger")
    return (
        attempt(lambda: made.fit(
            loader(mx), epochs=1, event_handlers=[kinds.LoggingHandler(metrics=[stranger])])),
        attempt(lambda: made.fit(
            loader(mx), epochs=1, event_handlers=[kinds.MetricHandler(stranger)])),
        attempt(lambda: made.evaluate(
            loader(mx), event_handlers=[kinds.LoggingHandler(metrics=made.train_metrics)])),
        attempt(lambda: kinds.MetricHandler("acc")),
    )  # fmt: skip


def test_gradient_update(mx):
    kinds = mx.gluon.contrib.estimator
    made = estimator(mx)
    steps = []
    made.trainer.step = steps.append
    default = kinds.GradientUpdateHandler()
    default.batch_end(made, loss=[mx.nd.ones((3,)), mx.nd.ones((2,))])
    default.batch_end(made, loss=mx.nd.ones((4, 2)))
    made.fit(loader(mx), event_handlers=[kinds.GradientUpdateHandler(7)], epochs=1)
    return steps, default.priority


def test_stopping(mx):
    kinds = mx.gluon.contrib.estimator
    made = estimator(mx)
    handler = kinds.StoppingHandler(1, 1)
    made.fit(loader(mx), event_handlers=[handler], batches=2)
    return handler.max_epoch, handler.max_batch, handler.current_batch, handler.stop_training


# ---- handlers that watch a metric


class Scripted:
    """Let a metric say what the script says."""

    def __init__(self, metric, values):
        self.values = list(values)
        name = metric.name
        metric.get = lambda: (name, self.values[0])

    def next(self):
        if len(self.values) > 1:
            self.values.pop(0)


def stepping(mx, script):
    class Step(mx.gluon.contrib.estimator.EpochEnd):
        priority = 100

        def epoch_end(self, estimator, *args, **kwargs):
            script.next()

    return Step()


SCRIPTS = {
    "rises": [0.1, 0.2, 0.3, 0.4],
    "falls": [0.9, 0.7, 0.5, 0.4],
    "flat": [0.5],
    "hump": [0.1, 0.4, 0.2, 0.3],
    "nan": [float("nan"), 0.1, float("nan"), 0.2],
}
STOPS = [
    {"mode": "max"}, {"mode": "min"}, {"mode": "max", "patience": 2}, {"mode": "auto"},
    {"mode": "min", "patience": 1, "min_delta": 0.15}, {"mode": "max", "min_delta": 0.15},
    {"mode": "max", "baseline": 0.25}, {"mode": "best"},
]  # fmt: skip


@pytest.mark.parametrize("options", STOPS, ids=lambda o: "-".join(map(str, o.values())))
@pytest.mark.parametrize("script", SCRIPTS)
def test_early_stopping(mx, script, options):
    made = estimator(mx)
    metric = made.val_metrics[0]
    with told() as said:
        handler = mx.gluon.contrib.estimator.EarlyStoppingHandler(metric, **options)
        delta, better = handler.min_delta, handler.monitor_op.__name__
        play = Scripted(metric, SCRIPTS[script])
        made.fit(loader(mx, size=4), event_handlers=[handler, stepping(mx, play)], epochs=4)
    state = handler.wait, handler.stopped_epoch, handler.current_epoch, handler.stop_training
    return said, logged(made), delta, better, state, attempt(lambda: handler.best)


def test_early_stopping_refusals(mx):
    make = mx.gluon.contrib.estimator.EarlyStoppingHandler
    return attempt(make, "acc"), attempt(make, mx.metric.create(["acc", "ce"]))


@contextlib.contextmanager
def folder():
    with tempfile.TemporaryDirectory() as made:
        yield os.path.join(made, "models")


def files(path):
    return sorted(os.listdir(path))


SAVES = {
    "epochs": ({}, {"epochs": 3}),
    "every second epoch": ({"epoch_period": 2, "verbose": 1}, {"epochs": 5}),
    "batches": ({"epoch_period": None, "batch_period": 2}, {"batches": 7}),
    "both": ({"batch_period": 1, "verbose": 1}, {"epochs": 2}),
    "few": ({"max_checkpoints": 2, "model_prefix": "mine"}, {"epochs": 4}),
    "one": ({"max_checkpoints": 1, "batch_period": 1}, {"batches": 4}),
    "none": ({"epoch_period": 0}, {"epochs": 1}),
}


@pytest.mark.parametrize("hybridize", [False, True], ids=["eager", "hybrid"])
@pytest.mark.parametrize("kind", SAVES)
def test_checkpoints(mx, kind, hybridize):
    options, length = SAVES[kind]
    made = estimator(mx, network(mx, hybridize))
    with folder() as path:
        handler = mx.gluon.contrib.estimator.CheckpointHandler(path, **options)
        made.fit(loader(mx), event_handlers=[handler], **length)
        return (logged(made, path), files(path), handler.saved_checkpoints, handler.current_batch,
                handler.current_epoch)  # fmt: skip


@ROUNDED
def test_checkpoint_contents(mx):
    made = estimator(mx, network(mx, True))
    with folder() as path:
        handler = mx.gluon.contrib.estimator.CheckpointHandler(path)
        made.fit(loader(mx), event_handlers=[handler], epochs=1)
        (params,) = [name for name in files(path) if name.endswith(".params")]
        again = network(mx)
        again.load_parameters(os.path.join(path, params))
        symbol = mx.sym.load(os.path.join(path, "model-symbol.json"))
        return weights(again), symbol.list_arguments(), symbol.list_outputs()


BESTS = [{"mode": "max"}, {"mode": "min"}, {"mode": "auto"}, {"mode": "best"},
         {"mode": "max", "epoch_period": 2}]  # fmt: skip


@pytest.mark.parametrize("options", BESTS, ids=lambda o: "-".join(map(str, o.values())))
@pytest.mark.parametrize("script", SCRIPTS)
def test_save_best(mx, script, options):
    made = estimator(mx)
    metric = made.val_metrics[0]
    with folder() as path, told() as said:
        handler = mx.gluon.contrib.estimator.CheckpointHandler(
            path, monitor=metric, save_best=True, verbose=1, **options
        )
        play = Scripted(metric, SCRIPTS[script])
        made.fit(loader(mx, size=4), event_handlers=[handler, stepping(mx, play)], epochs=4)
        found = files(path)
    return said, logged(made, path), found, handler.best, handler.monitor_op.__name__


@pytest.mark.parametrize("monitor", [None, "acc"], ids=str)
def test_save_best_refusals(mx, monitor):
    with folder() as path:
        make = mx.gluon.contrib.estimator.CheckpointHandler
        return attempt(make, path, monitor=monitor, save_best=True), os.path.exists(path)


BY_BATCH = {"epoch_period": None, "batch_period": 2}
RESUMES = {
    "epochs": ({}, {"epochs": 2}, {"epochs": 5}),
    "batches": (BY_BATCH, {"batches": 4}, {"batches": 9}),
    "finished": ({}, {"epochs": 2}, {"epochs": 2}),
    "finished batches": ({"epoch_period": None, "batch_period": 1}, {"batches": 4}, {"batches": 4}),
    "few": ({"max_checkpoints": 2, "verbose": 1}, {"epochs": 3}, {"epochs": 6}),
    "mixed": ({"batch_period": 1}, {"epochs": 1}, {"epochs": 2}),
    "epochs for batches": ({}, {"epochs": 1}, {"batches": 5}),
    "batches for epochs": (
        {"epoch_period": None, "batch_period": 1},
        {"batches": 1},
        {"epochs": 3},
    ),
    "batches with epochs": ({"batch_period": 1}, {"epochs": 1}, {"batches": 9}),
}


@ROUNDED
@pytest.mark.parametrize("kind", RESUMES)
def test_resume(mx, kind):
    options, first, second = RESUMES[kind]
    make = mx.gluon.contrib.estimator.CheckpointHandler
    with folder() as path:
        made = estimator(mx)
        made.fit(loader(mx), event_handlers=[make(path, **options)], **first)
        before = files(path)
        again = estimator(mx)
        handler = make(path, resume_from_checkpoint=True, **options)
        done = attempt(lambda: again.fit(loader(mx), event_handlers=[handler], **second))
        return (before, done, logged(again, path), files(path), handler.saved_checkpoints,
                again.max_epoch, again.max_batch, weights(again.net))  # fmt: skip


@pytest.mark.parametrize("length", [{"epochs": 1}, {"batches": 2}], ids=lambda o: "".join(o))
def test_resume_from_nothing(mx, length):
    options = {} if "epochs" in length else {"epoch_period": None, "batch_period": 1}
    with folder() as path:
        made = estimator(mx)
        handler = mx.gluon.contrib.estimator.CheckpointHandler(
            path, resume_from_checkpoint=True, **options
        )
        made.fit(loader(mx), event_handlers=[handler], **length)
        return logged(made, path), files(path)


@pytest.mark.parametrize("name", ["model-epochXbatch1.params", "model-epoch0batch1.params",
                                  "model-epoch3.params"])  # fmt: skip
def test_resume_from_odd_files(mx, name):
    with folder() as path:
        made = estimator(mx)
        handler = mx.gluon.contrib.estimator.CheckpointHandler(path, resume_from_checkpoint=True)
        with open(os.path.join(path, name), "wb"):
            pass
        try:
            done = made.fit(loader(mx), event_handlers=[handler], epochs=9)
        except Exception as raised:
            done = type(raised).__name__, str(raised).replace(path, "FOLDER")
        return done


def test_logger(mx):
    net = network(mx)
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd")
    page = io.StringIO()
    with contextlib.redirect_stdout(page):
        made = mx.gluon.contrib.estimator.Estimator(
            net, mx.gluon.loss.SoftmaxCrossEntropyLoss(), trainer=trainer
        )
        made.logger.info("heard")
        made.logger.debug("not heard")
    names = made.logger.name, made.logger.level, len(made.logger.handlers)
    return names, page.getvalue(), mx.gluon.contrib.estimator.Estimator.logger
