"""Parameter files (.params): named arrays between bytes and NumPy, in MXNet's formats V1 to V3.

A file is ``0x112``, a reserved word, the count and records of the arrays, then the count and texts
of the names (no names: a list). Numbers are little-endian. Every length is checked against the
bytes left before anything of that size is made: a damaged file costs neither time nor memory.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping, Sequence

import numpy as np

from .._core.errors import MXNetError, check_failed, not_implemented

LIST_MAGIC = 0x112
V1_MAGIC, V2_MAGIC, V3_MAGIC = 0xF993FAC8, 0xF993FAC9, 0xF993FACA
MAX_NDIM = 32
_CPU = 1
_DENSE = 0
_INVALID = "Invalid NDArray file format"

# MXNet's type flags; bfloat16 (12) has no NumPy dtype.
DTYPES = {
    0: np.dtype("float32"),
    1: np.dtype("float64"),
    2: np.dtype("float16"),
    3: np.dtype("uint8"),
    4: np.dtype("int32"),
    5: np.dtype("int8"),
    6: np.dtype("int64"),
    7: np.dtype("bool"),
    8: np.dtype("int16"),
    9: np.dtype("uint16"),
    10: np.dtype("uint32"),
    11: np.dtype("uint64"),
}
FLAGS = {dtype: flag for flag, dtype in DTYPES.items()}


class _Reader:
    """Read numbers off bytes; MXNetError when they end too early."""

    def __init__(self, data: bytes) -> None:
        self.data = memoryview(data)
        self.at = 0

    def left(self) -> int:
        return len(self.data) - self.at

    def take(self, size: int, what: str, check: str = "fi->Read(data)") -> memoryview:
        if size > self.left():
            raise _damaged(f"{what} needs {size} bytes and {self.left()} are left", check)
        part = self.data[self.at : self.at + size]
        self.at += size
        return part

    def numbers(self, form: str, what: str) -> tuple[int, ...]:
        form = "<" + form
        return struct.unpack(form, self.take(struct.calcsize(form), what))

    def number(self, form: str, what: str, check: str = "fi->Read(data)") -> int:
        size = struct.calcsize("<" + form)
        return struct.unpack("<" + form, self.take(size, what, check))[0]


def dump(arrays: Mapping[str, np.ndarray] | Sequence[np.ndarray], np_shape: bool = False) -> bytes:
    """Return the file's bytes for named arrays or a list; ``np_shape`` writes V3 instead of V2."""
    named = isinstance(arrays, Mapping)
    values = list(arrays.values()) if named else list(arrays)
    parts = [struct.pack("<QQQ", LIST_MAGIC, 0, len(values))]
    parts += [dump_array(value, np_shape) for value in values]
    names = [name.encode() for name in arrays] if named else []
    parts.append(struct.pack("<Q", len(names)))
    parts += [struct.pack("<Q", len(name)) + name for name in names]
    return b"".join(parts)


def load(data: bytes, np_shape: bool = False) -> dict[str, np.ndarray] | list[np.ndarray]:
    """Return the file's arrays, a dict when they have names.

    Files of V3 need np shapes on and older ones need them off; MXNetError says which. Legacy
    records without shape and data come back as None.
    """
    reader = _Reader(data)
    header = reader.number("Q", "the file's first word", "fi->Read(&header)")
    if header != LIST_MAGIC:
        raise check_failed("header == kMXAPINDArrayListMagic", _INVALID, "no .params file")
    reader.number("Q", "the reserved word", "fi->Read(&reserved)")
    count = reader.number("Q", "the number of arrays")
    if count > reader.left() // 4:
        raise _damaged(f"{count} arrays do not fit into {reader.left()} bytes")
    values = [_read_array(reader, np_shape) for _ in range(count)]
    names = _read_names(reader)
    if reader.left():
        raise _damaged(f"{reader.left()} bytes follow the names")
    if not names:
        return values
    if len(names) != len(values):
        raise check_failed(
            "keys->size() == 0 || keys->size() == data->size()",
            _INVALID,
            f"{len(names)} names for {len(values)} arrays",
        )
    return dict(zip(names, values, strict=True))


