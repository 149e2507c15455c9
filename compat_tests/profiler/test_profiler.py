"""The profiler: options, states, the table, JSON, the trace file, user objects, old names."""

from __future__ import annotations

import contextlib
import json
import os
import re
import tempfile
import warnings

import pytest

from compat_tests.inputs import attempt

OURS = {"dot", "exp", "sum", "_plus_scalar", "broadcast_mul", "_backward_broadcast_mul",
        "_backward_sum", "FullyConnected", "_backward_FullyConnected", "_mul_scalar",
        "relu", "_backward_relu", "sgd_update", "_npi_add", "_npi_concatenate"}  # fmt: skip


@contextlib.contextmanager
def profiling(mx, **options):
    """Run the profiler in a folder of its own with statistics; leave it stopped and empty."""
    options = {"aggregate_stats": True, "continuous_dump": False, **options}
    with tempfile.TemporaryDirectory() as folder:
        name = os.path.join(folder, "trace.json")
        mx.profiler.set_config(filename=name, **options)
        mx.profiler.set_state("run")
        try:
            yield name
        finally:
            mx.nd.waitall()
            mx.profiler.set_state("stop")
            mx.profiler.dumps(reset=True)


def counts(mx):
    """Return how often each operator of ours and each user object counted."""
    found = json.loads(mx.profiler.dumps(format="json"))
    return {
        category: {n: e["Count"] for n, e in sorted(names.items()) if category != "operator"
                   or n in OURS}
        for category, names in found["Time"].items() if category != "MXNET_C_API"
    }  # fmt: skip


def spans(mx):
    domain = mx.profiler.Domain("Mine")
    task, frame, event = domain.new_task("work"), domain.new_frame("pass"), mx.profiler.Event("ev")
    for span in (task, frame, event, task):
        span.start()
        span.stop()
    domain.new_marker("here").mark()
    counter = domain.new_counter("books", 5)
    counter.increment(3)
    counter += 2
    counter -= 1
    counter.decrement(4)
    counter.set_value(7.9)
    return domain, task, frame, event, counter


def test_trace_file(mx):
    """Stand first: of all files that MXNet writes in a process only the first is JSON."""
    x = mx.nd.ones((2,))
    with profiling(mx) as name:
        mx.nd.exp(x).wait_to_read()
        spans(mx)
        for scope in ("global", "thread", "task", "marker"):
            mx.profiler.Domain("Mine").new_marker(scope).mark(scope)
        mx.nd.waitall()
        mx.profiler.dump()
        with open(name) as file:
            trace = json.load(file)
    seen = {}
    for event in trace["traceEvents"]:
        if event["ph"] == "M":
            key = event["args"]["name"]
            if key in ("Mine", "operator", "cpu/0", "event", "Mine,frame"):
                seen[f"M {key}"] = sorted(event)
        elif event["cat"] == "operator" and event["name"] == "exp":
            seen.setdefault(event["name"], []).append((event["ph"], list(event)))
        elif event["cat"] in ("Mine", "event", "Mine,frame", "Mine,instant_marker"):
            what = event["ph"], list(event), event.get("args"), event.get("s")
            seen.setdefault(event["name"], []).append(what)
        elif event["cat"] == "Device Storage":
            seen["memory"] = event["name"], event["ph"], list(event), list(event["args"])
    return dict(sorted(seen.items())), sorted(trace), trace["displayTimeUnit"]


def test_operators(mx):
    x = mx.nd.ones((3, 4))
    x.attach_grad()
    with profiling(mx):
        with mx.autograd.record():
            y = mx.nd.sum(mx.nd.exp(x + 1) * x)
        y.backward()
        z = mx.nd.dot(x, x, transpose_b=True)
        (z + 1).wait_to_read()
        mx.nd.waitall()
        return counts(mx)


@pytest.mark.np
def test_np_operators(mx):
    x = mx.np.ones((3, 4))
    with profiling(mx):
        y = mx.np.concatenate([x + x, x])
        y.wait_to_read()
        return counts(mx)


