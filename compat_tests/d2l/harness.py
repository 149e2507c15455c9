"""What the programs that call the d2l libraries share: the offline data, the trace, the views.

``python calls_book.py TOPIC DATA OUT.json`` runs a topic on MXNet, with ``-m mxshim`` before it on
mxshim. The library and its imports come in through PYTHONPATH; DATA is a folder that
``scripts/make_d2l_data.py`` filled.
"""

from __future__ import annotations

import contextlib
import functools
import io
import json
import os
import random
import re
import shutil
import sys
from pathlib import Path

import matplotlib

matplotlib.use("agg")

import IPython.display
import matplotlib_inline.backend_inline
import mxnet as mx
import numpy
import pandas
from matplotlib import pyplot

from compat_tests.d2l.checklist import functions
from compat_tests.observe import error, observe

# ---- what the libraries expect of their other imports, and newer versions no longer have


def _older_imports():
    """Let pandas and IPython take what they took when the libraries were written."""
    if not hasattr(IPython.display, "set_matplotlib_formats"):
        IPython.display.set_matplotlib_formats = (
            matplotlib_inline.backend_inline.set_matplotlib_formats
        )
    read = pandas.read_csv

    @functools.wraps(read)
    def read_csv(path, sep=",", **others):
        return read(path, sep=sep, **others)

    pandas.read_csv = read_csv
    # The order of a folder's files is the file system's.
    listed = os.listdir
    os.listdir = lambda *path: sorted(listed(*path))


class Offline:
    """Stand for ``requests``: answer an address with the file of that name in a folder."""

    def __init__(self, folder):
        self.folder = Path(folder)

    def get(self, url, **options):
        """Return an answer whose ``content`` is the file's."""
        answer = type("Answer", (), {})()
        answer.content = (self.folder / url.split("/")[-1]).read_bytes()
        return answer


# ---- which functions ran


class Trace:
    """Note which functions of one file run, in this process."""

    def __init__(self, path):
        self.path = path
        self.names = functions(path)
        self.ran = set()

    def start(self):
        """Begin to note."""
        if not hasattr(sys, "monitoring"):
            sys.setprofile(self._profile)
            return
        watch = sys.monitoring
        watch.use_tool_id(watch.PROFILER_ID, "d2l")
        watch.register_callback(watch.PROFILER_ID, watch.events.PY_START, self._started)
        watch.set_events(watch.PROFILER_ID, watch.events.PY_START)

    def _started(self, code, offset):
        self._note(code)
        return sys.monitoring.DISABLE

    def _profile(self, frame, event, argument):
        if event == "call":
            self._note(frame.f_code)

    def _note(self, code):
        if code.co_filename == self.path and code.co_firstlineno in self.names:
            self.ran.add(self.names[code.co_firstlineno])


# ---- views of what came out

_PASSING = re.compile(r"\bsec\b|sec/|/sec|^<?Figure|^Downloading|\x1b")


def attempt(call, *args, **kwargs):
    """Return what ``call`` returns, or a description of its error."""
    try:
        return call(*args, **kwargs)
    except Exception as raised:
        return error(raised)


def figure():
    """Describe the current figure by what was drawn, and close it."""
    seen = [_axes(axes) for axes in pyplot.gcf().axes]
    pyplot.close("all")
    return seen


def _axes(axes):
    described = {
        "labels": [axes.get_title(), axes.get_xlabel(), axes.get_ylabel()],
        "lines": [
            [_numbers(line.get_xdata()), _numbers(line.get_ydata())] for line in axes.get_lines()
        ],
        "images": [numpy.asarray(image.get_array())[::3, ::3] for image in axes.get_images()],
        "boxes": [
            _numbers(patch.get_bbox().bounds)
            for patch in axes.patches
            if hasattr(patch, "get_bbox")
        ],
        "texts": [text.get_text() for text in axes.texts],
    }
    return {key: value for key, value in described.items() if value}


def _numbers(values):
    return [float(value) for value in values]


@contextlib.contextmanager
def printing(into):
    """Put what is printed inside into the list, line by line, with # for numbers.

    Their digits may round to either side; what is printed is looked at as numbers elsewhere.
    Lines about speed, figures and fetched files are left out.
    """
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        yield
    for line in text.getvalue().splitlines():
        if not _PASSING.search(line):
            into.append(re.sub(r"-?\d+(\.\d+)?", "#", line))


def without_repr(seen):
    """Drop how arrays print: digits round to either side, NumPy's versions break lines apart."""
    if isinstance(seen, dict):
        return {key: without_repr(value) for key, value in seen.items() if key != "repr"}
    return [without_repr(value) for value in seen] if isinstance(seen, list) else seen


def brief(array):
    """Return an array's shape, eight of its numbers and the sum of their sizes."""
    flat = array.asnumpy().ravel()
    return [array.shape, flat[:: max(1, flat.size // 8)], float(abs(flat).sum())]


def parameters(net):
    """Return a brief view of a block's parameters, in order, without their names."""
    return [brief(param.data(param.list_ctx()[0])) for param in net.collect_params().values()]


def gradients(net):
    """Return a brief view of the gradients of a block's parameters."""
    return [brief(param.grad(param.list_ctx()[0])) for param in net.collect_params().values()]


# ---- a program


def main(library, topics, topic, data, out):
    """Run ``topic`` of the module ``library`` and write what it saw and what ran."""
    _older_imports()
    data = Path(data)
    mx.gluon.utils.check_sha1 = lambda filename, sha1: True  # the published one is another
    shutil.copytree(data / "d2l", "../data")
    random.seed(1)
    numpy.random.seed(2)
    mx.random.seed(3)
    module = library(data)
    trace = Trace(module.__file__)
    trace.start()
    prints = []
    with printing(prints):
        seen = topics[topic](module)
    ran = sorted(trace.ran)
    result = {"saw": without_repr(observe(seen)), "printed": prints, "ran": ran}
    Path(out).write_text(json.dumps(result), encoding="utf-8")
