"""Pictures for the bodies: the same pixels everywhere, and PNG files of them."""

from __future__ import annotations

import random
import struct
import zlib

import numpy

#: Kinds of PNG by channels.
_KINDS = {1: 0, 2: 4, 3: 2, 4: 6}


def pixels(height, width, channels=3, seed=0, dtype="uint8"):
    """Draw an image with slopes and noise, (H, W, C), in 0-255."""
    draws = random.Random(f"{height}/{width}/{channels}/{seed}")
    slopes = [(draws.randrange(3, 29), draws.randrange(3, 29)) for _ in range(channels)]
    values = [
        [
            [(x * across + y * down + draws.randrange(40)) % 256 for across, down in slopes]
            for x in range(width)
        ]
        for y in range(height)
    ]
    return numpy.array(values, dtype=dtype).reshape(height, width, channels)


def image(front, *size, dtype="uint8", **options):
    """Make an array of a front end with the pixels."""
    return front.array(pixels(*size, **options), dtype=dtype)


def png(array, depth=8, palette=None):
    """Return the bytes of a PNG file of an image (H, W, C), rows stored without a filter."""
    height, width, channels = array.shape
    kind = 3 if palette is not None else _KINDS[channels]
    if depth == 16:
        array = array.astype(">u2") * 257
    rows = b"".join(b"\0" + row.tobytes() for row in array)
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0))]
    if palette is not None:
        chunks.append((b"PLTE", bytes(palette)))
    chunks += [(b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


def bmp(array):
    """Return the bytes of an uncompressed BMP file of a colour image."""
    height, width, _ = array.shape
    padding = b"\0" * (-3 * width % 4)
    body = b"".join(row[:, ::-1].tobytes() + padding for row in array[::-1])
    head = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, len(body), 2835, 2835, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54 + len(body), 0, 0, 54) + head + body


def write_folder(folder, count=5, height=7, width=9):
    """Write PNG files 0.png, 1.png ... of sizes that grow by one pixel; return their names."""
    names = []
    for number in range(count):
        name = f"{number}.png"
        (folder / name).write_bytes(png(pixels(height + number, width + number, seed=number)))
        names.append(name)
    return names


def write_records(mx, folder, labels, name="pictures", damaged=()):
    """Write a record file and its index of pictures with these labels; return the two paths."""
    paths = [str(folder / f"{name}.{ext}") for ext in ("idx", "rec")]
    record = mx.recordio.MXIndexedRecordIO(*paths, "w")
    for number, label in enumerate(labels):
        body = b"no image" if number in damaged else png(pixels(8, 10, seed=number))
        header = mx.recordio.IRHeader(0, label, number, 0)
        record.write_idx(number, mx.recordio.pack(header, body))
    record.close()
    return paths