@pytest.mark.parametrize("hybridize", [False, True], ids=["eager", "hybrid"])
def test_layers(mx, hybridize):
    net = mx.gluon.nn.Dense(2, in_units=3)
    net.initialize()
    net.hybridize(hybridize)
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
    x = mx.nd.ones((4, 3))

    def step():
        with mx.autograd.record():
            y = mx.nd.relu(net(x))
        y.backward()
        trainer.step(4)

    step()
    with profiling(mx):
        step()
        mx.nd.waitall()
        seen = counts(mx)["operator"]
    return {name: seen.get(name) for name in ("relu", "_backward_relu", "FullyConnected")}


@pytest.mark.parametrize("symbolic", [False, True], ids=["imperative", "symbolic"])
def test_executor(mx, symbolic):
    x = mx.sym.Variable("x")
    bound = (mx.sym.exp(x) * 2).simple_bind(mx.cpu(), x=(2,))
    y = mx.nd.ones((2,))
    with profiling(mx, profile_symbolic=symbolic, profile_imperative=not symbolic):
        if symbolic:
            bound.forward()[0].asnumpy()
        mx.nd.dot(y, y).asnumpy()
        return counts(mx)


def test_pause(mx):
    x = mx.nd.ones((2,))
    with profiling(mx):
        mx.profiler.pause()
        mx.nd.exp(x).wait_to_read()
        mx.profiler.resume()
        mx.nd.sum(x).wait_to_read()
        return counts(mx)


def test_output_ends_with_a_dump(mx):
    x = mx.nd.ones((2,))
    seen = []
    with profiling(mx) as name:
        for state in (None, None, "run", "stop", "run"):
            if state:
                mx.profiler.set_state(state)
            mx.nd.exp(x).wait_to_read()
            mx.nd.waitall()
            seen.append(counts(mx))
        seen.append(attempt(mx.profiler.dump))
        mx.profiler.set_state("run")
        seen.append((mx.profiler.dump(), os.path.exists(name), attempt(mx.profiler.dump, False)))
    return seen


def test_user_objects(mx):
    with profiling(mx):
        made = [str(one) for one in spans(mx)]
        return made, counts(mx)


def test_counters(mx):
    with profiling(mx):
        spans(mx)
        return json.loads(mx.profiler.dumps(format="json"))["Time"]["Mine"]["books"]


@pytest.mark.parametrize("kind", ["after", "before", "between", "deleted", "twice", "two domains"])
def test_spans_and_pauses(mx, kind):
    with profiling(mx):
        profiler, domain = mx.profiler, mx.profiler.Domain("Mine")
        task = domain.new_task("work")
        if kind == "before":
            profiler.pause()
        task.start()
        if kind in ("after", "between"):
            profiler.pause()
        if kind in ("before", "between"):
            profiler.resume()
        if kind == "deleted":
            del task
        else:
            task.stop()
        if kind == "after":
            profiler.resume()
        if kind == "twice":
            task.start()
            task.start()
            task.stop()
        if kind == "two domains":
            other = profiler.Task(profiler.Domain("Mine"), "work")
            other.start()
            other.stop()
        return counts(mx)


def shape_of(text):
    """Blank the numbers out of a table, so that its form remains."""
    return re.sub(r"\d+\.\d{4}", lambda found: "#" * len(found.group()), text)


def of_categories(text, wanted):
    """Return the first lines of a table and the parts that stand under the wanted categories."""
    first, *parts = re.split(r"(?m)^(?=\S.*\n=+$)", text)
    return first, [part for part in parts if part.split("\n")[0] in wanted]


def test_table(mx):
    with profiling(mx):
        spans(mx)
        mx.profiler.Domain("Other").new_task("a" * 30).stop()
        text = mx.profiler.dumps()
    categories = ("Mine,frame", "Mine,instant_marker", "event", "Other")
    return [shape_of(part) for part in of_categories(text, categories)[1]], text.split("\n")[:3]


def test_memory_table(mx):
    x = mx.nd.ones((50,))
    with profiling(mx):
        y = mx.nd.exp(x)
        y.wait_to_read()
        text = mx.profiler.dumps()
    lines = of_categories(text, ["Device Storage"])[1][0].split("\n")
    return lines[:4], lines[4][:20], len(lines[4])


