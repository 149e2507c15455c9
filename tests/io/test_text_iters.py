"""Numbers in text, pieces and parts of files, and the files' release."""

from __future__ import annotations

import random

import numpy as np
import pytest

import mxshim as mx
from mxshim._core.rng import floats as one_by_one
from mxshim.io import _lines, _numbers


def buffer(texts):
    joined = ",".join(texts)
    starts = np.cumsum([0] + [len(text) + 1 for text in texts[:-1]])
    return np.frombuffer(joined.encode() + b"\n\0", np.uint8), starts


def drawn(draws):
    whole = str(draws.randrange(10 ** draws.randrange(0, 22)))
    text = draws.choice(["", "-", "+"]) + whole
    if draws.random() < 0.7:
        text += "." + "".join(draws.choices("0123456789", k=draws.randrange(0, 25)))
    if draws.random() < 0.4:
        text += draws.choice("eE") + draws.choice(["", "-", "+"]) + str(draws.randrange(36))
    return text


def test_floats_agree_with_the_parser_of_single_numbers():
    draws = random.Random(0)
    texts = [drawn(draws) for _ in range(3000)] + ["0", "-0", ".5", "5.", "1e0", "inf", "-nan"]
    values, ends = _numbers.floats(*buffer(texts))
    expected = np.array([one_by_one.parse(text) for text in texts], np.float32)
    assert np.array_equal(values, expected, equal_nan=True)
    assert np.array_equal(np.signbit(values), np.signbit(expected))
    starts = buffer(texts)[1]
    assert (ends - starts).tolist() == [len(text) for text in texts]


def test_integers():
    texts = ["0", "-1", "+7", "123456789012345678", "-9223372036854775808", "0x1F", "-0x10", "017"]
    values, ends = _numbers.integers(*buffer(texts))
    assert values.tolist() == [0, -1, 7, 123456789012345678, -(2**63), 31, -16, 15]
    assert (ends - buffer(texts)[1]).tolist() == [len(text) for text in texts]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r", "\n\n"])
@pytest.mark.parametrize("piece", [1, 3, 7, 64])
def test_pieces_make_the_same_rows(tmp_path, monkeypatch, piece, ending):
    path = tmp_path / "a.csv"
    rows = [f"{i},{i * 3.5},{-i}" for i in range(40)]
    path.write_bytes(ending.join(rows).encode())
    options = {"data_csv": str(path), "data_shape": (3,), "batch_size": 7}
    whole = [(b.data[0].asnumpy(), b.pad) for b in mx.io.CSVIter(**options)]
    monkeypatch.setattr(_lines, "PIECE", piece)
    cut = [(b.data[0].asnumpy(), b.pad) for b in mx.io.CSVIter(**options)]
    assert len(whole) == len(cut) == 6
    for (one, pad), (other, other_pad) in zip(whole, cut):
        assert np.array_equal(one, other) and pad == other_pad


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\n\n\n"])
@pytest.mark.parametrize("parts", [1, 2, 3, 5, 11, 200])
def test_parts_hold_every_line_once(tmp_path, parts, ending):
    paths = [tmp_path / "a", tmp_path / "b"]
    lines = [str(10**i) for i in range(15)]
    paths[0].write_bytes(ending.join(lines[:9]).encode())
    paths[1].write_bytes(ending.join(lines[9:]).encode() + b"\n")
    found = []
    for part in range(parts):
        spans = _lines.part_of([str(path) for path in paths], part, parts)
        for piece in _lines.pieces(spans):
            found += bytes(piece[:-1]).split()
    assert [each.decode() for each in found] == lines


def test_memory_stays_below_the_file(tmp_path):
    import tracemalloc

    path = tmp_path / "large.csv"
    line = ",".join(["0.25"] * 50) + "\n"
    path.write_text(line * 80000)
    size = path.stat().st_size
    assert size > 4 * _lines.PIECE - 4 * len(line)
    it = mx.io.CSVIter(data_csv=str(path), data_shape=(50,), batch_size=1000)
    it.reset()
    tracemalloc.start()
    rows = sum(len(batch.data[0]) for batch in it)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert rows == 80000
    # a piece of the text has one number for 5 bytes, and each number some 100 bytes of work
    assert peak < 40 * _lines.PIECE


def test_files_are_released(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("1\n2\n")
    it = mx.io.CSVIter(data_csv=str(path), data_shape=(1,), batch_size=1)
    pieces = it.handle._data._pieces
    del it
    assert pieces.gi_frame is None


def test_batches_keep_their_values(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("".join(f"{i}\n" for i in range(30)))
    it = mx.io.CSVIter(data_csv=str(path), data_shape=(1,), batch_size=2)
    batches = [batch.data[0] for batch in it]
    assert np.concatenate([b.asnumpy() for b in batches]).ravel().tolist() == list(range(30))


@pytest.mark.parametrize("batch", [0, -2])
def test_a_batch_holds_something(tmp_path, batch):
    path = tmp_path / "a.csv"
    path.write_text("1\n2\n")
    with pytest.raises(mx.MXNetError, match="batch_size should be greater equal to 1"):
        mx.io.CSVIter(data_csv=str(path), data_shape=(1,), batch_size=batch)


def test_fewer_labels_than_rows(tmp_path):
    (tmp_path / "a").write_text("1 0:1\n2 0:2\n")
    (tmp_path / "b").write_text("1 0:1\n")
    with pytest.raises(mx.MXNetError, match="smaller than the number of rows in label_libsvm"):
        mx.io.LibSVMIter(
            data_libsvm=str(tmp_path / "a"), data_shape=(1,), batch_size=2,
            label_libsvm=str(tmp_path / "b"), label_shape=(1,),
        )  # fmt: skip


@pytest.mark.parametrize(
    "name", [name for name in dir(mx.io) if name.endswith(("RecordIter", "CSVIter", "SVMIter"))]
)
def test_documentation(name):
    text = getattr(mx.io, name).__doc__
    assert "Parameters\n----------\n" in text
    assert "batch_size : int (non-negative), required\n" in text
    assert "dtype : {None, 'bfloat16', 'float16'" in text
    assert text.endswith("MXDataIter\n    The result iterator.")
