"""Sources of batches: what stands behind an :class:`MXDataIter`."""

from __future__ import annotations

import numpy as np

from .._core.errors import check_failed, mxnet_error

_C_NAMES = {
    "float64": "double",
    "float16": "half",
    "uint8": "unsigned char",
    "int8": "signed char",
    "int32": "int",
    "int64": "long",
}


def check_float32(name, dtype):
    """Raise MXNetError, in MXNet's words, unless ``dtype`` is None or float32."""
    if dtype not in (None, "float32"):
        raise check_failed(
            "mshadow::DataType<DType>::kFlag == type_flag_",
            "TBlob.get_with_shape: data type do not match specified type."
            f"Expected: {_C_NAMES.get(dtype, dtype)} v.s. given float",
            f"{name} gives float32, not {dtype}",
        )


class Source:
    """A source of batches.

    ``next`` makes the next batch and tells whether there is one; ``before_first`` goes back.
    """

    def next(self):
        """Make the next batch; False behind the last one."""
        raise NotImplementedError

    def before_first(self):
        """Go back to the beginning."""
        raise NotImplementedError

    def data(self):
        """Return the batch's data as an array."""
        raise NotImplementedError

    def label(self):
        """Return the batch's labels as an array."""
        raise NotImplementedError

    def index(self):
        """Return the numbers of the batch's examples as uint64, or None."""
        return None

    def pad(self):
        """Return how many examples at the end only fill the batch up."""
        return 0

    def close(self):
        """Give files back; again is no error."""


class Rounds(Source):
    """A source over rows, which makes whole batches of them at the end too.

    With ``round_batch`` the last batch is filled from the beginning and the next round starts
    behind that; without, it keeps what the batch before had in those places (zeros before the
    first).

    A subclass has ``take(count)``: up to that many next rows, joined; ``start()``: back to the
    first row; ``join(parts)``; ``length(rows)``; ``part(rows, start)``, and ``blank(rows, count)``.
    """

    where, what, than = "base_->Next()", "", ""

    def __init__(self, batch_size, round_batch):
        if batch_size < 1:
            raise mxnet_error(
                f"value {batch_size} for Parameter batch_size should be greater equal to 1",
                "a batch holds one example at least",
            )
        self.batch_size = batch_size
        self.round_batch = round_batch
        self.rows = None
        self._filled = 0
        self._padded = 0

    def before_first(self):
        """Start a new round; rows that already filled a batch up are not given again."""
        if not (self.round_batch and self._filled):
            self.start()
        self._filled = 0

    def next(self):
        """Make the next batch; False behind the last one."""
        self._padded = 0
        if self._filled:
            return False
        rows = self.take(self.batch_size)
        missing = self.batch_size - self.length(rows)
        if missing == self.batch_size:
            return False
        if missing:
            rows = self.join([rows, self._filling(rows, missing)])
            self._padded = missing
        self.rows = rows
        return True

    def _filling(self, rows, missing):
        if not self.round_batch:
            # mxnet: what the batch before had there (io/test_csv_iter.py::test_no_rounds)
            before = self.rows
            if before is None:
                return self.blank(rows, missing)
            return self.part(before, self.batch_size - missing)
        self.start()
        more = self.take(missing)
        if self.length(more) < missing:
            raise check_failed(
                self.where,
                f"number of input{self.what} must be bigger than {self.than}batch size",
            )
        self._filled = missing
        return more

    def pad(self):
        """Return how many examples at the end only fill the batch up."""
        return self._padded


class ArrayRounds(Rounds):
    """Rows that are tuples of dense arrays: data, labels, numbers of the examples."""

    def join(self, parts):
        """Put rows one behind the other."""
        return tuple(np.concatenate(each) for each in zip(*parts))

    def length(self, rows):
        """Return the number of rows."""
        return len(rows[0])

    def part(self, rows, start):
        """Return the rows from a position on."""
        return tuple(each[start:] for each in rows)

    def blank(self, rows, count):
        """Return rows of zeros."""
        return tuple(np.zeros((count, *each.shape[1:]), each.dtype) for each in rows)

    def index(self):
        """Return the numbers of the batch's examples."""
        return self.rows[2].astype(np.uint64)
