"""``mxshim im2rec``: list the images of a folder, or pack listed images into a record file.

The options and files are those of MXNet's ``tools/im2rec.py``. A list file has a line for each
image: number, labels, path below the root, with tabs between. Reading and encoding run in threads;
records stand in the order of the list whatever their number.
"""

from __future__ import annotations

import argparse
import os
import random
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import numpy as np

from .. import recordio
from .._backends.picture_size import refuse_bomb
from .._backends.pictures import opencv
from .._core.errors import MXNetError

#: Images in work for each thread: enough to keep it busy, few enough for memory.
AHEAD = 8


def main(argv):
    """Run the tool with the arguments; return 0, or 1 when nothing was found to pack."""
    args = _parser().parse_args(argv)
    args.prefix, args.root = os.path.abspath(args.prefix), os.path.abspath(args.root)
    if args.list:
        make_lists(args)
        return 0
    folder = args.prefix if os.path.isdir(args.prefix) else os.path.dirname(args.prefix)
    found = [
        path
        for path in (os.path.join(folder, name) for name in sorted(os.listdir(folder)))
        if path.startswith(args.prefix) and path.endswith(".lst") and os.path.isfile(path)
    ]
    for path in found:
        print("Creating .rec file from", path, "in", folder)
        make_records(args, path)
    if not found:
        print(f"Did not find and list file with prefix {args.prefix}")
    return 0 if found else 1


