"""IDX files, the format of MNIST: a typed header, the shape, then the values, big-endian.

Byte 0 and 1 are zero, byte 2 is the type code, byte 3 the number of axes; each extent follows as
four bytes. Files may be gzipped; which they are is told by their first bytes, not by their name.
"""

from __future__ import annotations

import gzip
import os
import struct
import zlib
from math import prod
from pathlib import Path

import numpy

#: Type code of the header to the dtype of the file, in the file's byte order.
DTYPES = {
    0x08: numpy.dtype(">u1"),
    0x09: numpy.dtype(">i1"),
    0x0B: numpy.dtype(">i2"),
    0x0C: numpy.dtype(">i4"),
    0x0D: numpy.dtype(">f4"),
    0x0E: numpy.dtype(">f8"),
}
_CODES = {dtype.newbyteorder("="): code for code, dtype in DTYPES.items()}
_GZIP = b"\x1f\x8b"


class IdxError(ValueError):
    """Raise for bytes that are not one whole IDX array; the text names the file and the fault."""


def read(path: str | os.PathLike[str]) -> numpy.ndarray:
    """Read an IDX file, gzipped or not, as a new array in native byte order.

    Raises IdxError for a file that is damaged, cut short or too long.
    """
    data = Path(path).read_bytes()
    if data.startswith(_GZIP):
        try:
            data = gzip.decompress(data)
        except (EOFError, OSError, zlib.error) as error:
            raise IdxError(f"{os.fspath(path)}: damaged gzip data: {error}") from None
    return decode(data, os.fspath(path))


def decode(data: bytes, source: str = "IDX data") -> numpy.ndarray:
    """Decode the bytes of one IDX array; ``source`` names them in errors."""
    if len(data) < 4 or data[:2] != b"\0\0":
        raise IdxError(
            f"{source}: not an IDX file (it starts with {data[:4].hex(' ') or 'nothing'})"
        )
    code, ndim = data[2], data[3]
    if code not in DTYPES:
        known = ", ".join(f"0x{known:02x}" for known in DTYPES)
        raise IdxError(f"{source}: unknown IDX type code 0x{code:02x}; known are {known}")
    start = 4 + 4 * ndim
    if len(data) < start:
        raise IdxError(f"{source}: cut short inside the header ({len(data)} of {start} bytes)")
    shape = struct.unpack(f">{ndim}I", data[4:start])
    dtype = DTYPES[code]
    expected = prod(shape) * dtype.itemsize
    if len(data) - start != expected:
        raise IdxError(
            f"{source}: shape {shape} of {dtype.name} needs {expected} bytes after the header, "
            f"the file has {len(data) - start}"
        )
    values = numpy.frombuffer(data, dtype, offset=start).reshape(shape)
    return values.astype(dtype.newbyteorder("="))


def write(path: str | os.PathLike[str], array: numpy.ndarray) -> None:
    """Write an array as an IDX file, gzipped if the name ends in ``.gz``.

    The same array gives the same bytes: the gzip header carries no time and no name.
    """
    data = encode(array)
    if os.fspath(path).endswith(".gz"):
        data = gzip.compress(data, mtime=0)
    Path(path).write_bytes(data)


def encode(array: numpy.ndarray) -> bytes:
    """Encode an array; raise IdxError for a dtype, rank or extent that IDX cannot hold."""
    array = numpy.asarray(array)
    code = _CODES.get(array.dtype.newbyteorder("="))
    if code is None:
        known = ", ".join(dtype.name for dtype in DTYPES.values())
        raise IdxError(f"IDX has no type for {array.dtype}; it has {known}")
    if array.ndim > 255 or any(extent >= 2**32 for extent in array.shape):
        raise IdxError(f"IDX cannot hold the shape {array.shape}")
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, code, array.ndim, *array.shape)
    return header + array.astype(DTYPES[code]).tobytes()
