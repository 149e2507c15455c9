"""One array as MXNet writes it, in ``.params`` files and in pickles; dense or sparse; V1 to V3.

A record is a magic word (files from before 0.9 have none), the storage type, for sparse arrays the
shape of what is stored, the shape, the device, the type flag, for sparse arrays the type flags and
shapes of the index arrays, then the values and the index arrays. Numbers are little-endian. Every
length is checked against the bytes left before anything of that size is made: a damaged file costs
neither time nor memory.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from .._core.errors import MXNetError, check_failed, mxnet_error

V1_MAGIC, V2_MAGIC, V3_MAGIC = 0xF993FAC8, 0xF993FAC9, 0xF993FACA
MAX_NDIM = 32
#: Device codes; what was on a CPU is written with its number, 0 to begin with.
CPU, GPU = 1, 2
INVALID = "Invalid NDArray file format"
#: NumPy has no bfloat16; this is how MXNet hands it to NumPy, the upper half of a float32.
BFLOAT16 = np.dtype([("bfloat16", "<u2")])

# MXNet's type flags.
DTYPES = {
    0: np.dtype("float32"),
    1: np.dtype("float64"),
    2: np.dtype("float16"),
    3: np.dtype("uint8"),
    4: np.dtype("int32"),
    5: np.dtype("int8"),
    6: np.dtype("int64"),
    7: np.dtype("bool"),
    12: BFLOAT16,
}
FLAGS = {dtype: flag for flag, dtype in DTYPES.items()}
_INDEX_FLAGS = (4, 6)
_DENSE, _ROW_SPARSE, _CSR = 0, 1, 2


class Sparse(NamedTuple):
    """The parts of a sparse array.

    ``indices`` are the numbers of the rows that ``data`` holds, or with ``indptr`` (a CSR matrix)
    the columns of the values, those of row i from ``indptr[i]`` to ``indptr[i + 1]``.
    """

    shape: tuple[int, ...]
    data: np.ndarray
    indices: np.ndarray
    indptr: np.ndarray | None = None


class Record(NamedTuple):
    """An array in a file, None for one without shape, and its device: MXNet's code, number."""

    value: np.ndarray | Sparse | None
    device: tuple[int, int] = (CPU, 0)


class Reader:
    """Read numbers off bytes; MXNetError, naming ``source``, when they end too early."""

    def __init__(self, data: bytes, source: str, short: str = "") -> None:
        self.data = memoryview(data)
        self.source = source
        self.at = 0
        self.short = short
        self.check = "fi->Read(data)"

    def left(self) -> int:
        """Return the number of bytes not read yet."""
        return len(self.data) - self.at

    def take(self, size: int, what: str) -> memoryview:
        """Return the next ``size`` bytes."""
        if size > self.left():
            raise self.damaged(f"{what} needs {size} bytes and {self.left()} are left", self.short)
        part = self.data[self.at : self.at + size]
        self.at += size
        return part

    def numbers(self, form: str, what: str) -> tuple[int, ...]:
        """Return the next numbers, of a ``struct`` format."""
        form = "<" + form
        return struct.unpack(form, self.take(struct.calcsize(form), what))

    def number(self, form: str, what: str) -> int:
        """Return the next number."""
        return self.numbers(form, what)[0]

    def damaged(self, what: str, line: str = "") -> MXNetError:
        """Build the error for a file that is wrong; ``line`` is MXNet's, if not the usual one."""
        hint = f"{self.source} is damaged: {what}"
        return mxnet_error(line, hint) if line else check_failed(self.check, INVALID, hint)


def dump_array(value: np.ndarray | Sparse, np_shape: bool = False) -> bytes:
    """Return an array's record; see :func:`dump_record`."""
    return dump_record(Record(value), np_shape)


def dump_record(record: Record, np_shape: bool) -> bytes:
    """Return a record's bytes, as MXNet pickles them too."""
    return b"".join(record_parts(record, np_shape))


def record_parts(record: Record, np_shape: bool) -> Iterator[bytes | memoryview]:
    """Yield a record's bytes in parts; V3 with ``np_shape``, else V2."""
    value = record.value
    if isinstance(value, Sparse):
        yield from _sparse_parts(value, record.device, np_shape)
        return
    if value is None:
        raise mxnet_error("Unknown storage type-1", "an array without shape cannot be saved")
    if not np_shape and value.ndim == 0:
        raise MXNetError("MXNetError: a .params file without np shapes cannot hold the shape ()")
    yield struct.pack("<Ii", V3_MAGIC if np_shape else V2_MAGIC, _DENSE)
    yield _shape(value.shape)
    yield struct.pack("<iii", *record.device, _flag(value.dtype))
    yield _bytes(value)


