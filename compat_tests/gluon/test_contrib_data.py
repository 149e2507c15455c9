"""Samplers and texts of ``gluon.contrib.data``."""

from __future__ import annotations

import pathlib
import tempfile

import pytest

from compat_tests.inputs import attempt


@pytest.mark.parametrize("rollover", [True, False])
@pytest.mark.parametrize("sizes", ["13,3", "4,4", "5,1", "6,2"])
def test_interval(mx, sizes, rollover):
    length, interval = map(int, sizes.split(","))
    made = mx.gluon.contrib.data.IntervalSampler(length, interval=interval, rollover=rollover)
    return list(made), len(made), list(made)


def test_interval_default(mx):
    return list(mx.gluon.contrib.data.IntervalSampler(7, 3))


def test_interval_wrong(mx):
    make = mx.gluon.contrib.data.IntervalSampler
    return attempt(make, 3, 4), attempt(make, 3)


TEXT = """
 = Title =

 the quick fox jumps over the lazy dog
 the dog sleeps

 a fox , a dog and the <unk> sleep .
"""


class Numbers:
    """Number tokens by their length; what WikiText needs of a vocabulary."""

    def to_indices(self, tokens):
        return [len(token) for token in tokens]


@pytest.mark.parametrize("kind", ["WikiText2", "WikiText103"])
@pytest.mark.parametrize("segment", ["train", "validation", "test"])
@pytest.mark.parametrize("length", [4, 35])
def test_text(mx, kind, segment, length):
    """Read a text that lies there; where MXNet checks its sha1 the check is told so."""
    with tempfile.TemporaryDirectory() as root:
        name = {"validation": "valid"}.get(segment, segment)
        pathlib.Path(root, f"wiki.{name}.tokens").write_text(TEXT, encoding="utf8")
        text = mx.gluon.contrib.data.text
        original = attempt_swap(text, mx)
        try:
            data = getattr(text, kind)(root=root, segment=segment, vocab=Numbers(), seq_len=length)
        finally:
            original()
    first = data[0] if len(data) else None
    return len(data), first, data.frequencies, type(data.vocabulary).__name__, data._data.shape


def attempt_swap(text, mx):
    """Let every file pass the check of its sha1; return what undoes it."""
    holder = text if hasattr(text, "check_sha1") else text.utils
    before = holder.check_sha1
    holder.check_sha1 = lambda path, sha1: True

    def undo():
        holder.check_sha1 = before

    return undo


def test_default_vocabulary(mx):
    with tempfile.TemporaryDirectory() as root:
        pathlib.Path(root, "wiki.train.tokens").write_text(TEXT, encoding="utf8")
        text = mx.gluon.contrib.data.text
        undo = attempt_swap(text, mx)
        try:
            data = text.WikiText2(root=root, seq_len=5)
        finally:
            undo()
    return (
        sorted(data.frequencies.items()),
        len(data.vocabulary),
        data.vocabulary.idx_to_token,
        list(data),
    )
