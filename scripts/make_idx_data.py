"""Make a data set in Fashion-MNIST's files: ten separable classes of 28 x 28 grey images.

    python scripts/make_idx_data.py FOLDER [--train 2000] [--test 500] [--mirror] [--seed 0]

Writes the four gzipped IDX files that MXNet's MNIST and FashionMNIST look for into FOLDER, or with
``--mirror`` into FOLDER/gluon/dataset/fashion-mnist and .../mnist, so that
``MXNET_GLUON_REPO=file://FOLDER`` serves them. The same arguments give the same bytes anywhere. The
sha1 of each file is printed: MXNet checks it, so a test sets the data set's expected value to it.
"""

from __future__ import annotations

import argparse
import hashlib
import struct
import sys
import zlib
from pathlib import Path

import numpy

SIDE = 28
CLASSES = 10
NAMES = {
    "train": ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"),
    "test": ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"),
}


def draw(stream: numpy.random.RandomState, count: int) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Draw ``count`` images, uint8 ``(count, 28, 28)``, and their labels, uint8, evenly spread.

    A class is a bar at its own angle through its own point of a circle; where exactly it lies, how
    bright it is and the noise differ between images, so that a linear model gets most right and a
    convolutional one nearly all.
    """
    labels = stream.permutation(numpy.arange(count) % CLASSES).astype(numpy.uint8)
    angle = labels * (numpy.pi / CLASSES) + stream.uniform(-0.08, 0.08, count)
    turn = labels * (2 * numpy.pi / CLASSES)
    centre_y = 13.5 + 6 * numpy.sin(turn) + stream.uniform(-1.5, 1.5, count)
    centre_x = 13.5 + 6 * numpy.cos(turn) + stream.uniform(-1.5, 1.5, count)
    bright = stream.uniform(120, 230, count)
    y, x = numpy.mgrid[:SIDE, :SIDE]
    dy = y - centre_y[:, None, None]
    dx = x - centre_x[:, None, None]
    sine, cosine = numpy.sin(angle)[:, None, None], numpy.cos(angle)[:, None, None]
    along, across = dx * cosine + dy * sine, dy * cosine - dx * sine
    bar = (numpy.abs(along) < 9) & (numpy.abs(across) < 2)
    noise = stream.randint(0, 40, (count, SIDE, SIDE))
    return (bar * bright[:, None, None] + noise).astype(numpy.uint8), labels


def idx(array: numpy.ndarray) -> bytes:
    """Encode a uint8 array as gzipped IDX, in fixed bytes.

    Written out here so that the script runs on the reference's interpreter, without mxshim.
    """
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    return gzipped(header + array.tobytes())


def gzipped(data: bytes) -> bytes:
    """Compress bytes as gzip does, with a header that no version of Python words differently."""
    packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = packer.compress(data) + packer.flush()
    header = b"\x1f\x8b\x08" + bytes(6) + b"\xff"  # no name, no time, no system
    return header + body + struct.pack("<II", zlib.crc32(data), len(data) & 0xFFFFFFFF)


def encoded(train: int, test: int, seed: int = 0) -> dict[str, bytes]:
    """Return the content of the four files by name."""
    stream = numpy.random.RandomState(seed)
    return {
        name: idx(array)
        for part, count in (("train", train), ("test", test))
        for name, array in zip(NAMES[part], draw(stream, count))
    }


def make(folders: list[Path], train: int, test: int, seed: int = 0) -> dict[str, str]:
    """Write the four files into each folder; return the sha1 of each file by name."""
    files = encoded(train, test, seed)
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (folder / name).write_bytes(data)
    return {name: hashlib.sha1(data).hexdigest() for name, data in files.items()}


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--train", type=int, default=2000, help="number of training images")
    parser.add_argument("--test", type=int, default=500, help="number of test images")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--mirror", action="store_true", help="lay the folder out as a mirror")
    args = parser.parse_args()
    base = args.folder / "gluon" / "dataset"
    folders = [base / "fashion-mnist", base / "mnist"] if args.mirror else [args.folder]
    for name, digest in make(folders, args.train, args.test, args.seed).items():
        print(digest, name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
