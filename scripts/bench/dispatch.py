"""Time small calls, mxshim and real MXNet side by side in one run.

    python scripts/bench/dispatch.py [--oracle PYTHON] [--rounds 7] [--json FILE]

Prints microseconds for one call of small operators, plain and recorded, in nd and np, and for a
chain of 100 operators forward and backward.  Each implementation runs in a worker of its own; the
workers take turns, round by round, so that both meet the same machine.  A figure is the median of
the rounds, the noise half the spread of the middle half.  Both run on one thread.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

#: name, statement on the arrays x, y (2, 3), v (6,), i (indices); nd and np write it alike
OPERATIONS = [
    ("x + y", "x + y"), ("x * y", "x * y"), ("x / y", "x / y"), ("x + 2", "x + 2.0"),
    ("2 - x", "2.0 - x"), ("x ** 2", "x ** 2"), ("-x", "-x"), ("x > y", "x > y"),
    ("exp", "F.exp(x)"), ("log", "F.log(y)"), ("sqrt", "F.sqrt(y)"), ("tanh", "F.tanh(x)"),
    ("maximum", "F.maximum(x, y)"), ("sum", "x.sum()"), ("sum axis", "x.sum(axis=1)"),
    ("mean", "x.mean()"), ("max", "x.max(axis=0)"), ("reshape", "x.reshape((3, 2))"),
    ("x.T", "x.T"), ("dot", "F.dot(x, z)"), ("x[1]", "x[1]"), ("x[0:1]", "x[0:1]"),
    ("expand_dims", "x.expand_dims(0) if F is nd else F.expand_dims(x, 0)"),
    ("concat", "F.concat(x, y, dim=0) if F is nd else F.concatenate([x, y])"),
    ("softmax", "G.softmax(x)"), ("relu", "G.relu(x)"),
]  # fmt: skip


def make_env(name: str, front: str) -> dict:
    """Build the variables that the statements use, on real MXNet or on mxshim."""
    import importlib

    mx = importlib.import_module(name)
    if front == "np":
        mx.npx.set_np()
    F, G = (mx.nd, mx.nd) if front == "nd" else (mx.np, mx.npx)
    data = [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]]
    env = {"F": F, "G": G, "nd": mx.nd, "mx": mx, "autograd": mx.autograd}
    env["x"], env["y"] = F.array(data), F.array(data) + 1
    env["z"] = F.array([[1.0, 2], [3, 4], [5, 6]])
    for key in "xyz":
        env[key].attach_grad()
    return env


def worker(name: str) -> None:
    """Answer timing requests, one JSON line each: statement, front end, recorded, repetitions."""
    import time

    envs = {front: make_env(name, front) for front in ("nd",)}
    for line in sys.stdin:
        ask = json.loads(line)
        if ask["front"] not in envs:
            envs = {ask["front"]: make_env(name, ask["front"])}
        env = dict(envs[ask["front"]])
        code = compile(ask["statement"], "<bench>", ask.get("mode", "eval"))
        wait = env["mx"].nd.waitall
        before = env["autograd"].set_recording(ask["recorded"])
        best = []
        for _ in range(3):
            wait()
            start = time.perf_counter()
            for _ in range(ask["repeat"]):
                eval(code, env)
            issued = time.perf_counter() - start
            wait()
            best.append((issued, time.perf_counter() - start))
        env["autograd"].set_recording(before)
        print(json.dumps(min(total for _, total in best) / ask["repeat"] * 1e6), flush=True)


CHAIN = """
with autograd.record():
    h = x
    for _ in range(100):
        h = h * y
