"""Data sets from local files: MXNET_HOME, mirrors, other sha1s, missing and damaged files."""

from __future__ import annotations

import gzip
import subprocess
import sys
import tarfile
from pathlib import Path

import numpy as np
import pytest

import mxshim as mx
from mxshim.gluon import utils
from mxshim.gluon.data import vision

SCRIPT = Path(__file__).resolve().parents[3] / "scripts" / "make_idx_data.py"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Make a mirror folder with 40 training and 20 test images."""
    folder = tmp_path_factory.mktemp("mirror")
    arguments = ["--train", "40", "--test", "20", "--mirror"]
    subprocess.run([sys.executable, str(SCRIPT), str(folder), *arguments], check=True)
    return folder


@pytest.fixture
def mirror(made, monkeypatch):
    monkeypatch.setenv("MXNET_GLUON_REPO", made.as_uri())
    return made


@pytest.fixture
def nowhere(tmp_path, monkeypatch):
    """Point the repository to an empty folder, as a machine without network."""
    monkeypatch.setenv("MXNET_GLUON_REPO", (tmp_path / "empty").as_uri())


def test_mirror_folder_serves_the_files(mirror, tmp_path, capsys):
    with pytest.warns(UserWarning, match="used as it is"):
        data = vision.FashionMNIST(root=str(tmp_path / "root"), train=True)
    assert len(data) == 40
    image, label = data[0]
    assert image.shape == (28, 28, 1)
    assert image.dtype == np.uint8
    assert isinstance(label, np.int32)
    assert "Downloading" in capsys.readouterr().out


def test_plain_path_is_a_mirror_too(made, monkeypatch, tmp_path):
    monkeypatch.setenv("MXNET_GLUON_REPO", str(made))
    with pytest.warns(UserWarning, match="used as it is"):
        assert len(vision.MNIST(root=str(tmp_path), train=False)) == 20


def test_published_sha1_gives_no_warning(mirror, tmp_path):
    class Known(vision.FashionMNIST):
        _published = tuple(
            (name, utils._sha1(mirror / "gluon" / "dataset" / "fashion-mnist" / name))
            for name, _ in vision.FashionMNIST._published
        )

    assert len(Known(root=str(tmp_path), train=True)) == 40


def test_files_at_hand_are_used_when_nothing_can_be_fetched(made, nowhere, tmp_path):
    source = made / "gluon" / "dataset" / "fashion-mnist"
    for file in source.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    with pytest.warns(UserWarning, match="used as it is"):
        assert len(vision.FashionMNIST(root=str(tmp_path), train=False)) == 20


def test_missing_file_says_what_to_put_where(nowhere, tmp_path):
    with pytest.raises(utils.DownloadError) as caught:
        vision.FashionMNIST(root=str(tmp_path / "root"))
    text = str(caught.value)
    assert str(tmp_path / "root" / "train-images-idx3-ubyte.gz") in text
    assert "0cf37b0d40ed5169c6b3aba31069a9770ac9043d" in text
    assert "MXNET_GLUON_REPO" in text
    assert isinstance(caught.value, OSError)
    assert isinstance(caught.value, RuntimeError)


@pytest.mark.filterwarnings("ignore:.*used as it is")
@pytest.mark.parametrize("body, words", [(b"\0\0\x08\x01", "no IDX file"), (b"", "no IDX file")])
def test_damaged_file_is_named(nowhere, tmp_path, body, words):
    for name, _ in vision.MNIST._published:
        (tmp_path / name).write_bytes(gzip.compress(body))
    with pytest.raises(ValueError, match=words) as caught:
        vision.MNIST(root=str(tmp_path))
    assert "train-labels-idx1-ubyte.gz" in str(caught.value)


@pytest.mark.filterwarnings("ignore:.*used as it is")
def test_short_file_is_named(nowhere, tmp_path):
    header = bytes((0, 0, 8, 1, 0, 0, 0, 5))
    for name, _ in vision.MNIST._published:
        (tmp_path / name).write_bytes(gzip.compress(header + b"\1\2"))
    with pytest.raises(ValueError, match=r"holds 2 bytes, its header says \(5,\)"):
        vision.MNIST(root=str(tmp_path))


@pytest.mark.filterwarnings("ignore:.*used as it is")
def test_np_mode_gives_np_arrays(mirror, tmp_path):
    with mx.util.np_shape(True), mx.util.np_array(True):
        image, label = vision.FashionMNIST(root=str(tmp_path))[3]
    assert type(image) is mx.np.ndarray
    assert type(label) is mx.np.ndarray
    assert label.shape == ()


@pytest.mark.filterwarnings("ignore:.*used as it is")
def test_transform_argument(mirror, tmp_path):
    data = vision.FashionMNIST(root=str(tmp_path), transform=lambda x, y: (x.shape, int(y)))
    assert data[0][0] == (28, 28, 1)


def cifar_records(count, heads):
    records = np.arange(count * (heads + 3072), dtype=np.int64).reshape(count, -1) % 251
    records[:, :heads] = np.arange(count)[:, None] % 10 + np.arange(heads)
    return records.astype(np.uint8)


def test_cifar10_from_unpacked_files(nowhere, tmp_path):
    records = cifar_records(4, 1)
    for part in range(1, 6):
        (tmp_path / f"data_batch_{part}.bin").write_bytes(records.tobytes())
    (tmp_path / "test_batch.bin").write_bytes(records[:3].tobytes())
    train = vision.CIFAR10(root=str(tmp_path))
    assert (len(train), len(vision.CIFAR10(root=str(tmp_path), train=False))) == (20, 3)
    image, label = train[5]
    assert label == 1
    np.testing.assert_array_equal(image.asnumpy()[2, 7], records[1, 1:].reshape(3, 32, 32)[:, 2, 7])


@pytest.mark.filterwarnings("ignore:.*used as it is")
def test_cifar100_from_an_archive_in_the_mirror(tmp_path, monkeypatch):
    monkeypatch.setenv("MXNET_GLUON_REPO", tmp_path.as_uri())
    folder = tmp_path / "gluon" / "dataset" / "cifar100"
    folder.mkdir(parents=True)
    for name in ("train.bin", "test.bin"):
        (tmp_path / name).write_bytes(cifar_records(3, 2).tobytes())
    with tarfile.open(folder / "cifar-100-binary.tar.gz", "w:gz") as archive:
        for name in ("train.bin", "test.bin"):
            archive.add(tmp_path / name, name)
    root = str(tmp_path / "root")
    coarse = [int(label) for _, label in (vision.CIFAR100(root=root)[i] for i in range(3))]
    fine = [int(label) for _, label in (vision.CIFAR100(root, True)[i] for i in range(3))]
    assert (coarse, fine) == ([0, 1, 2], [1, 2, 3])


def test_image_folder_lists_classes(tmp_path):
    for name in ("b/2.JPG", "b/1.png", "a/3.jpeg", "a/notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "readme").touch()
    with pytest.warns(UserWarning, match="Ignoring") as warned:
        data = vision.ImageFolderDataset(str(tmp_path))
    assert data.synsets == ["a", "b"]
    assert [(Path(name).name, label) for name, label in data.items] == [
        ("3.jpeg", 0), ("1.png", 1), ("2.JPG", 1),
    ]  # fmt: skip
    assert len(data) == 3
    assert len(warned) == 2
