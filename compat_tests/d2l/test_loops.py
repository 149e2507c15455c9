"""The training loops of the d2l libraries, unmodified, give MXNet's loss curves and accuracies.

The libraries come from the package registry (see ``library.py``), the images from
``scripts/make_d2l_data.py``. A body runs one loop of ``loops.py`` in a process of its own.
"""

from __future__ import annotations

import pytest

from compat_tests.d2l.run import make_data, run

LIBRARIES = {"": "d2l==0.17.6", "fit": "d2l==1.0.3", "zh": "d2lzh==1.0.0"}
LOOPS = [
    "ch3_scratch",
    "ch3_concise",
    "ch6",
    "fit_softmax",
    "fit_mlp",
    "fit_lenet",
    "zh_ch3_scratch",
    "zh_ch3_mlp",
]


@pytest.fixture(scope="session")
def images(tmp_path_factory):
    """Make the data set once: a home folder that holds it, and a mirror that serves it."""
    return make_data(tmp_path_factory.mktemp("images"), "fashion-mnist")


@pytest.mark.tolerance(rtol=1e-3, reason="hundreds of steps in float32; the issue asks for 1e-3")
@pytest.mark.parametrize("loop", LOOPS)
def test_loop(mx, loop, images, tmp_path):
    requirement = LIBRARIES.get(loop.split("_")[0], LIBRARIES[""])
    return run(mx, requirement, "loops.py", [loop], images, tmp_path)
