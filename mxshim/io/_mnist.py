"""Batches from MNIST's files."""

from __future__ import annotations

import logging
import struct

import numpy as np

from .._core.errors import MXNetError, check_failed
from .._core.params import Bool, Int, Text
from .._core.rng import draws
from ..ndarray import array
from ._declare import PREFETCHER, Parameter, iterator
from ._source import Source, check_float32

MNIST = {
    "image": Parameter(Text(), "./train-images-idx3-ubyte", "File of the pictures."),
    "label": Parameter(Text(), "./train-labels-idx1-ubyte", "File of the labels."),
    "batch_size": Parameter(
        Int(min=1, doc="Batch Param: Batch Size."), 128, "Pictures in a batch."
    ),
    "shuffle": Parameter(Bool(), True, "Shuffle once, when the files are read."),
    "flat": Parameter(Bool(), False, "Give pictures as vectors."),
    "seed": Parameter(Int(), 0, "Seed of the shuffling."),
    "silent": Parameter(Bool(), False, "Do not tell what was read."),
    "num_parts": Parameter(Int(), 1, "Parts that the pictures are divided into."),
    "part_index": Parameter(Int(), 0, "Part that is read."),
}


def _contents(path, ndim):
    """Return the bytes of an IDX file as an array of ``ndim`` axes, without a check of its type."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        raise MXNetError(
            f'LocalFileSystem: Check failed: allow_null: :Open "{path}": {error.strerror}'
        ) from None
    start = 4 + 4 * ndim
    if len(data) < start:
        raise check_failed(
            "fi->Read(buf, sizeof(buf)) == sizeof(buf)",
            "invalid mnist format",
            f"{path} ends early",
        )
    shape = struct.unpack(f">{ndim}I", data[4:start])
    size = int(np.prod(shape, dtype=np.int64))
    if len(data) - start < size:
        if ndim == 3 and size < 2**31:
            raise check_failed("stdimg->Read(&ch, sizeof(ch) != 0)", "", f"{path} ends early")
        raise check_failed(
            "fi->Read(buf, sizeof(buf)) == sizeof(buf)",
            "invalid mnist format",
            f"{path} has {len(data) - start} bytes behind its head and should have {size}",
        )
    return np.frombuffer(data, np.uint8, size, start).reshape(shape)


def shuffled(count, seed):
    """Return the numbers below ``count`` in the order that MXNet's std::shuffle puts them."""
    words = np.random.RandomState(seed & 0xFFFFFFFF)
    limits = np.arange(2, count + 1)
    partners = np.empty(0, np.int64)
    drawn = np.empty(0, np.uint32)
    while len(partners) < len(limits):
        more = words.randint(0, 2**32, len(limits) + 8, dtype=np.uint32)
        drawn = np.concatenate([drawn, more])
        partners, _ = draws.bounded(drawn, limits)
    order = list(range(count))
    for here, there in enumerate(partners.tolist(), 1):
        order[here], order[there] = order[there], order[here]
    return np.array(order, np.int64)


@iterator("MNISTIter", PREFETCHER, MNIST)
class MNISTSource(Source):
    """Give batches of MNIST's pictures, from 0 up to 1, and labels; both as float32.

    Pictures that fill no batch are left out. The order of a shuffle is MXNet's.

    >>> it = mx.io.MNISTIter(image="train-images-idx3-ubyte", label="train-labels-idx1-ubyte")
    """

    def __init__(
        self,
        image,
        label,
        batch_size,
        shuffle,
        flat,
        seed,
        silent,
        num_parts,
        part_index,
        dtype,
        **_,
    ):
        images = _contents(image, 3)
        if num_parts <= 0:
            raise check_failed(f"param_.num_parts > 0 ({num_parts} vs. 0) ", "")
        if num_parts <= part_index:
            raise check_failed(
                f"param_.num_parts > param_.part_index ({num_parts} vs. {part_index}) ", ""
            )
        part = slice(
            len(images) * part_index // num_parts, len(images) * (part_index + 1) // num_parts
        )
        labels = _contents(label, 1)
        if len(labels) < len(images):
            raise check_failed(
                "labels", f"{label} has {len(labels)} labels for {len(images)} pictures"
            )
        images, labels = images[part], labels[part]
        if shuffle:
            order = shuffled(len(images), seed)
            images, labels = images[order], labels[order]
        self._images = images.reshape(len(images), -1) if flat else images[:, None]
        self._labels = labels
        self._batch_size = batch_size
        self._at = -batch_size
        if not silent:
            sizes = ",".join(str(size) for size in (batch_size, *self._images.shape[1:]))
            logging.getLogger(__name__).info(
                "MNISTIter: load %d images, shuffle=%d, shape=[%s]", len(images), shuffle, sizes
            )
        check_float32("MNISTIter", dtype)

    def before_first(self):
        """Go back to the beginning."""
        self._at = -self._batch_size

    def next(self):
        """Go to the next batch; False where there is no whole one."""
        if self._at + 2 * self._batch_size > len(self._images):
            return False
        self._at += self._batch_size
        return True

    def data(self):
        """Return the batch's pictures."""
        picked = self._images[self._at : self._at + self._batch_size]
        return array(picked.astype(np.float32) * np.float32(1 / 256))

    def label(self):
        """Return the batch's labels."""
        return array(self._labels[self._at : self._at + self._batch_size].astype(np.float32))

    def index(self):
        """Return zeros: MXNet does not pass the pictures' numbers on."""
        return np.zeros(self._batch_size, np.uint64)
