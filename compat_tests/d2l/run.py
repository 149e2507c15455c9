"""Run a program with a d2l library in a process of its own, on offline data."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from compat_tests.d2l import library

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SECONDS = 300


def make_data(folder, *names):
    """Make the data sets named below ``folder``, and a home folder where MXNet finds them."""
    script = str(ROOT / "scripts" / "make_d2l_data.py")
    command = [sys.executable, script, str(folder / "data"), "--only", *names]
    subprocess.run(command, check=True, capture_output=True)
    kept = folder / "home" / ".mxnet"
    kept.mkdir(parents=True)
    (kept / "datasets").symlink_to(folder / "data" / "gluon" / "dataset")
    return folder


def run(mx, requirement, program, arguments, made, scratch):
    """Run ``program`` with arguments and the name of a file; return the JSON that it put there.

    Under the reference the data sets lie where MXNet keeps them; under mxshim they are fetched from
    a mirror. RuntimeError with the end of the traceback where the program fails.
    """
    notebooks = scratch / "notebooks"
    notebooks.mkdir()
    path = [*library.paths(requirement), str(ROOT)]
    environment = dict(os.environ, OMP_NUM_THREADS="1", PYTHONPATH=os.pathsep.join(path))
    environment.update(MPLCONFIGDIR=str(made / "mpl"), IPYTHONDIR=str(scratch))
    environment.pop("MXNET_HOME", None)
    if mx.__name__ == "mxnet":
        launcher = []
        environment["HOME"] = str(made / "home")
    else:
        launcher = ["-m", "mxshim"]
        environment.update(HOME=str(scratch), MXNET_GLUON_REPO=(made / "data").as_uri())
    out = scratch / "out.json"
    done = subprocess.run(
        [sys.executable, *launcher, str(HERE / program), *arguments, str(out)],
        env=environment, cwd=notebooks, capture_output=True, text=True, timeout=SECONDS,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-1500:])
    return json.loads(out.read_text("utf-8"))
