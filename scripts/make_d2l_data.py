"""Make small stand-ins for the data files that the books of *Dive into Deep Learning* read.

    python scripts/make_d2l_data.py FOLDER [--only NAME ...] [--list]

What is made is synthetic, in the real files' formats and under their names; where a chapter trains,
there is something to learn. The same arguments give the same bytes. The folder serves as a mirror:

    FOLDER/gluon   what MXNet fetches: data sets, embeddings, models (MXNET_GLUON_REPO=file://FOLDER)
    FOLDER/d2l     what the libraries d2l and d2lzh fetch from DATA_URL, or look for in ../data
    FOLDER/img     the pictures that notebooks read from ../img

The sha1 of each file is printed, since MXNet and d2l compare it with that of the real file. mxshim
takes another one with a warning. For d2l put the files of FOLDER/d2l into ../data and set
DATA_HUB[name] = (address, sha1). Where d2l names the sha1 itself it fetches the file and takes what
comes: serve the folder (python -m http.server) and set DATA_URL to that address. Only "models"
needs mxshim; all together take some ten seconds.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import zlib
from pathlib import Path

import numpy

sys.path.insert(0, str(Path(__file__).resolve().parent))

import make_idx_data
from d2l_data import MAKERS, maker, networks, pictures, tables, texts

FAMILIES = (texts, tables, pictures, networks)
"""The modules whose makers stand in MAKERS."""


@maker("fashion-mnist")
def fashion_mnist(stream):
    """Make the IDX files of Fashion-MNIST and MNIST, those of ``make_idx_data.py``."""
    del stream
    for name, data in make_idx_data.encoded(train=2000, test=500).items():
        for folder in ("fashion-mnist", "mnist"):
            yield f"gluon/dataset/{folder}/{name}", data


def make(folder, only=()):
    """Write the data sets named, or all; return the sha1 of each file by its path."""
    digests = {}
    for name in only or MAKERS:
        # A stream for each, so that a data set does not depend on which others are made.
        stream = numpy.random.RandomState(zlib.crc32(name.encode()))
        for path, data in MAKERS[name](stream):
            target = Path(folder) / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
            digests[path] = hashlib.sha1(data).hexdigest()
    return digests


def main(arguments=None):
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--only", nargs="+", choices=sorted(MAKERS), metavar="NAME", default=())
    parser.add_argument("--list", action="store_true", help="say what can be made")
    args = parser.parse_args(arguments)
    if args.list:
        for name, made in MAKERS.items():
            print(f"{name:17} {made.__doc__.splitlines()[0]}")
        return 0
    if args.folder is None:
        parser.error("which folder?")
    for path, digest in make(args.folder, args.only).items():
        print(digest, path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
