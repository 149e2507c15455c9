"""MNIST and CIFAR from local files: what samples, slices and batches are."""

from __future__ import annotations

import gzip
import struct

import pytest

from compat_tests.inputs import attempt


@pytest.fixture
def trusted(mx, monkeypatch):
    """Let files of any content pass for the published ones."""
    monkeypatch.setattr(mx.gluon.utils, "check_sha1", lambda filename, sha1: True)
    datasets = mx.gluon.data.vision.datasets
    monkeypatch.setattr(datasets, "check_sha1", lambda filename, sha1: True, raising=False)


@pytest.fixture
def mnist(trusted, tmp_path):
    """Write four training and two test images as gzipped IDX files."""
    for stem, count in (("train", 4), ("t10k", 2)):
        pixels = bytes((7 * i) % 251 for i in range(count * 784))
        labels = bytes((3 * i) % 10 for i in range(count))
        images = gzip.compress(struct.pack(">IIII", 2051, count, 28, 28) + pixels)
        (tmp_path / (stem + "-images-idx3-ubyte.gz")).write_bytes(images)
        labels = gzip.compress(struct.pack(">II", 2049, count) + labels)
        (tmp_path / (stem + "-labels-idx1-ubyte.gz")).write_bytes(labels)
    return str(tmp_path)


@pytest.fixture
def cifar(trusted, tmp_path):
    """Write two records in each of CIFAR10's and CIFAR100's files."""
    names = ["data_batch_%d.bin" % part for part in range(1, 6)] + ["test_batch.bin"]
    for heads, files in ((1, names), (2, ["train.bin", "test.bin"])):
        for number, name in enumerate(files):
            size = heads + 3072
            data = [(i * 5 + number) % 251 for i in range(2 * size)]
            data[0], data[size] = number, number + 1
            (tmp_path / name).write_bytes(bytes(data))
    return str(tmp_path)


@pytest.mark.parametrize("train", [True, False])
@pytest.mark.parametrize("name", ["MNIST", "FashionMNIST"])
def test_mnist(mx, front, mnist, name, train):
    data = getattr(mx.gluon.data.vision, name)(root=mnist, train=train)
    image, label = data[1]
    return image, label, len(data), data[-1][1], data[0:2], attempt(lambda: data[9])


def test_mnist_transform(mx, front, mnist):
    vision = mx.gluon.data.vision
    data = vision.MNIST(mnist, True, lambda image, label: (image.astype("float32") / 255, label))
    image, label = data[2]
    lazy = vision.MNIST(mnist).transform_first(vision.transforms.ToTensor())
    return image.shape, image.dtype, label, lazy[3], len(lazy)


def test_mnist_batches(mx, front, mnist):
    vision = mx.gluon.data.vision
    data = vision.FashionMNIST(mnist).transform_first(vision.transforms.ToTensor())
    loader = mx.gluon.data.DataLoader(data, 3)
    return [(x.shape, x.dtype, x.sum(), y) for x, y in loader]


@pytest.mark.parametrize("train", [True, False])
def test_cifar10(mx, front, cifar, train):
    data = mx.gluon.data.vision.CIFAR10(root=cifar, train=train)
    image, label = data[1]
    return image, label, len(data), [data[i][1] for i in range(len(data))]


@pytest.mark.parametrize("fine", [True, False])
def test_cifar100(mx, front, cifar, fine):
    data = mx.gluon.data.vision.CIFAR100(root=cifar, fine_label=fine, train=False)
    image, label = data[0]
    return image.shape, image.dtype, label, len(data)
