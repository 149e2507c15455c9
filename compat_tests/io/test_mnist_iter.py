"""MNISTIter: batches, orders of a shuffle, parts, damaged files."""

from __future__ import annotations

import numpy as np
import pytest

from compat_tests.inputs import attempt
from compat_tests.io.iterating import idx, read, write


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    files(5)
    return tmp_path


def files(count, height=2, width=3):
    images = (np.arange(count * height * width) % 256).astype("uint8")
    write("images", idx(images.reshape(count, height, width)))
    write("labels", idx((np.arange(count) % 251).astype("uint8")))


def options(**more):
    given = {"image": "images", "label": "labels", "batch_size": 2, "silent": True}
    return dict(given, **more)


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("flat", [False, True])
@pytest.mark.parametrize("batch", [1, 2, 5])
def test_batches(mx, batch, flat, shuffle):
    return read(mx.io.MNISTIter, 2, **options(batch_size=batch, flat=flat, shuffle=shuffle))


@pytest.mark.parametrize("seed", [0, 1, 7, -1, 123456789])
def test_seeds(mx, seed):
    files(60, 1, 1)
    return read(mx.io.MNISTIter, **options(batch_size=60, seed=seed))


def test_long_shuffle(mx):
    files(3000, 1, 1)
    it = mx.io.MNISTIter(**options(batch_size=3000, seed=3))
    return it.next().label[0].asnumpy().astype("uint8")


@pytest.mark.parametrize("parts,part", [(2, 0), (2, 1), (3, 1), (3, 2), (5, 4)])
@pytest.mark.parametrize("shuffle", [False, True])
def test_parts(mx, parts, part, shuffle):
    given = options(batch_size=1, num_parts=parts, part_index=part, shuffle=shuffle)
    return read(mx.io.MNISTIter, **given)


@pytest.mark.parametrize(
    "wrong",
    ["batch_size=0", "batch_size=6", "num_parts=0", "part_index=3", "shuffle=x", "dtype=float64",
     "dtype=uint8", "image=none", "label=none", "image=labels", "image=short"],
)  # fmt: skip
def test_wrong(mx, wrong):
    write("short", b"abc")
    name, value = wrong.split("=")
    return read(mx.io.MNISTIter, **options(**{name: value}))


def test_defaults(mx):
    return attempt(lambda: mx.io.MNISTIter())