def _parser():
    parser = argparse.ArgumentParser(
        prog="mxshim im2rec",
        description="List the images of a folder, or pack listed images into a record file.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("prefix", help="path of the list and record files, without extension")
    parser.add_argument("root", help="folder of the images")
    lists = parser.add_argument_group("lists of images")
    lists.add_argument("--list", action="store_true", help="write lists; otherwise pack them")
    lists.add_argument(
        "--exts", nargs="+", default=[".jpeg", ".jpg", ".png"], help="extensions of images"
    )
    lists.add_argument("--chunks", type=int, default=1, help="number of lists to split into")
    lists.add_argument("--train-ratio", type=float, default=1.0, help="share to train with")
    lists.add_argument("--test-ratio", type=float, default=0, help="share to test with")
    lists.add_argument(
        "--recursive", action="store_true", help="walk through subfolders, each a label of its own"
    )
    lists.add_argument(
        "--no-shuffle", dest="shuffle", action="store_false", help="keep the order of the names"
    )
    packing = parser.add_argument_group("record files")
    packing.add_argument("--pass-through", action="store_true", help="pack the files as they are")
    packing.add_argument("--resize", type=int, default=0, help="length of the shorter edge, or 0")
    packing.add_argument("--center-crop", action="store_true", help="cut out the middle square")
    packing.add_argument(
        "--quality", type=int, default=95, help="of JPEG 1-100, or compression of PNG 1-9"
    )
    packing.add_argument("--num-thread", type=int, default=1, help="threads that encode")
    packing.add_argument(
        "--color", type=int, default=1, choices=[-1, 0, 1], help="colour, grey (0) or as it is (-1)"
    )
    packing.add_argument(
        "--encoding", default=".jpg", choices=[".jpg", ".png"], help="format of the packed images"
    )
    packing.add_argument(
        "--pack-label", action="store_true", help="pack all labels of a line, not the first only"
    )
    return parser


def make_lists(args):
    """Write the images below the root to list files: number, label, path."""
    images = list(_images(args.root, args.recursive, args.exts))
    if args.shuffle:
        random.seed(100)
        random.shuffle(images)
    size = (len(images) + args.chunks - 1) // args.chunks
    for chunk in range(args.chunks):
        prefix = f"{args.prefix}_{chunk}" if args.chunks > 1 else args.prefix
        part = images[chunk * size : (chunk + 1) * size]
        if args.train_ratio == 1.0:
            _write_list(f"{prefix}.lst", part)
            continue
        train, test = int(size * args.train_ratio), int(size * args.test_ratio)
        if args.test_ratio:
            _write_list(f"{prefix}_test.lst", part[:test])
        if args.train_ratio + args.test_ratio < 1.0:
            _write_list(f"{prefix}_val.lst", part[test + train :])
        _write_list(f"{prefix}_train.lst", part[test : test + train])


def _images(root, recursive, extensions):
    """Yield number, path and label of the images; print the labels of the folders."""
    if not recursive:
        names = [name for name in sorted(os.listdir(root)) if _is_image(root, name, extensions)]
        yield from ((number, name, 0) for number, name in enumerate(names))
        return
    labels = {}
    number = 0
    for folder, folders, names in os.walk(root, followlinks=True):
        folders.sort()
        for name in sorted(names):
            if _is_image(folder, name, extensions):
                label = labels.setdefault(folder, len(labels))
                yield number, os.path.relpath(os.path.join(folder, name), root), label
                number += 1
    for folder, label in labels.items():
        print(os.path.relpath(folder, root), label)


def _is_image(folder, name, extensions):
    extension = os.path.splitext(name)[1].lower()
    return extension in extensions and os.path.isfile(os.path.join(folder, name))


def _write_list(path, images):
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(f"{number}\t{label:f}\t{name}\n" for number, name, label in images)


def make_records(args, path):
    """Pack the images of a list file into a record file and its index beside it.

    A line or an image that cannot be read is told and left out.
    """
    stem = os.path.splitext(path)[0]
    record = recordio.MXIndexedRecordIO(f"{stem}.idx", f"{stem}.rec", "w")
    if not args.pass_through:
        opencv()  # an error here rather than one for each image
    since = time.time()
    try:
        for count, (number, packed) in enumerate(_packed_in_order(args, _read_list(path))):
            if packed is not None:
                record.write_idx(number, packed)
            if count % 1000 == 0:
                now = time.time()
                print("time:", now - since, " count:", count)
                since = now
    finally:
        record.close()


def _packed_in_order(args, items):
    """Yield numbers and records, packed in threads, a few ahead."""
    threads = max(1, args.num_thread)
    with ThreadPoolExecutor(threads) as pool:
        waiting = deque()

        def send(count):
            for item in islice(items, count):
                waiting.append((item[0], pool.submit(_packed, args, *item)))

        send(threads * AHEAD)
        while waiting:
            number, future = waiting.popleft()
            yield number, future.result()
            send(1)


def _read_list(path):
    """Yield number, labels and path of the lines; print which lines are none."""
    with open(path, encoding="utf-8") as file:
        for line in file:
            fields = [field.strip() for field in line.strip().split("\t")]
            if len(fields) < 3:
                print(
                    "lst should have at least has three parts, but only has "
                    f"{len(fields)} parts for {fields}"
                )
                continue
            try:
                item = int(fields[0]), [float(label) for label in fields[1:-1]], fields[-1]
            except ValueError as error:
                print(f"Parsing lst met error for {fields}, detail: {error}")
                continue
            yield item


def _packed(args, number, labels, name):
    """Return the record of an image; None, and tell, when it cannot be read or encoded."""
    path = os.path.join(args.root, name)
    errors = (OSError, ValueError, MXNetError)
    if not args.pass_through:
        errors += (opencv().error,)
    several = len(labels) > 1 and args.pack_label
    header = recordio.IRHeader(0, labels if several else labels[0], number, 0)
    try:
        with open(path, "rb") as file:
            data = file.read()
        if args.pass_through:
            return recordio.pack(header, data)
        image = _shaped(args, _decoded(data, args.color))
        return recordio.pack_img(header, image, quality=args.quality, img_fmt=args.encoding)
    except errors as error:
        print(f"pack_img error on file: {path}", " ".join(str(error).split()))
        return None


def _decoded(data, color):
    refuse_bomb(data)
    image = opencv().imdecode(np.frombuffer(data, np.uint8), color) if data else None
    if image is None:
        raise ValueError("imread read blank (None) image")
    return image


def _shaped(args, image):
    """Cut out the middle square and resize the shorter edge, as far as is asked for."""
    height, width = image.shape[:2]
    if args.center_crop:
        edge = min(height, width)
        top, left = (height - edge) // 2, (width - edge) // 2
        image = image[top : top + edge, left : left + edge]
        height = width = edge
    if args.resize:
        if height > width:
            size = (args.resize, height * args.resize // width)
        else:
            size = (width * args.resize // height, args.resize)
        image = opencv().resize(image, size)
    return np.ascontiguousarray(image)
