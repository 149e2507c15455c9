"""Batches from CSV files."""

from __future__ import annotations

import numpy as np

from .._core.errors import check_failed, shape_text
from .._core.params import REQUIRED, Shape, Text
from ..ndarray import array
from ._declare import BATCH, PREFETCHER, Parameter, iterator
from ._lines import Blocks, files, part_of
from ._numbers import floats, integers
from ._source import ArrayRounds

_DTYPES = {None: "float32", "float32": "float32", "int32": "int32", "int64": "int64"}
CSV = {
    "data_csv": Parameter(Text(), REQUIRED, "A file, a folder of them, or several behind `;`."),
    "data_shape": Parameter(Shape(), REQUIRED, "Shape that each line takes."),
    "label_csv": Parameter(
        Text(), "NULL", "The same for labels, a line for each; NULL for labels of 0."
    ),
    "label_shape": Parameter(Shape(), (1,), "Shape of a label."),
}


def fields(buffer, dtype):
    """Return the numbers in lines of comma-separated fields, and how many each line has.

    Empty lines are none. A field that does not begin with a number is passed over, and so is what
    follows a number in its field.
    """
    ends = (buffer == 10) | (buffer == 13)
    breaks = np.flatnonzero(ends | (buffer == 44))
    starts = np.concatenate([[0], breaks[:-1] + 1])
    last = ends[breaks]
    line = np.concatenate([[0], np.cumsum(last)[:-1]])
    length = np.bincount(line, breaks - starts + ~last, minlength=1)
    values, stops = (floats if dtype == "float32" else integers)(buffer, starts)
    there = stops > starts
    counts = np.bincount(line[there], minlength=len(length))[length > 0]
    return values[there].astype(dtype), counts


class _Rows:
    """The lines of a CSV file, as arrays of one shape."""

    def __init__(self, uri, shape, dtype):
        self.shape, self.dtype = shape, dtype
        self.size = int(np.prod(shape, dtype=np.int64))
        self.blocks = Blocks(
            part_of(files(uri), 0, 1),
            self.parse,
            np.zeros((0, *shape), dtype),
            len,
            lambda rows, start, stop: rows[start:stop],
            np.concatenate,
        )

    def parse(self, buffer):
        """Return a piece's lines; raises MXNetError for one with too few or too many numbers."""
        values, counts = fields(buffer, self.dtype)
        wrong = counts != self.size
        if wrong.any():
            got = counts[wrong.argmax()]
            raise check_failed(
                f"row.length == shape.Size() ({got} vs. {self.size}) ",
                "The data size in CSV do not match size of shape: "
                f"specified shape={shape_text(self.shape)}, the csv row-length={got}",
            )
        return values.reshape(-1, *self.shape)


@iterator("CSVIter", PREFETCHER, BATCH, CSV)
class CSVSource(ArrayRounds):
    """Give batches of the lines of CSV files.

    Numbers are read as float32, or as int32 or int64 by ``dtype``; lines must have as many as
    ``data_shape`` asks for. Reset after a whole round.

    >>> it = mx.io.CSVIter(data_csv="data.csv", data_shape=(3,), batch_size=2)
    """

    def __init__(
        self,
        batch_size,
        round_batch,
        data_csv,
        data_shape,
        label_csv,
        label_shape,
        dtype,
        **_,
    ):
        super().__init__(batch_size, round_batch)
        if dtype not in _DTYPES:
            raise check_failed("false", f"{dtype} is not supported for CSVIter")
        dtype = _DTYPES[dtype]
        self._data = _Rows(data_csv, data_shape, dtype).blocks
        self._labels = None
        if label_csv != "NULL":
            self._labels = _Rows(label_csv, label_shape, dtype).blocks

    def take(self, count):
        """Return up to ``count`` next lines."""
        first = self._data.taken
        rows = self._data.take(count)
        if self._labels is None:
            # mxnet: whatever label_shape says (io/test_csv_iter.py::test_no_labels)
            labels = np.zeros((len(rows), 1), rows.dtype)
        else:
            labels = self._labels.take(len(rows))
            if len(labels) < len(rows):
                raise check_failed(
                    "label_parser_->Next()",
                    "Data CSV's row is smaller than the number of rows in label_csv",
                    "there are more lines of data than of labels",
                )
        return rows, labels, np.arange(first, first + len(rows))

    def start(self):
        """Go back to the first line."""
        self._data.start()
        if self._labels is not None:
            self._labels.start()

    def data(self):
        """Return the batch's data."""
        rows = self.rows[0]
        return array(rows, dtype=rows.dtype)

    def label(self):
        """Return the batch's labels; those of one number without an axis for it."""
        labels = self.rows[1]
        if labels.shape[1:] == (1,):
            labels = labels[:, 0]
        return array(labels, dtype=labels.dtype)

    def close(self):
        """Give the files back."""
        self._data.close()
        if self._labels is not None:
            self._labels.close()
