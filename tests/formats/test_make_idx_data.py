"""The script that makes the training data: the same bytes each time, classes one can learn."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy

from mxshim._formats import idx

SCRIPT = Path(__file__).parents[2] / "scripts" / "make_idx_data.py"


def make(folder, *options):
    command = [sys.executable, str(SCRIPT), str(folder), *options]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_the_files_are_those_of_fashion_mnist(tmp_path):
    printed = make(tmp_path, "--train", "30", "--test", "20")
    assert make(tmp_path, "--train", "30", "--test", "20") == printed
    images = idx.read(tmp_path / "train-images-idx3-ubyte.gz")
    labels = idx.read(tmp_path / "train-labels-idx1-ubyte.gz")
    assert images.shape == (30, 28, 28) and images.dtype == labels.dtype == numpy.uint8
    assert numpy.bincount(labels).tolist() == [3] * 10
    assert idx.read(tmp_path / "t10k-images-idx3-ubyte.gz").shape == (20, 28, 28)


def test_the_mirror_is_laid_out_as_gluon_asks_for_it(tmp_path):
    make(tmp_path, "--train", "10", "--test", "10", "--mirror")
    for name in ("fashion-mnist", "mnist"):
        assert (tmp_path / "gluon" / "dataset" / name / "t10k-labels-idx1-ubyte.gz").is_file()


def test_a_linear_model_tells_the_classes_apart(tmp_path):
    make(tmp_path)
    x, test_x = (
        idx.read(tmp_path / f"{part}-images-idx3-ubyte.gz").reshape(-1, 784) / 255.0
        for part in ("train", "t10k")
    )
    y, test_y = (idx.read(tmp_path / f"{part}-labels-idx1-ubyte.gz") for part in ("train", "t10k"))
    assert len(x) == 2000 and len(test_x) == 500
    normal = x.T @ x + 10 * numpy.eye(784)
    weight = numpy.linalg.solve(normal, x.T @ numpy.eye(10)[y])
    assert ((test_x @ weight).argmax(1) == test_y).mean() > 0.85
