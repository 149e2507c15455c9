"""RecordIO files and the image records in them."""

from __future__ import annotations

import ctypes
import numbers
import os
import struct
from collections import namedtuple

import numpy as np

from ._core.missing import module_getattr
from ._formats import recordio as _files

_IR_FORMAT = "IfQQ"
_IR_SIZE = struct.calcsize(_IR_FORMAT)


class MXRecordIO:
    """Read (``flag`` "r") or write ("w") the records of a file, one after the other.

    Writing starts a new file. A process that was forked must not go on with its parent's reader:
    RuntimeError, until ``reset``. Pickling closes the file, also this side's; the copy opens it
    again at its start.

    >>> record = mx.recordio.MXRecordIO("tmp.rec", "w")
    >>> record.write(b"first")
    >>> record.close()
    >>> mx.recordio.MXRecordIO("tmp.rec", "r").read()
    b'first'
    """

    is_open = False

    def __init__(self, uri, flag):
        if not isinstance(uri, str):
            raise AttributeError(f"'{type(uri).__name__}' object has no attribute 'encode'")
        self.uri = uri
        self.handle = None
        self.flag = flag
        self.pid = None
        self.open()

    def open(self):
        """Open the file, at its start; a file opened for writing loses what it held."""
        if self.flag not in ("r", "w"):
            raise ValueError(f"Invalid flag {self.flag}")
        self.writable = self.flag == "w"
        self.handle = (_files.Writer if self.writable else _files.Reader)(self.uri)
        self.pid = os.getpid()
        self.is_open = True

    def __del__(self):
        self.close()

    def __getstate__(self):
        # mxnet: the one that is pickled is closed by it (io/test_recordio.py::test_pickle)
        is_open = self.is_open
        self.close()
        state = dict(self.__dict__, is_open=is_open)
        del state["handle"]
        return state

    def __setstate__(self, d):
        self.__dict__.update(d, handle=None, is_open=False)
        if d["is_open"]:
            self.open()

    def _check_pid(self, allow_reset=False):
        """Refuse to go on in another process than the one that opened, or open anew there."""
        if self.pid == os.getpid():
            return
        if not allow_reset:
            raise RuntimeError("Forbidden operation in multiple processes")
        self.reset()

    def close(self):
        """Close the file; again is no error."""
        if self.is_open:
            self.handle.close()
            self.is_open = False
            self.pid = None

    def reset(self):
        """Go back to the first record; a file opened for writing is emptied."""
        self.close()
        self.open()

    def write(self, buf):
        """Append a record of bytes."""
        assert self.writable
        self._check_pid()
        if not isinstance(buf, bytes):
            ctypes.c_char_p(buf)  # words the refusal
            len(buf)
        self.handle.write(buf)

    def read(self):
        """Return the next record, None at the end; MXNetError where the file is damaged."""
        assert not self.writable
        self._check_pid()
        return self.handle.read()


class MXIndexedRecordIO(MXRecordIO):
    """Read or write records by key: ``idx_path`` holds a line "key tab position" for each.

    ``key_type`` makes keys from text. ``keys`` lists them in order, ``idx`` maps them to positions.
    """

    def __init__(self, idx_path, uri, flag, key_type=int):
        self.idx_path = idx_path
        self.idx = {}
        self.keys = []
        self.key_type = key_type
        self.fidx = None
        super().__init__(uri, flag)

    def open(self):
        """Open both files and read the index; ValueError names a line that is wrong."""
        super().open()
        self.idx, self.keys = {}, []
        self.fidx = open(self.idx_path, self.flag, encoding="utf-8")  # noqa: SIM115
        if not self.writable:
            pairs = _files.read_index(self.fidx, str(self.idx_path), self.key_type)
            self.idx, self.keys = dict(pairs), [key for key, _ in pairs]

    def close(self):
        """Close both files; again is no error."""
        if self.is_open:
            super().close()
            if self.fidx is not None:
                self.fidx.close()

    def __getstate__(self):
        return dict(super().__getstate__(), fidx=None)

    def seek(self, idx):
        """Make the record with key ``idx`` the next to be read; KeyError if there is none.

        A forked process may: it opens the files for itself.
        """
        assert not self.writable
        self._check_pid(allow_reset=True)
        self.handle.seek(self.idx[idx])

    def tell(self):
        """Return the position where the next record will be written."""
        assert self.writable
        self._check_pid()
        return self.handle.tell()

    def read_idx(self, idx):
        """Return the record with key ``idx``; several threads may, a loader's workers do."""
        assert not self.writable
        self._check_pid(allow_reset=True)  # a lock that the parent held would stay closed
        with self.handle.lock:
            self.seek(idx)
            return self.read()

    def write_idx(self, idx, buf):
        """Append a record and its line in the index."""
        key = self.key_type(idx)
        position = self.tell()
        self.write(buf)
        self.fidx.write(f"{key!s}\t{position}\n")
        self.idx[key] = position
        self.keys.append(key)