def _sparse_parts(
    value: Sparse, device: tuple[int, int], np_shape: bool
) -> Iterator[bytes | memoryview]:
    kind = _ROW_SPARSE if value.indptr is None else _CSR
    if np_shape:
        raise check_failed(
            f"storage_type() == kDefaultStorage ({kind} vs. 0) ",
            "only allow serializing ndarray of default storage type in np shape semantics",
        )
    index_arrays = [value.indices] if value.indptr is None else [value.indptr, value.indices]
    yield struct.pack("<Ii", V2_MAGIC, kind)
    yield _shape(value.data.shape)
    yield _shape(value.shape)
    yield struct.pack("<iii", *device, _flag(value.data.dtype))
    for each in index_arrays:
        yield struct.pack("<i", _flag(each.dtype)) + _shape(each.shape)
    yield _bytes(value.data)
    for each in index_arrays:
        yield _bytes(each)


def _shape(shape: tuple[int, ...]) -> bytes:
    return struct.pack(f"<i{len(shape)}q", len(shape), *shape)


def _flag(dtype: np.dtype) -> int:
    flag = FLAGS.get(dtype.newbyteorder("="))
    if flag is None:
        raise MXNetError(f"MXNetError: arrays of {dtype} have no type flag in .params files")
    return flag


def _bytes(value: np.ndarray) -> memoryview:
    """Return an array's values, little-endian, in C order; a view where it lies so already."""
    little = value.astype(value.dtype.newbyteorder("<"), order="C", copy=False)
    return little.reshape(-1).view(np.uint8).data


def load_array(data: bytes, source: str = "the array") -> np.ndarray | Sparse | None:
    """Return the array of one record; see :func:`load_record`."""
    return load_record(data, source).value


def load_record(data: bytes, source: str) -> Record:
    """Read one record, of whatever version; MXNetError if it is not one, whole."""
    reader = Reader(data, source)
    record = read_record(reader, None)
    if reader.left():
        raise reader.damaged(f"{reader.left()} bytes follow the array")
    return record


def read_record(reader: Reader, np_shape: bool | None) -> Record:
    """Read a record; the version must fit ``np_shape`` unless that is None."""
    magic = reader.number("I", "an array's magic word")
    is_np = magic == V3_MAGIC
    if np_shape is not None and is_np != np_shape:
        raise _wrong_semantics(is_np, reader.source)
    if magic not in (V2_MAGIC, V3_MAGIC):
        shape = _read_old_shape(reader, magic)
        return _read_dense(reader, shape) if shape else Record(None)
    storage = reader.number("i", "an array's storage type")
    if storage in (_ROW_SPARSE, _CSR) and not is_np:
        return _read_sparse(reader, storage == _CSR)
    if storage != _DENSE:
        raise reader.damaged(
            f"an array of storage type {storage}", f"Unknown storage type{storage}"
        )
    ndim = reader.number("i", "an array's number of dimensions")
    if ndim == (-1 if is_np else 0):
        return Record(None)
    shape = _read_dims(reader, ndim, "q")
    return _read_dense(reader, shape)


def _read_old_shape(reader: Reader, magic: int) -> tuple[int, ...]:
    """Read the shape of a V1 record, or of one from before magic words (then it is the ndim)."""
    if magic == V1_MAGIC:
        return _read_dims(reader, reader.number("i", "an array's number of dimensions"), "q")
    return _read_dims(reader, magic, "I")


def _read_shape(reader: Reader) -> tuple[int, ...]:
    return _read_dims(reader, reader.number("i", "an array's number of dimensions"), "q")


def _read_dims(reader: Reader, ndim: int, form: str) -> tuple[int, ...]:
    if not 0 <= ndim <= MAX_NDIM:
        raise reader.damaged(f"an array of {ndim} dimensions")
    shape = reader.numbers(f"{ndim}{form}", "a shape")
    if any(dim < 0 for dim in shape):
        first = next(dim for dim in shape if dim < 0)
        raise reader.damaged(
            f"the shape {shape}",
            "Check failed: dim_size_is_known(*it): Shape dim size cannot be a negative value "
            f"{first}",
        )
    if math.prod(max(dim, 1) for dim in shape) >= 2**60:
        raise reader.damaged(f"the shape {shape} of an array that no memory holds")
    return shape


