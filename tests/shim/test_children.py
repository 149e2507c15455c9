"""Processes that a program starts get the alias too, and other Pythons are left alone."""

from __future__ import annotations

import pytest

PARENT = """
import os, subprocess, sys
print(subprocess.run([sys.executable, "worker.py"], capture_output=True, text=True).stdout, end="")
"""
WORKER = "import sys\nprint('startup' in sys.path[1], 'mxshim' in sys.modules)\n" + (
    "import mxnet\nprint(mxnet.__name__)\n"
)
POOL = """
import multiprocessing, sys

def work(n):
    import mxnet
    return mxnet.__name__, n

if __name__ == "__main__":
    with multiprocessing.get_context(sys.argv[1]).Pool(1) as pool:
        print(pool.map(work, [1, 2]))
"""


def test_a_python_that_the_program_starts(python):
    python.file("worker.py", WORKER)
    program = python.file("program.py", PARENT)
    assert python.prints("-m", "mxshim", program) == "False False\nmxshim\n"


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_multiprocessing(python, method):
    program = python.file("program.py", POOL)
    expected = "[('mxshim', 1), ('mxshim', 2)]\n"
    assert python.prints("-m", "mxshim", program, method) == expected


def test_the_variable_switches_it_off_again(python):
    python.file("worker.py", "import mxnet")
    program = python.file(
        "program.py",
        "import os, subprocess, sys\nos.environ['MXSHIM_INSTALL'] = '0'\n"
        "done = subprocess.run([sys.executable, 'worker.py'], capture_output=True, text=True)\n"
        "print('mxshim' in done.stderr)",
    )
    assert python.prints("-m", "mxshim", program) == "False\n"


def test_an_existing_sitecustomize_runs_too(python):
    python.file("site/sitecustomize.py", "import builtins; builtins.theirs = 'ran'")
    python.file("worker.py", "import mxnet, sitecustomize; print(theirs, sitecustomize.__file__)")
    program = python.file("program.py", PARENT)
    path = f"{python.environment['PYTHONPATH']}:{python.folder / 'site'}"
    printed = python.prints("-m", "mxshim", program, PYTHONPATH=path)
    assert printed == f"ran {python.folder / 'site' / 'sitecustomize.py'}\n"