def dump_array(value: np.ndarray, np_shape: bool = False) -> bytes:
    """Return one array's record (what MXNet pickles too): magic, storage, shape, device, data."""
    # ascontiguousarray would turn a scalar into a vector.
    value = np.asarray(value, order="C")
    flag = FLAGS.get(value.dtype.newbyteorder("="))
    if flag is None:
        raise _damaged(f"arrays of {value.dtype} have no type flag")
    if not np_shape and (value.ndim == 0 or value.size == 0):
        raise MXNetError(
            f"MXNetError: a .params file without np shapes cannot hold the shape {value.shape}"
        )
    head = struct.pack("<Ii", V3_MAGIC if np_shape else V2_MAGIC, _DENSE)
    shape = struct.pack(f"<i{value.ndim}q", value.ndim, *value.shape)
    little = value.astype(value.dtype.newbyteorder("<"), copy=False)
    return head + shape + struct.pack("<iii", _CPU, 0, flag) + little.tobytes()


def load_array(data: bytes) -> np.ndarray | None:
    """Return the array of one record, of whatever version."""
    return _read_array(_Reader(data), None)


def _read_array(reader: _Reader, np_shape: bool | None) -> np.ndarray | None:
    magic = reader.number("I", "an array's magic word")
    is_np = magic == V3_MAGIC
    if np_shape is not None and is_np != np_shape:
        raise _wrong_semantics(is_np)
    if magic not in (V2_MAGIC, V3_MAGIC):
        shape = _read_old_shape(reader, magic)
        return _read_data(reader, shape) if shape and 0 not in shape else None
    storage = reader.number("i", "an array's storage type")
    if storage in (1, 2):
        raise not_implemented("Reading sparse arrays from .params files")
    if storage != _DENSE:
        raise _damaged(f"storage type {storage} is unknown")
    ndim = reader.number("i", "an array's number of dimensions")
    if ndim == (-1 if is_np else 0):
        return None
    shape = _read_dims(reader, ndim, "q")
    return None if not is_np and 0 in shape else _read_data(reader, shape)


def _read_old_shape(reader: _Reader, magic: int) -> tuple[int, ...]:
    """Read the shape of a V1 record, or of one from before magic words (then it is the ndim)."""
    if magic == V1_MAGIC:
        return _read_dims(reader, reader.number("i", "an array's number of dimensions"), "q")
    return _read_dims(reader, magic, "I")


def _read_dims(reader: _Reader, ndim: int, form: str) -> tuple[int, ...]:
    if not 0 <= ndim <= MAX_NDIM:
        raise _damaged(f"an array cannot have {ndim} dimensions")
    shape = reader.numbers(f"{ndim}{form}", "a shape")
    if any(dim < 0 for dim in shape):
        raise _damaged(f"the shape {shape} has a negative dimension")
    return shape


def _read_data(reader: _Reader, shape: tuple[int, ...]) -> np.ndarray:
    reader.numbers("ii", "an array's device")
    flag = reader.number("i", "an array's type flag")
    dtype = DTYPES.get(flag)
    if dtype is None:
        raise _damaged(f"type flag {flag} is unknown")
    little = dtype.newbyteorder("<")
    data = reader.take(math.prod(shape) * dtype.itemsize, f"an array of shape {shape}")
    return np.frombuffer(data, dtype=little).astype(dtype).reshape(shape)


def _read_names(reader: _Reader) -> list[str]:
    count = reader.number("Q", "the number of names")
    if count > reader.left() // 8:
        raise _damaged(f"{count} names do not fit into {reader.left()} bytes")
    names = []
    for _ in range(count):
        size = reader.number("Q", "a name's length")
        try:
            names.append(bytes(reader.take(size, "a name")).decode())
        except UnicodeDecodeError as error:
            raise _damaged(f"a name is not UTF-8: {error}") from error
    return names


def _damaged(what: str, check: str = "fi->Read(data)") -> MXNetError:
    return check_failed(check, _INVALID, f"not a whole .params file: {what}")


def _wrong_semantics(saved_as_np: bool) -> MXNetError:
    if saved_as_np:
        return check_failed(
            "Imperative::Get()->is_np_shape()",
            "ndarray was saved in np shape semantics, must be loaded in the same semantics. Please "
            "turn on np shape semantics in Python using `with np_shape(True)` or decorator "
            "`use_np_shape` to scope the code of loading the ndarray.",
        )
    return check_failed(
        "Imperative::Get()->is_np_shape() == GlobalOn || !Imperative::Get()->is_np_shape()",
        "ndarray was not saved in np shape semantics, but being loaded in np shape semantics. "
        "Please turn off np shape semantics in Python using `with np_shape(False)` to scope the "
        "code of loading the ndarray.",
    )
