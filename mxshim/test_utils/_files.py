"""Fetching files and data sets into the working directory."""

from __future__ import annotations

import bz2
import gzip
import logging
import os
import struct
from pathlib import Path

import numpy as np

from .. import test_utils
from ..gluon.utils import _explained, _fetch_into, unpack

_MODELS = "http://data.mxnet.io/models/"
_DATA = "http://data.mxnet.io/"
#: Name, folder, file and epoch of each model.
_PRETRAINED = """
    imagenet1k-inception-bn             imagenet/inception-bn           Inception-BN        0126
    imagenet1k-resnet-18                imagenet/resnet/18-layers       resnet-18           0000
    imagenet1k-resnet-34                imagenet/resnet/34-layers       resnet-34           0000
    imagenet1k-resnet-50                imagenet/resnet/50-layers       resnet-50           0000
    imagenet1k-resnet-101               imagenet/resnet/101-layers      resnet-101          0000
    imagenet1k-resnet-152               imagenet/resnet/152-layers      resnet-152          0000
    imagenet1k-resnext-50               imagenet/resnext/50-layers      resnext-50          0000
    imagenet1k-resnext-101              imagenet/resnext/101-layers     resnext-101         0000
    imagenet1k-resnext-101-64x4d        imagenet/resnext/101-layers     resnext-101-64x4d   0000
    imagenet11k-resnet-152              imagenet-11k/resnet-152         resnet-152          0000
    imagenet11k-place365ch-resnet-152   imagenet-11k-place365-ch        resnet-152          0000
    imagenet11k-place365ch-resnet-50    imagenet-11k-place365-ch        resnet-50           0000
"""


def download(url, fname=None, dirname=None, overwrite=False, retries=5):
    """Fetch ``url`` into ``fname`` (by default its last part) in ``dirname``; return the path.

    A file that is there already is kept unless ``overwrite``. After ``retries`` attempts the last
    error is raised: AssertionError when the server answers with another status than 200, otherwise
    an OSError that says which file to put where.
    """
    assert retries >= 0, "Number of retries should be at least 0"
    path = url.split("/")[-1] if fname is None else fname
    if dirname is None:
        dirname = os.path.dirname(path)
    else:
        path = os.path.join(dirname, path)
    if dirname and not os.path.exists(dirname):
        logging.info("create directory %s", dirname)
        os.makedirs(dirname, exist_ok=True)
    if not overwrite and os.path.exists(path):
        logging.info("%s exists, skipping download", path)
        return path
    while True:
        try:
            _fetch_into(url, path, overwrite, None, True)
            break
        except (OSError, RuntimeError) as error:
            retries -= 1
            if retries <= 0:
                if isinstance(error, RuntimeError):
                    raise AssertionError(f"failed to open {url}") from error
                raise _explained(error, url, path, None) from error
            plural = "s" if retries > 1 else ""
            print(f"download failed, retrying, {retries} attempt{plural} left")
    logging.info("downloaded %s into %s successfully", url, path)
    return path


def _fetch(url, *args, **kwargs):
    """Call the public ``download``, which programs may have replaced."""
    return test_utils.download(url, *args, **kwargs)


def download_model(model_name, dst_dir="./", meta_info=None):
    """Fetch symbol and parameters of a model; return its path without suffixes, and epoch 0.

    ``meta_info`` maps names of models to ``{"symbol": url, "params": url}``; for a name that is
    not among them the result is ``(None, 0)``.
    """
    known = dict(meta_info) if meta_info is not None else _model_addresses()
    if model_name not in known:
        return None, 0
    if not os.path.isdir(dst_dir):
        os.mkdir(dst_dir)
    addresses = dict(known[model_name])
    target = os.path.join(dst_dir, model_name)
    assert "symbol" in addresses, "missing symbol url"
    _fetch(addresses["symbol"], f"{target}-symbol.json")
    assert "params" in addresses, "mssing parameter file url"
    _fetch(addresses["params"], f"{target}-0000.params")
    return target, 0


def _model_addresses():
    return {
        name: {
            "symbol": f"{_MODELS}{folder}/{stem}-symbol.json",
            "params": f"{_MODELS}{folder}/{stem}-{epoch}.params",
        }
        for name, folder, stem, epoch in map(str.split, _PRETRAINED.strip().splitlines())
    }