"""
CHAIN_BACKWARD = CHAIN + "h.backward()\n"


def requests() -> list[tuple[str, dict]]:
    """List the rows: a label and what to ask a worker."""
    rows = []
    for front in ("nd", "np"):
        for label, statement in OPERATIONS:
            for recorded in (False, True):
                tag = " recorded" if recorded else ""
                rows.append((f"{front} {label}{tag}", {
                    "front": front, "statement": statement, "recorded": recorded, "repeat": 300,
                }))  # fmt: skip
        for label, text in (("forward", CHAIN), ("forward and backward", CHAIN_BACKWARD)):
            rows.append((f"{front} chain of 100, {label}", {
                "front": front, "statement": text, "recorded": False, "repeat": 8, "mode": "exec",
            }))  # fmt: skip
    return rows


def spawn(python: str, name: str) -> subprocess.Popen:
    env = dict(os.environ, OMP_NUM_THREADS="1", PYTHONPATH=str(ROOT))
    return subprocess.Popen(
        [python, "-W", "ignore", __file__, "--worker", name],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env,
    )  # fmt: skip


def ask(process: subprocess.Popen, request: dict) -> float:
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(json.dumps(request) + "\n")
    process.stdin.flush()
    answer = process.stdout.readline()
    if not answer:
        raise SystemExit(f"the worker died on {request}")
    return json.loads(answer)


def spread(values: list[float]) -> float:
    """Return half the distance between the quartiles, relative to the median."""
    if len(values) < 4:
        return 0.0
    low, _, high = statistics.quantiles(values, n=4)
    return (high - low) / 2 / statistics.median(values)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--oracle", default=os.environ.get("MXSHIM_ORACLE", str(ROOT / ".oracle/bin/python"))
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", help="write the figures to this file too")
    parser.add_argument("--readme", action="store_true", help="put the table into README.md")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        return worker(options.worker)
    if not Path(options.oracle).exists():
        raise SystemExit("no oracle: run scripts/make_oracle.sh, or name its Python with --oracle")
    rows = requests()
    times: dict[str, dict[str, list[float]]] = {
        label: {"mxshim": [], "mxnet": []} for label, _ in rows
    }
    for _ in range(options.rounds):
        workers = {
            "mxshim": spawn(sys.executable, "mxshim"),
            "mxnet": spawn(options.oracle, "mxnet"),
        }
        for label, request in rows:
            for name, process in workers.items():
                times[label][name].append(ask(process, request))
        for process in workers.values():
            process.stdin.close()
            process.wait()
    report(times, options.json)
    if options.readme:
        into_readme(times)
    return None


def report(times: dict[str, dict[str, list[float]]], path: str | None) -> None:
    ratios = {}
    print(f"{'call':42} {'mxshim us':>10} {'MXNet us':>10} {'ratio':>7} {'noise':>6}")
    for label, both in times.items():
        ours, theirs = (statistics.median(both[name]) for name in ("mxshim", "mxnet"))
        ratios[label] = ours / theirs
        noise = max(spread(both["mxshim"]), spread(both["mxnet"]))
        print(f"{label:42} {ours:10.2f} {theirs:10.2f} {ours / theirs:7.3f} {noise:6.0%}")
    for title, chosen in (
        ("plain", [r for k, r in ratios.items() if "recorded" not in k and "chain" not in k]),
        ("recorded", [r for k, r in ratios.items() if "recorded" in k]),
    ):
        print(f"median ratio, {title}: {statistics.median(chosen):.3f}; largest {max(chosen):.3f}")
    if path:
        Path(path).write_text(json.dumps(times, indent=1))


def into_readme(times: dict[str, dict[str, list[float]]]) -> None:
    """Write the table between the speed markers of the README."""
    median = {
        label: [statistics.median(both[name]) for name in ("mxshim", "mxnet")]
        for label, both in times.items()
    }

    def cell(label: str) -> str:
        ours, theirs = median[label]
        return f"{ours:.1f} / {theirs:.0f} = {ours / theirs:.2f}"

    def middle(word: str) -> str:
        found = [
            ours / theirs for label, (ours, theirs) in median.items()
            if ("recorded" in label) is (word == "recorded") and "chain" not in label
        ]  # fmt: skip
        return f"{statistics.median(found):.3f} (largest {max(found):.2f})"

    chains = ("chain of 100, forward", "chain of 100, forward and backward")
    noise = statistics.median(spread(both[name]) for both in times.values() for name in both)
    lines = [
        "Microseconds a call, mxshim / MXNet 1.9.1 = ratio, 2x3 arrays of float32, one thread,",
        f"both in one run (median of {len(next(iter(times.values()))['mxshim'])} rounds, noise "
        f"{noise:.0%}; `python scripts/bench/dispatch.py --readme`).",
        f"Median ratio: plain {middle('plain')}, recorded {middle('recorded')}.", "",
        "| call | nd | nd recorded | np | np recorded |", "| --- | --- | --- | --- | --- |",
        *(
            f"| `{label}` | " + " | ".join(
                cell(f"{front} {label}{tag}") for front in ("nd", "np") for tag in ("", " recorded")
            ) + " |"
            for label, _ in OPERATIONS
        ),
        *(f"| {label} | {cell(f'nd {label}')} | | {cell(f'np {label}')} | |" for label in chains),
    ]  # fmt: skip
    path = ROOT / "README.md"
    head, rest = path.read_text().split("<!-- speed:begin -->")
    tail = rest.split("<!-- speed:end -->")[1]
    table = "\n".join(lines)
    path.write_text(f"{head}<!-- speed:begin -->\n{table}\n<!-- speed:end -->{tail}")


if __name__ == "__main__":
    main()