IRHeader = namedtuple("HEADER", ["flag", "label", "id", "id2"])
"""Head of an image record: number of labels when there are several, label(s), a number of 128 bits.

``flag`` is set by :func:`pack`; ``id2`` holds the upper half of the number.
"""


def pack(header, s):
    """Return ``s``, the bytes of an image or anything, behind an :class:`IRHeader`.

    ``header.label`` is a number, or an array or list of them; they are kept as float32.
    """
    header = IRHeader(*header)
    if isinstance(header.label, numbers.Number):
        header = header._replace(flag=0)
    else:
        labels = np.asarray(header.label, dtype=np.float32)
        header = header._replace(flag=labels.size, label=0)
        s = labels.tobytes() + s
    return struct.pack(_IR_FORMAT, *header) + s


def unpack(s):
    """Return the header and the bytes that :func:`pack` joined; several labels as an array.

    Raises ValueError for bytes that end before the header says.
    """
    if len(s) < _IR_SIZE:
        raise ValueError(
            f"a record of {len(s)} bytes is no image record, whose head takes {_IR_SIZE}"
        )
    header, rest = IRHeader(*struct.unpack(_IR_FORMAT, s[:_IR_SIZE])), s[_IR_SIZE:]
    if header.flag == 0:
        return header, rest
    if len(rest) < 4 * header.flag:
        raise ValueError(
            f"the record's head promises {header.flag} labels and {len(rest)} bytes follow\n"
            "buffer is smaller than requested size"
        )
    labels = np.frombuffer(rest, np.float32, header.flag)
    return header._replace(label=labels), rest[4 * header.flag :]


def unpack_img(s, iscolor=-1):
    """Return the header and the image (NumPy, height x width x BGR) that :func:`pack_img` joined.

    ``iscolor`` is OpenCV's: 1 colour, 0 grey, -1 as it is. None for bytes that are no image.
    """
    header, packed = unpack(s)
    return header, _opencv().imdecode(np.frombuffer(packed, dtype=np.uint8), iscolor)


def pack_img(header, img, quality=95, img_fmt=".jpg"):
    """Return an image, encoded as jpg (``quality`` to 100) or png (to 9), behind its header."""
    cv2 = _opencv()
    options = {
        ".JPG": cv2.IMWRITE_JPEG_QUALITY,
        ".JPEG": cv2.IMWRITE_JPEG_QUALITY,
        ".PNG": cv2.IMWRITE_PNG_COMPRESSION,
    }
    option = options.get(img_fmt.upper())
    done, data = cv2.imencode(img_fmt, img, None if option is None else [option, quality])
    assert done, "failed to encode image"
    return pack(header, data.tobytes())


def _find_opencv():
    """Return OpenCV, or None where it is not installed; MXNet has it under this name."""
    try:
        import cv2
    except ImportError:
        return None
    return cv2


def _opencv():
    found = _find_opencv()
    if found is None:
        raise ImportError("image records take OpenCV: pip install 'mxshim[image]'", name="cv2")
    return found


__getattr__ = module_getattr(__name__, {"cv2": _find_opencv})
