"""Batches of sparse rows from LibSVM files."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .._core.errors import check_failed, mxnet_error
from .._core.params import REQUIRED, Int, Shape, Text
from ..ndarray import array
from ..ndarray.sparse import csr_matrix
from ._declare import BATCH, PREFETCHER, Parameter, iterator
from ._lines import Blocks, files, part_of
from ._numbers import floats, integers
from ._source import Rounds, check_float32

LIBSVM = {
    "data_libsvm": Parameter(Text(), REQUIRED, "A file, a folder of them, or several behind `;`."),
    "data_shape": Parameter(Shape(), REQUIRED, "Number of columns, as a tuple of one."),
    "label_libsvm": Parameter(
        Text(), "NULL", "Files of sparse labels; NULL for the label before each row."
    ),
    "label_shape": Parameter(Shape(), (1,), "Number of columns of a sparse label."),
    "num_parts": Parameter(Int(), 1, "Parts that the files are divided into, by their size."),
    "part_index": Parameter(Int(), 0, "Part that is read."),
}
_PART_OF_NUMBER = np.zeros(256, bool)
_PART_OF_NUMBER[list(b"0123456789+-.eE")] = True
_BLANK = np.zeros(256, bool)
_BLANK[list(b" \t")] = True


class Rows(NamedTuple):
    """Sparse rows: the label of each, and its values from ``indptr[i]`` to ``indptr[i + 1]``."""

    labels: np.ndarray
    values: np.ndarray
    columns: np.ndarray
    indptr: np.ndarray

    def cut(self, start, stop):
        """Return the rows from ``start`` to ``stop``."""
        low, high = self.indptr[start], self.indptr[stop]
        return Rows(
            self.labels[start:stop],
            self.values[low:high],
            self.columns[low:high],
            self.indptr[start : stop + 1] - low,
        )

    @staticmethod
    def join(parts):
        """Put rows one behind the other."""
        counts = np.concatenate([np.diff(rows.indptr) for rows in parts])
        indptr = np.concatenate([[0], np.cumsum(counts)])
        return Rows(*(np.concatenate(each) for each in list(zip(*parts))[:3]), indptr)


EMPTY = Rows(np.zeros(0, "f4"), np.zeros(0, "f4"), np.zeros(0, "i8"), np.zeros(1, "i8"))


def parse(buffer):
    """Return the rows in lines of "label column:value ...".

    A weight behind the label, ``qid:n`` and comments from ``#`` on are passed over. Raises
    MXNetError for a column without a value and for a negative one.
    """
    ends = (buffer == 10) | (buffer == 13)
    inside = _PART_OF_NUMBER[buffer] & ~_commented(buffer, ends)
    edges = np.diff(inside.astype(np.int8), prepend=0)
    starts, stops = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    if not len(starts):
        return EMPTY
    line = np.cumsum(ends)[starts]
    values, _ = floats(buffer, starts)
    keyed = _before_colon(buffer, stops) & np.append(line[1:] == line[:-1], False)
    first = np.append(True, line[1:] != line[:-1])
    weights = np.append(False, (first & keyed)[:-1])
    asked = _after_qid(buffer, starts) & np.append(False, (first | weights)[:-1])
    feature = ~(first | weights | asked)
    places = np.flatnonzero(feature)
    keys, held = places[0::2], places[1::2]
    paired = len(keys) == len(held) and keyed[keys].all() and not keyed[held].any()
    if not paired or (held != keys + 1).any():
        raise check_failed(
            "offset.back() == value.size() || value.size() == 0",
            "",
            "a column stands without a value in a row of a LibSVM file",
        )
    columns = _columns(buffer, starts[keys])
    row = np.cumsum(first) - 1
    counts = np.bincount(row[keys], minlength=int(first.sum()))
    indptr = np.concatenate([[0], np.cumsum(counts)])
    return Rows(values[first], values[held], columns, indptr)


def _commented(buffer, ends):
    """Tell which bytes stand behind a # in their line."""
    hashes = buffer == 35
    if not hashes.any():
        return hashes
    seen = np.cumsum(hashes)
    at_start = np.maximum.accumulate(np.where(ends, seen, 0))
    return seen > at_start


def _before_colon(buffer, stops):
    """Tell behind which numbers a colon stands, blanks apart."""
    at = stops.copy()
    moving = np.flatnonzero(_BLANK[buffer[at]])
    while moving.size:
        at[moving] += 1
        moving = moving[_BLANK[buffer[at[moving]]]]
    return buffer[at] == 58


def _after_qid(buffer, starts):
    found = starts >= 4
    for back, byte in enumerate(b":diq", 1):
        found &= buffer[np.maximum(starts - back, 0)] == byte
    return found


