"""``python -m mxshim`` against ``python``: the same program must not see a difference."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest

SEES = """
import sys, os
print(__name__, __package__, __spec__ and __spec__.name, globals().get("__file__"))
print(sys.argv, sys.path[0] and os.path.realpath(sys.path[0]))
print(vars(sys.modules["__main__"]) is globals())
print(sorted(name for name in globals() if name != "__annotations__"))
"""


@pytest.mark.parametrize(
    "command",
    [
        ["folder/script.py", "-a", "b", "--", "-m"],
        ["-m", "package.module", "-c", "x"],
        ["-m", "package", "x"],
        ["-c", SEES, "-m", "x"],
        ["-", "x"],
        ["folder", "x"],
    ],
    ids=["script", "module", "package", "code", "stdin", "folder"],
)
def test_the_program_sees_what_it_sees_under_python(python, command):
    for name in ("folder/script.py", "folder/__main__.py", "package/module.py"):
        python.file(name, SEES)
    python.file("package/__main__.py", SEES)
    python.file("package/__init__.py", "")
    expected = python.prints(*command, stdin=SEES)
    assert python.prints("-m", "mxshim", *command, stdin=SEES) == expected
    assert python.prints("-m", "mxshim", "run", *command, stdin=SEES) == expected


@pytest.mark.parametrize(
    "program",
    [
        "import sys; sys.exit(7)",
        "import sys; sys.exit('bye')",
        "import sys; sys.exit()",
        "def f(): 1/0\ndef g():\n    f()\ng()",
        "try:\n    1/0\nexcept ZeroDivisionError as e:\n    raise KeyError(3) from e",
        "x = (1,\n",
        "import sys\nsys.excepthook = lambda *a: print('mine', a[0])\n1/0",
        "import atexit, threading, time\natexit.register(print, 'exit', __name__)\n"
        "threading.Thread(target=lambda: (time.sleep(.1), print('thread', ok))).start()\nok = 1",
        "raise KeyboardInterrupt",
    ],
)
def test_the_end_is_that_of_python(python, program):
    """Exit status, traceback, exit handlers: all as python has them."""
    name = python.file("program.py", program)
    expected, got = python(name), python("-m", "mxshim", name)
    assert (got.returncode, got.stdout, got.stderr) == (
        expected.returncode,
        expected.stdout,
        expected.stderr,
    )


def test_an_error_inside_mxshim_shows_the_users_line(python):
    name = python.file("program.py", "import mxnet as mx\nmx.nd.zeros((2,)).reshape((3,))\n")
    done = python("-m", "mxshim", name)
    assert done.returncode == 1
    assert 'program.py", line 2, in <module>' in done.stderr
    assert "runner.py" not in done.stderr and "runpy" not in done.stderr


def test_an_interrupt_ends_the_program_as_it_ends_python(python):
    name = python.file("program.py", "import time; print('on', flush=True); time.sleep(60)")
    # A background job ignores interrupts and passes that on; the program must not inherit it.
    heed = (
        "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); "
        "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", heed, "-m", "mxshim", name],
        cwd=python.folder,
        env=python.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None and process.stdout.readline() == "on\n"
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == -signal.SIGINT
    assert errors.rstrip().endswith("KeyboardInterrupt") and "runner.py" not in errors


@pytest.mark.parametrize(
    ("command", "status", "text"),
    [
        (["nowhere.py"], 2, "can't open file"),
        (["-m", "nowhere"], 1, "No module named nowhere"),
        (["-m"], 2, "argument expected for the -m option"),
        (["-x"], 2, "unknown option -x"),
        (["empty"], 1, "can't find '__main__' module"),
    ],
)
def test_what_cannot_be_run(python, command, status, text):
    (python.folder / "empty").mkdir()
    done = python("-m", "mxshim", *command)
    assert done.returncode == status and text in done.stderr and "Traceback" not in done.stderr


def test_version_help_and_doctor(python):
    assert python.prints("-m", "mxshim", "--version").startswith("mxshim ")
    assert "doctor" in python.prints("-m", "mxshim", "--help")
    report = python.prints("-m", "mxshim", "doctor", MXNET_HOME="/somewhere")
    for word in ("numpy", "scipy", "CuPy", "oneDNN", "/somewhere/datasets"):
        assert word in report