@pytest.mark.parametrize("ascending", [False, True], ids=["down", "up"])
@pytest.mark.parametrize("key", ["total", "avg", "min", "max", "count"])
def test_sorting(mx, key, ascending):
    with profiling(mx):
        domain = mx.profiler.Domain("Mine")
        for name, values in (
            ("a", [1, 900]),
            ("b", [50]),
            ("c", [7, 100, 20]),
            ("d", [2, 300, 4, 5]),
        ):
            counter = domain.new_counter(name)
            for value in values:
                counter.set_value(value)
        found = mx.profiler.dumps(format="json", sort_by=key, ascending=ascending)
        return list(json.loads(found)["Time"]["Mine"].items())


def test_empty(mx):
    with profiling(mx):
        pass
    profiler = mx.profiler
    empty = profiler.dumps(), json.loads(profiler.dumps(format="json"))
    profiler.set_config(aggregate_stats=False, continuous_dump=False)
    return empty, profiler.dumps()


def test_reset(mx):
    with profiling(mx):
        mx.profiler.Event("one").stop()
        first = counts(mx)
        mx.profiler.set_state("run")
        mx.profiler.Event("two").stop()
        second = counts(mx)
        mx.profiler.dumps(reset=True)
        return first, second, counts(mx)


GOOD = [
    {"profile_all": True}, {"profile_all": 1}, {"profile_all": "false"}, {"dump_period": 2},
    {"dump_period": "0.5"}, {"profile_process": "worker"}, {"filename": "x.json"},
    {"profile_memory": "True", "profile_api": "0", "continuous_dump": False},
]  # fmt: skip
BAD = [
    {"no_such": 1}, {"profile_all": "maybe"}, {"profile_all": 2}, {"profile_all": None},
    {"dump_period": "x"}, {"profile_process": "nobody"}, {"profile_process": "server"},
    {"mode": "all"}, {"aggregate_stats": []},
]  # fmt: skip


@pytest.mark.parametrize("options", GOOD + BAD, ids=lambda options: "-".join(options) or "none")
def test_options(mx, options):
    try:
        return attempt(mx.profiler.set_config, **{"continuous_dump": False, **options})
    finally:
        mx.profiler.set_config(continuous_dump=False)  # MXNet's thread would not go away again


def test_refusals(mx):
    profiler = mx.profiler
    return (
        attempt(profiler.set_state, "go"),
        attempt(profiler.set_state, "run", "server"),
        attempt(profiler.set_state, "run", "nobody"),
        attempt(profiler.pause, "nobody"),
        attempt(profiler.resume, "nobody"),
        attempt(profiler.dump, True, "nobody"),
        attempt(profiler.dumps, format="xml"),
        attempt(profiler.dumps, sort_by="name"),
        attempt(profiler.dumps, ascending=2),
        attempt(profiler.dumps, reset="yes"),
        attempt(profiler.dump),
    )


def test_wrong_objects(mx):
    profiler = mx.profiler
    domain = profiler.Domain("Mine")
    return (
        attempt(profiler.Domain, 3),
        attempt(domain.new_counter("c").set_value, "x"),
        attempt(domain.new_marker("m").mark, "everywhere"),
        attempt(profiler.Marker("Mine", "m").mark),
    )


def test_old_names(mx):
    """Stand last: MXNet starts a thread here that spoils whatever comes after."""
    profiler = mx.profiler
    with warnings.catch_warnings(record=True) as caught, tempfile.TemporaryDirectory() as folder:
        warnings.simplefilter("always")
        name = os.path.join(folder, "old.json")
        profiler.profiler_set_config("all", name)
        wrong = attempt(profiler.profiler_set_config, "none", name)
        profiler.profiler_set_state("run")
        profiler.profiler_set_state("stop")
        profiler.dump_profile()
        there = os.path.exists(name)
    told = [(w.category.__name__, str(w.message)) for w in caught]
    return there, wrong, told, attempt(lambda: profiler.scope)
