"""Time random samplers, mxshim and real MXNet side by side in one run.

    python scripts/bench/random_numbers.py [--oracle PYTHON] [--rounds 5] [--json FILE] [--only X]

Prints microseconds for one draw of 10 and of 100,000 numbers, copied to NumPy as a program would
read them.  Each implementation runs in a worker of its own; the workers take turns, round by
round, so that both meet the same machine.  A figure is the median of the rounds, the noise half
the spread of the middle half.  Both run on one thread.  The file is not called random.py, which
would hide the standard module from every script beside it.
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

#: label, front end, statement; ``n`` is the number of numbers, ``x`` an array of n ones
SAMPLERS = [
    ("nd uniform", "nd", "R.uniform(shape=n)"), ("nd normal", "nd", "R.normal(shape=n)"),
    ("nd randint", "nd", "R.randint(0, 1000, shape=n)"),
    ("nd Dropout mask", "nd", "mx.nd.Dropout(x, p=0.5, mode='always')"),
    ("nd uniform float64", "nd", "R.uniform(shape=n, dtype='float64')"),
    ("nd normal float64", "nd", "R.normal(shape=n, dtype='float64')"),
    ("nd exponential", "nd", "R.exponential(shape=n)"),
    ("nd gamma", "nd", "R.gamma(2.5, shape=n)"), ("nd poisson", "nd", "R.poisson(4, shape=n)"),
    ("nd shuffle", "nd", "R.shuffle(x)"),
    ("np uniform", "np", "R.uniform(size=n)"), ("np normal", "np", "R.normal(size=n)"),
    ("np randint", "np", "R.randint(0, 1000, size=n)"),
    ("np Dropout mask", "np", "mx.npx.dropout(x, p=0.5, mode='always')"),
    ("np exponential", "np", "R.exponential(size=n)"), ("np gumbel", "np", "R.gumbel(size=n)"),
    ("np choice", "np", "R.choice(1000, size=n)"),
]  # fmt: skip
#: What issue 3 asks for at 100,000 numbers, mxshim's time over MXNet's.
LIMITS = {
    "nd uniform": 1.0, "np uniform": 1.0, "np normal": 1.0, "nd Dropout mask": 1.0,
    "np Dropout mask": 1.0, "nd normal": 2.5, "nd randint": 2.5, "np randint": 2.5,
}  # fmt: skip


def worker(name: str) -> None:
    """Answer timing requests, one JSON line each: statement, front end, numbers, repetitions."""
    import importlib
    import time

    mx = importlib.import_module(name)
    env: dict = {"mx": mx}
    for line in sys.stdin:
        ask = json.loads(line)
        (mx.npx.set_np if ask["front"] == "np" else mx.npx.reset_np)()
        front = getattr(mx, ask["front"])
        env.update(n=ask["count"], R=front.random, x=front.ones(ask["count"]))
        code = compile(f"({ask['statement']}).asnumpy()", "<bench>", "eval")
        eval(code, env)
        best = []
        for _ in range(3):
            mx.nd.waitall()
            start = time.perf_counter()
            for _ in range(ask["repeat"]):
                eval(code, env)
            best.append((time.perf_counter() - start) / ask["repeat"])
        print(json.dumps(min(best) * 1e6), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--oracle", default=os.environ.get("MXSHIM_ORACLE", str(ROOT / ".oracle/bin/python"))
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", help="write the figures to this file too")
    parser.add_argument("--only", default="", help="only samplers whose label contains this")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        return worker(options.worker)
    if not Path(options.oracle).exists():
        raise SystemExit("no oracle: run scripts/make_oracle.sh, or name its Python with --oracle")
    rows = [
        (label, count, {"front": front, "statement": text, "count": count, "repeat": repeat})
        for count, repeat in ((10, 200), (100_000, 26))
        for label, front, text in SAMPLERS
        if options.only in label
    ]
    times: dict[str, dict[str, list[float]]] = {}
    for _ in range(options.rounds):
        workers = {
            "mxshim": spawn(sys.executable, "mxshim"), "mxnet": spawn(options.oracle, "mxnet"),
        }  # fmt: skip
        for label, count, request in rows:
            for name, process in workers.items():
                found = times.setdefault(f"{label}, {count}", {"mxshim": [], "mxnet": []})
                found[name].append(ask(process, request))
        for process in workers.values():
            process.stdin.close()
            process.wait()
    report(times, options.json)
    return None


def spawn(python: str, name: str) -> subprocess.Popen:
    env = dict(os.environ, OMP_NUM_THREADS="1", PYTHONPATH=str(ROOT))
    return subprocess.Popen(
        [python, "-W", "ignore", __file__, "--worker", name],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env,
    )  # fmt: skip


def ask(process: subprocess.Popen, request: dict) -> float:
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


def report(times: dict[str, dict[str, list[float]]], path: str | None) -> None:
    missed = []
    print(f"{'draw':32} {'mxshim us':>10} {'MXNet us':>10} {'ratio':>7} {'limit':>6} {'noise':>6}")
    for label, both in times.items():
        ours, theirs = (statistics.median(both[name]) for name in ("mxshim", "mxnet"))
        name, count = label.rsplit(", ", 1)
        limit = 1.0 if count == "10" else LIMITS.get(name)
        noise = max(spread(both["mxshim"]), spread(both["mxnet"]))
        shown = "" if limit is None else f"{limit:.1f}"
        print(
            f"{label:32} {ours:10.1f} {theirs:10.1f} {ours / theirs:7.2f} {shown:>6} {noise:6.0%}"
        )
        if limit is not None and ours > limit * theirs:
            missed.append(label)
    print("over the limit:", "; ".join(missed) or "none")
    if path:
        Path(path).write_text(json.dumps(times, indent=1))


if __name__ == "__main__":
    main()