def _read_dense(reader: Reader, shape: tuple[int, ...]) -> Record:
    device = reader.numbers("ii", "an array's device")
    dtype = _read_dtype(reader)
    return Record(_read_values(reader, shape, dtype), device)


def _read_dtype(reader: Reader) -> np.dtype:
    flag = reader.number("i", "an array's type flag")
    if flag not in DTYPES:
        raise reader.damaged(f"an array of type {flag}", f"Unknown type enum {flag}")
    return DTYPES[flag]


def _read_values(reader: Reader, shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
    size = math.prod(shape) * dtype.itemsize
    data = reader.take(size, f"an array of shape {shape} and type {dtype}")
    if dtype.kind == "b":
        # Other bytes than 0 and 1 would be neither true nor false to NumPy.
        return np.frombuffer(data, np.uint8).astype(bool).reshape(shape)
    return np.frombuffer(data, dtype.newbyteorder("<")).astype(dtype).reshape(shape)


def _read_sparse(reader: Reader, is_csr: bool) -> Record:
    stored, shape = _read_shape(reader), _read_shape(reader)
    device = reader.numbers("ii", "an array's device")
    dtype = _read_dtype(reader)
    kinds = [_read_index_kind(reader) for _ in range(1 + is_csr)]
    data = _read_values(reader, stored, dtype)
    index_arrays = [_read_values(reader, size, kind) for kind, size in kinds]
    value = Sparse(shape, data, index_arrays[-1], index_arrays[0] if is_csr else None)
    fault = (_csr_fault if is_csr else _row_sparse_fault)(value)
    if fault:
        raise reader.damaged(f"a sparse array of shape {shape} {fault}")
    return Record(value, device)


def _read_index_kind(reader: Reader) -> tuple[np.dtype, tuple[int, ...]]:
    flag = reader.number("i", "the type flag of a sparse array's indices")
    if flag not in _INDEX_FLAGS:
        raise reader.damaged(f"indices of type {flag}")
    return DTYPES[flag], _read_shape(reader)


def _row_sparse_fault(value: Sparse) -> str:
    """Tell what in a row sparse array contradicts the rest, if anything does."""
    rows = value.indices
    if not value.shape or value.data.shape[1:] != value.shape[1:]:
        return f"holds rows of shape {value.data.shape[1:]}"
    if rows.shape != value.data.shape[:1]:
        return f"holds {value.data.shape[0]} rows and {rows.shape} row numbers"
    return "" if _within(rows, value.shape[0]) else "has a row number that is out of range"


def _csr_fault(value: Sparse) -> str:
    starts, columns, stored = value.indptr, value.indices, value.data.shape
    if len(value.shape) != 2:
        return "is said to be a CSR matrix"
    if len(stored) != 1 or columns.shape != stored:
        return f"holds values of shape {stored} and {columns.shape} column numbers"
    if starts.shape != (value.shape[0] + 1,):
        return f"has {starts.shape} row starts"
    if starts[0] != 0 or starts[-1] != stored[0] or np.any(starts[1:] < starts[:-1]):
        return f"has row starts that do not lead from 0 to {stored[0]}"
    return "" if _within(columns, value.shape[1]) else "has a column number that is out of range"


def _within(numbers: np.ndarray, extent: int) -> bool:
    return numbers.size == 0 or bool(numbers.min() >= 0 and numbers.max() < extent)


def _wrong_semantics(saved_as_np: bool, source: str) -> MXNetError:
    if saved_as_np:
        return check_failed(
            "Imperative: :Get()->is_np_shape()",
            "ndarray was saved in np shape semantics, must be loaded in the same semantics. Please "
            "turn on np shape semantics in Python using `with np_shape(True)` or decorator "
            "`use_np_shape` to scope the code of loading the ndarray.",
            source,
        )
    return check_failed(
        "Imperative: :Get()->is_np_shape() == GlobalOn || !Imperative::Get()->is_np_shape()",
        "ndarray was not saved in np shape semantics, but being loaded in np shape semantics. "
        "Please turn off np shape semantics in Python using `with np_shape(False)` to scope the "
        "code of loading the ndarray.",
        source,
    )
