"""``mxshim im2rec``: lists and record files, and what is told of what cannot be read."""

from __future__ import annotations

import subprocess
import sys

import cv2
import numpy as np
import pytest

import mxshim as mx
from compat_tests.image.pictures import pixels, png
from mxshim._shim import cli


@pytest.fixture
def folder(tmp_path):
    """Make a folder of two classes: cats/0.png, cats/1.png, dogs/2.png and top.png."""
    root = tmp_path / "root"
    for number, name in enumerate(["cats/0.png", "cats/1.png", "dogs/2.png", "top.png"]):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(png(pixels(20 + number, 10 + 4 * number, seed=number)))
    (root / "notes.txt").write_text("no image")
    return root


def run(*args):
    return cli.main(["im2rec", *map(str, args)])


def lines(path):
    return path.read_text().splitlines()


def records(prefix):
    record = mx.recordio.MXIndexedRecordIO(f"{prefix}.idx", f"{prefix}.rec", "r")
    return {key: mx.recordio.unpack(record.read_idx(key)) for key in record.keys}


def test_list(folder, tmp_path, capsys):
    prefix = tmp_path / "all"
    assert run(prefix, folder, "--list", "--recursive", "--no-shuffle") == 0
    assert lines(tmp_path / "all.lst") == [
        "0\t0.000000\ttop.png",
        "1\t1.000000\tcats/0.png",
        "2\t1.000000\tcats/1.png",
        "3\t2.000000\tdogs/2.png",
    ]
    assert capsys.readouterr().out.splitlines() == [". 0", "cats 1", "dogs 2"]


def test_list_flat(folder, tmp_path):
    assert run(tmp_path / "flat", folder, "--list") == 0
    assert lines(tmp_path / "flat.lst") == ["0\t0.000000\ttop.png"]
    assert run(tmp_path / "texts", folder, "--list", "--exts", ".txt") == 0
    assert lines(tmp_path / "texts.lst") == ["0\t0.000000\tnotes.txt"]


def test_shuffled_as_mxnet_does(folder, tmp_path):
    """With a seed of its own; the order is what MXNet 1.9.1's tool writes."""
    assert run(tmp_path / "all", folder, "--list", "--recursive") == 0
    assert [line.split("\t")[0] for line in lines(tmp_path / "all.lst")] == SHUFFLED


SHUFFLED = ["0", "2", "3", "1"]


def test_ratios_and_chunks(folder, tmp_path):
    options = ("--list", "--recursive", "--no-shuffle")
    run(tmp_path / "some", folder, *options, "--train-ratio", 0.5, "--test-ratio", 0.25)
    parts = [len(lines(tmp_path / f"some_{part}.lst")) for part in ("train", "test", "val")]
    assert parts == [2, 1, 1]
    run(tmp_path / "two", folder, *options, "--chunks", 2)
    assert [len(lines(tmp_path / f"two_{chunk}.lst")) for chunk in (0, 1)] == [2, 2]


@pytest.mark.parametrize("threads", [1, 3])
def test_pack(folder, tmp_path, threads, capsys):
    prefix = tmp_path / "all"
    run(prefix, folder, "--list", "--recursive", "--no-shuffle")
    assert run(prefix, folder, "--encoding", ".png", "--quality", 3, "--num-thread", threads) == 0
    assert f"Creating .rec file from {prefix}.lst in {tmp_path}" in capsys.readouterr().out
    found = records(prefix)
    assert list(found) == [0, 1, 2, 3]
    assert [header.label for header, _ in found.values()] == [0, 1, 1, 2]
    assert [header.id for header, _ in found.values()] == [0, 1, 2, 3]
    assert (mx.image.imdecode(found[1][1]).asnumpy() == pixels(20, 10, seed=0)).all()


def test_pass_through(folder, tmp_path):
    prefix = tmp_path / "all"
    run(prefix, folder, "--list")
    assert run(prefix, folder, "--pass-through") == 0
    assert records(prefix)[0][1] == (folder / "top.png").read_bytes()


def test_jpeg_quality(folder, tmp_path):
    sizes = []
    for quality in (20, 95):
        prefix = tmp_path / f"q{quality}"
        run(prefix, folder, "--list")
        run(prefix, folder, "--quality", quality)
        data = records(prefix)[0][1]
        assert data[:2] == b"\xff\xd8"
        sizes.append(len(data))
    assert sizes[0] < sizes[1]


@pytest.mark.parametrize(
    "options, shape",
    [
        (("--resize", 11), (11, 11, 3)),
        (("--center-crop",), (22, 22, 3)),
        (("--center-crop", "--resize", 8), (8, 8, 3)),
        (("--color", 0), (23, 22, 1)),
        (("--color", -1), (23, 22, 3)),
    ],
    ids=["resize", "crop", "both", "grey", "as_is"],
)
def test_shaping(folder, tmp_path, options, shape):
    prefix = tmp_path / "all"
    run(prefix, folder, "--list")
    assert run(prefix, folder, "--encoding", ".png", "--quality", 1, *options) == 0
    flag = 0 if shape[2] == 1 else 1
    assert mx.image.imdecode(records(prefix)[0][1], flag).shape == shape
    if options == ("--resize", 11):
        whole = pixels(23, 22, seed=3)
        expected = cv2.resize(whole[..., ::-1], (11, 11))[..., ::-1]
        assert (mx.image.imdecode(records(prefix)[0][1]).asnumpy() == expected).all()


@pytest.mark.parametrize("packed", [False, True])
def test_labels(folder, tmp_path, packed):
    prefix = tmp_path / "several"
    (tmp_path / "several.lst").write_text("7\t1.5\t2\t3\ttop.png\n")
    run(prefix, folder, *(["--pack-label"] if packed else []))
    header, _ = records(prefix)[7]
    assert np.asarray(header.label).tolist() == ([1.5, 2, 3] if packed else 1.5)


def test_what_cannot_be_read_is_told_and_left_out(folder, tmp_path, capsys):
    (folder / "broken.png").write_bytes(b"no image")
    (tmp_path / "bad.lst").write_text(
        "0\t1\tbroken.png\n1\t1\tmissing.png\nx\t1\ttop.png\n2\ttop.png\n\n3\t4\ttop.png\n"
    )
    assert run(tmp_path / "bad", folder) == 0
    told = capsys.readouterr().out
    for text in (
        "broken.png imread read blank",
        "missing.png",
        "detail: invalid literal",
        "only has 2",
    ):
        assert text in told
    assert list(records(tmp_path / "bad")) == [3]


def test_no_list(folder, tmp_path, capsys):
    assert run(tmp_path / "none", folder) == 1
    assert f"Did not find and list file with prefix {tmp_path / 'none'}" in capsys.readouterr().out


def test_from_the_command_line(folder, tmp_path):
    """And the way back: the iterator reads what was packed."""
    prefix = tmp_path / "all"
    for options in (["--list", "--recursive"], ["--resize", "12"]):
        subprocess.run(
            [sys.executable, "-m", "mxshim", "im2rec", str(prefix), str(folder), *options],
            check=True,
            capture_output=True,
        )
    made = mx.image.ImageIter(
        2, (3, 8, 8), path_imgrec=f"{prefix}.rec", path_imgidx=f"{prefix}.idx"
    )
    assert [batch.data[0].shape for batch in made] == [(2, 3, 8, 8)] * 2
    helped = subprocess.run(
        [sys.executable, "-m", "mxshim", "im2rec", "--help"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert "--pass-through" in helped.stdout