def _columns(buffer, starts):
    columns, _ = integers(buffer, starts)
    if (columns < 0).any():
        raise check_failed(
            "sign == true (0 vs. 1) ",
            "",
            f"a column of a LibSVM file is {columns.min()}, the first one is 0",
        )
    return columns


class _File:
    """The rows of LibSVM files, as matrices of some number of columns."""

    def __init__(self, uri, width, part, parts):
        self.width = width
        spans = part_of(files(uri), part, parts)
        self.blocks = Blocks(
            spans, self.parse, EMPTY, lambda rows: len(rows.labels), Rows.cut, Rows.join
        )

    def parse(self, buffer):
        """Return a piece's rows; MXNetError for a column there is not."""
        rows = parse(buffer)
        if rows.columns.size and rows.columns.max() >= self.width:
            raise mxnet_error(
                f"Check failed: column {rows.columns.max()} of a LibSVM file is outside the shape "
                f"({self.width},); the first column is 0"
            )
        return rows

    def matrix(self, rows):
        """Return the rows as a CSR matrix."""
        return csr_matrix(
            (rows.values, rows.columns, rows.indptr), shape=(len(rows.labels), self.width)
        )


@iterator("LibSVMIter", PREFETCHER, BATCH, LIBSVM)
class LibSVMSource(Rounds):
    """Give batches of the rows of LibSVM files, as CSR matrices; columns count from 0.

    Labels are dense and stand before each row, or are rows of files of their own and sparse.
    A last batch is always filled up from the beginning. Reset after a whole round.

    >>> it = mx.io.LibSVMIter(data_libsvm="data.t", data_shape=(3,), batch_size=3)
    """

    where = "sparse_base_->Next()"

    def __init__(
        self,
        batch_size,
        round_batch,
        data_libsvm,
        data_shape,
        label_libsvm,
        label_shape,
        num_parts,
        part_index,
        dtype,
        **_,
    ):
        super().__init__(batch_size, round_batch)
        if not round_batch:
            raise mxnet_error("sparse batch loader doesn't support round_batch == false yet")
        _check_shape("data_shape", data_shape)
        if num_parts <= 0:
            raise check_failed(
                f"param_.num_parts > 0 ({num_parts} vs. 0) ", "number of parts should be positive"
            )
        sparse = label_libsvm != "NULL"
        if sparse:
            _check_shape("label_shape", label_shape)
        elif np.prod(label_shape) != 1:
            raise check_failed(
                f"param_.label_shape.Size() == 1 ({np.prod(label_shape)} vs. 1) ",
                "label_shape is expected to be (1,) when param_.label_libsvm is NULL",
            )
        self._data = _File(data_libsvm, data_shape[0], part_index, num_parts)
        self._labels = None
        if sparse:
            self._labels = _File(label_libsvm, label_shape[0], part_index, num_parts)
        check_float32("LibSVMIter", dtype)

    def take(self, count):
        """Return up to ``count`` next rows: of data, of labels, and their numbers."""
        first = self._data.blocks.taken
        rows = self._data.blocks.take(count)
        count = len(rows.labels)
        labels = EMPTY
        if self._labels is not None:
            labels = self._labels.blocks.take(count)
            if len(labels.labels) < count:
                raise check_failed(
                    "label_parser_->Next()",
                    "Data LibSVM's row is smaller than the number of rows in label_libsvm",
                    "there are more rows of data than of labels",
                )
        return rows, labels, np.arange(first, first + count)

    def start(self):
        """Go back to the first row."""
        self._data.blocks.start()
        if self._labels is not None:
            self._labels.blocks.start()

    def length(self, rows):
        """Return the number of rows."""
        return len(rows[2])

    def join(self, parts):
        """Put rows one behind the other."""
        data, labels, numbers = zip(*parts)
        return Rows.join(data), Rows.join(labels), np.concatenate(numbers)

    def data(self):
        """Return the batch's rows as a CSR matrix."""
        return self._data.matrix(self.rows[0])

    def label(self):
        """Return the batch's labels: an array, or a CSR matrix."""
        if self._labels is None:
            return array(self.rows[0].labels)
        return self._labels.matrix(self.rows[1])

    def index(self):
        """Return the numbers of the batch's rows in this part."""
        return self.rows[2].astype(np.uint64)

    def close(self):
        """Give the files back."""
        for file in (self._data, self._labels):
            if file is not None:
                file.blocks.close()


def _check_shape(name, shape):
    if len(shape) != 1:
        raise check_failed(
            f"param_.{name}.ndim() == 1 ({len(shape)} vs. 1) ",
            f"dimension of {name} is expected to be 1",
        )
