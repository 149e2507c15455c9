"""What the tests of iterators share: batches as values, and small files to read."""

from __future__ import annotations

import base64
import struct
import zlib

import numpy as np

from compat_tests.inputs import attempt


def seen(batch):
    """Return a batch's arrays, padding and index."""
    return list(batch.data), list(batch.label or []), batch.pad, batch.index


def seen_now(batch):
    """Return the same with arrays as they are now: MXNet's own iterators use their memory again."""
    arrays = [[as_values(array) for array in arrays] for arrays in (batch.data, batch.label)]
    return arrays, batch.pad, None if batch.index is None else batch.index.tolist()


def as_values(array):
    """Return shape, type, storage and a copy of the values of an array."""
    stype = getattr(array, "stype", "default")
    return type(array).__name__, stype, np.dtype(array.dtype).name, np.array(array.asnumpy())


def epochs(iterator, count=1, most=20, show=seen_now):
    """Return the batches of some epochs, with a reset behind each."""
    made = []
    for _ in range(count):
        batches = []
        for batch in iterator:
            batches.append(show(batch))
            if len(batches) == most:
                break
        made.append(batches)
        iterator.reset()
    return made


KEPT = []
"""Iterators that are not given up: freeing one whose threads work kills the reference at times."""


def kept(iterator):
    """Return the iterator, which stays alive."""
    KEPT.append(iterator)
    return iterator


def described(iterator):
    """Return what an iterator says it gives."""
    return repr(iterator.provide_data), repr(iterator.provide_label), iterator.batch_size


def read(make, count=1, **options):
    """Make an iterator and return its description and batches, or the error."""

    def whole():
        iterator = kept(make(**options))
        return described(iterator), epochs(iterator, count)

    return attempt(whole)


def write(path, content):
    """Write text or bytes to a file in the current folder; return its name."""
    with open(path, "wb") as file:
        file.write(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def idx(array):
    """Return an array of bytes as an IDX file's content."""
    head = struct.pack(">BBBB%dI" % array.ndim, 0, 0, 8, array.ndim, *array.shape)
    return head + array.tobytes()


def picture(height, width, channels=3, seed=0):
    """Return a picture of smooth bytes (height, width, channels), the same everywhere."""
    y, x, c = np.ogrid[:height, :width, :channels]
    waves = (x * (7 + seed) + y * (11 + 2 * seed) + c * 40 + x * y * (1 + seed % 3)) % 256
    return np.abs(waves * 2 - 255).astype(np.uint8)


def png(pixels):
    """Return a picture as a PNG file's content."""
    height, width, channels = pixels.shape
    kind = {1: 0, 3: 2, 4: 6}[channels]
    lines = b"".join(b"\0" + pixels[row].tobytes() for row in range(height))

    def part(name, data):
        check = struct.pack(">I", zlib.crc32(name + data) & 0xFFFFFFFF)
        return struct.pack(">I", len(data)) + name + data + check

    head = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    chunks = part(b"IHDR", head) + part(b"IDAT", zlib.compress(lines)) + part(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def record_file(mx, path, pictures, labels, numbers=None):
    """Write pictures (bytes) with labels as ``path``.rec and ``path``.idx."""
    out = mx.recordio.MXIndexedRecordIO(path + ".idx", path + ".rec", "w")
    for place, (data, label) in enumerate(zip(pictures, labels)):
        number = place if numbers is None else numbers[place]
        out.write_idx(place, mx.recordio.pack(mx.recordio.IRHeader(0, label, number, 0), data))
    out.close()
    return path + ".rec"


JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAYEBQYFBAYGBQYHBwYIChAKCgkJChQODwwQFxQYGBcUFhYaHSUfGhsj"
    "HBYWICwgIyYnKSopGR8tMC0oMCUoKSj/2wBDAQcHBwoIChMKChMoGhYaKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgo"
    "KCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCj/wAARCAAYABQDASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAA"
    "AAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAk"
    "M2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKT"
    "lJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QA"
    "HwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdh"
    "cRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hp"
    "anN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk"
    "5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwDz6BdS8VXojhU7DxnFejaL8O9O0i3F1rM4UgZIJrd0qxsPBOgv"
    "dXCqJsHaD1ri4hq/j3Und5Hh09Tyc4GKipXq5hF4nFzcaXSK3ZupRw0nhcBFXXxSfQ6J/E/hS0YwIjOE4yD1oqv9"
    "h8Gab/oty6ySx8M3qaKSwVNrTBu3qc7xS64qX3FDxjeTeLPFkGl27EW6kFhV7xJfnTVg8N6CoSdwFdxxRRXTifcr"
    "1Wl/CiuVdFfr6kYaClSoUntO7l52HQeDNGt4lTU52a7xlz70UUV00crp1acak5Su1fc8+pnOJhNxjZJeSP/Z"
)
"""A picture of 24 rows and 20 columns."""
