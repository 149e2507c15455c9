"""Ask the reference while a test runs: one call per line, answered by a worker process.

A request is ``{"fn": "nd.broadcast_add", "args": [...], "kwargs": {...}, "np": false, "grad":
true}``; arrays stand in it as ``{"numbers": nested list, "shape": [...], "dtype": "float32"}``.
Longer work is ``{"body": "package.module:function", "args": [...]}``: a function that takes ``mx``.
The answer is the observation ``observe`` makes, of value and gradients, or of the error. When the
reference dies the answer is ``{"crash": signal}`` and the next question goes to a new process.
A call that got no answer, or whose process someone killed, is made again, once, in a new process:
neither says anything of the call (seen once in CI, at a call that is answered in 23,000 repeats).
"""

from __future__ import annotations

import contextlib
import faulthandler
import importlib
import json
import os
import select
import signal
import subprocess
import sys
import tempfile

from compat_tests.inputs import grads
from compat_tests.observe import error, observe
from compat_tests.recorder import refuse_unless_reference, signal_name
from compat_tests.store import HERE

ANSWER_SECONDS = 120
"""The longest answers, of whole networks, take 10 s on an idle machine."""
HANG, KILLED = {"crash": "hang"}, {"crash": "SIGKILL"}


def call(mx, request):
    """Make the call that ``request`` describes on ``mx`` and observe it."""
    with contextlib.ExitStack() as stack:
        if request.get("np"):
            stack.enter_context(mx.util.np_shape(True))
            stack.enter_context(mx.util.np_array(True))
        try:
            return observe(_called(mx, request))
        except Exception as raised:
            return error(raised)


def _called(mx, request):
    if "body" in request:
        module, name = request["body"].split(":")
        return getattr(importlib.import_module(module), name)(mx, *request["args"])
    front = mx.np if request.get("np") else mx.nd
    fn = mx
    for name in request["fn"].split("."):
        fn = getattr(fn, name)
    kwargs = {name: _argument(front, value) for name, value in request.get("kwargs", {}).items()}
    args = [_argument(front, value) for value in request["args"]]
    if request.get("grad"):
        return grads(mx, lambda *inputs: fn(*inputs, **kwargs), *args)
    return fn(*args, **kwargs)


def _argument(front, value):
    if isinstance(value, dict):
        if 0 in value["shape"]:
            return front.zeros(tuple(value["shape"]), dtype=value["dtype"])
        return front.array(value["numbers"], dtype=value["dtype"])
    return tuple(value) if isinstance(value, list) else value


class Worker:
    """A process under the reference's interpreter that answers requests.

    ``repeated`` holds a text for each request that was made again: why, what was asked, and for one
    without an answer where the process stood.
    """

    def __init__(self, python):
        self.python = python
        self.process = None
        self.repeated = []

    def ask(self, request):
        """Return the reference's observation of ``request``."""
        question = json.dumps(request)
        answer = self._answer(question)
        if answer not in (HANG, KILLED):
            return answer
        self.repeated.append(f"{answer['crash']}: {question}{self.stood}")
        return self._answer(question)

    def _answer(self, question):
        self.stood = ""
        if self.process is None:
            self._start()
        try:
            self.process.stdin.write(question + "\n")
            self.process.stdin.flush()
            ready, _, _ = select.select([self.process.stdout], [], [], ANSWER_SECONDS)
        except BrokenPipeError:
            return self._dead()
        if not ready:
            self.stood = f"\n{self._interrupted()}"
            self.close()
            return HANG
        line = self.process.stdout.readline()
        return json.loads(line) if line else self._dead()

    def _start(self):
        command = [self.python, "-W", "ignore", "-m", "compat_tests.live"]
        environment = {**os.environ, "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "1")}
        self.told = tempfile.TemporaryFile()  # noqa: SIM115 (closed by close)
        self.process = subprocess.Popen(
            command,
            cwd=str(HERE.parent),
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.told,
            text=True,
            bufsize=1,
        )
        hello = self.process.stdout.readline()
        if hello.strip() != '"ready"':
            self.close()
            raise RuntimeError(f"{self.python} cannot answer for MXNet 1.9.1: {hello.strip()}")

    def _interrupted(self):
        """Abort the process; return where its Python code stood, as ``faulthandler`` tells it."""
        self.told.seek(0, os.SEEK_END)
        before = self.told.tell()
        self.process.send_signal(signal.SIGABRT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=10)
        self.told.seek(before)
        return self.told.read().decode(errors="replace")

    def _dead(self):
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=2)
        return {"crash": signal_name(self.close())}

    def close(self):
        """End the process; return its exit status."""
        process, self.process = self.process, None
        if process is None:
            return None
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        process.stdout.close()
        self.told.close()
        process.kill()
        return process.wait()


def main():
    """Answer requests from standard input until it ends."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # whatever the library prints must not mix with the answers
    import mxnet

    refuse_unless_reference(mxnet)
    faulthandler.enable()  # after MXNet, which takes the signals for itself
    answers.write('"ready"\n')
    for line in sys.stdin:
        answers.write(json.dumps(call(mxnet, json.loads(line))) + "\n")


if __name__ == "__main__":
    main()