# ---- data sets


def get_mnist():
    """Read MNIST from the working directory (or fetch it): images (n, 1, 28, 28) in 0-1, labels."""
    found = {}
    for part, stem in (("train", "train"), ("test", "t10k")):
        label = _idx(f"{stem}-labels-idx1-ubyte.gz", 2).view(np.int8)
        pixels = _idx(f"{stem}-images-idx3-ubyte.gz", 4).reshape(len(label), 1, 28, 28)
        found[f"{part}_data"] = pixels.astype(np.float32) / 255
        found[f"{part}_label"] = label
    return found


def _idx(name, header_words):
    with gzip.open(_fetch(f"{_DATA}data/mnist/{name}")) as file:
        struct.unpack(f">{header_words}I", file.read(4 * header_words))
        return np.frombuffer(file.read(), dtype=np.uint8)


def get_mnist_pkl():
    """Fetch MNIST as ``data/mnist.pkl.gz``."""
    os.makedirs("data", exist_ok=True)
    if not os.path.exists("data/mnist.pkl.gz"):
        _fetch("http://deeplearning.net/data/mnist/mnist.pkl.gz", dirname="data")


def _unpack(address, files):
    """Fetch and unpack an archive into ``data`` unless all its ``files`` are there."""
    os.makedirs("data", exist_ok=True)
    if not all(os.path.exists(f"data/{name}") for name in files):
        unpack(_fetch(address, dirname="data"), "data")


def get_mnist_ubyte():
    """Fetch MNIST's four files into ``data``."""
    kinds = ("images-idx3-ubyte", "labels-idx1-ubyte")
    names = [f"{part}-{kind}" for part in ("train", "t10k") for kind in kinds]
    _unpack(f"{_DATA}mxnet/data/mnist.zip", names)


def get_cifar10():
    """Fetch CIFAR-10's record files into ``data/cifar``."""
    names = [f"cifar/{part}.{kind}" for part in ("train", "test") for kind in ("rec", "lst")]
    _unpack(f"{_DATA}mxnet/data/cifar10.zip", names)


def get_mnist_iterator(batch_size, input_shape, num_parts=1, part_index=0):
    """Return MNIST's iterators for training (shuffled) and validation, fetching the files.

    Pictures come flat unless ``input_shape`` has three sizes.
    """
    from .. import io

    get_mnist_ubyte()

    def iterate(stem, **options):
        return io.MNISTIter(
            image=f"data/{stem}-images-idx3-ubyte",
            label=f"data/{stem}-labels-idx1-ubyte",
            input_shape=input_shape,
            batch_size=batch_size,
            flat=len(input_shape) != 3,
            num_parts=num_parts,
            part_index=part_index,
            **options,
        )

    return iterate("train", shuffle=True), iterate("t10k")


def get_zip_data(data_dir, url, data_origin_name):
    """Fetch and unpack a zip archive into ``data_dir``, unless ``data_origin_name`` is there."""
    path = os.path.join(data_dir, data_origin_name)
    if not os.path.exists(path):
        _fetch(url, dirname=data_dir, overwrite=False)
        unpack(path, data_dir)


def get_bz2_data(data_dir, data_name, url, data_origin_name):
    """Fetch a bz2 file and unpack it into ``data_dir`` as ``data_name``, unless that is there.

    ``data_dir`` may be relative (MXNet looks for the packed file in another folder then).
    """
    name = os.path.join(data_dir, data_name)
    packed = os.path.join(data_dir, data_origin_name)
    if not os.path.exists(name):
        _fetch(url, fname=data_origin_name, dirname=data_dir, overwrite=False)
        with bz2.open(packed) as source, open(name, "wb") as target:
            while chunk := source.read(1 << 20):
                target.write(chunk)
        os.remove(packed)


def get_im2rec_path(home_env="MXNET_HOME"):
    """Return the path of the tool im2rec.py, in the folder that ``home_env`` names or in MXNet's.

    Raises OSError when there is none.
    """
    home = Path(os.environ.get(home_env, os.path.dirname(os.path.dirname(__file__))))
    for folder in (home, home / ".." / ".."):
        path = os.path.join(folder, "tools", "im2rec.py")
        if os.path.isfile(path):
            return path
    raise OSError("Could not find path to tools/im2rec.py")
