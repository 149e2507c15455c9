"""How many pixels an image file declares, and whether its bytes can hold them.

A few bytes may declare billions of pixels. OpenCV takes memory for what is declared before it looks
whether anything follows, so files that cannot hold what they declare are refused first. The bounds
are those of the compressions: what deflate, Huffman codes and run lengths can at best leave.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

from .._core.errors import mxnet_error

PNG = b"\x89PNG\r\n\x1a\n"
#: Files that declare fewer pixels than this are left to OpenCV; it can be no more than 50 MB.
PLENTY = 1 << 24
#: Deflate leaves at least one byte of 1,032.
DEFLATE = 1032
#: A block of 8 x 8 takes at least one bit, in a progressive file, and a channel is a block.
JPEG_PIXELS_PER_BYTE = 8 * 64
#: What no other format exceeds in an honest picture, but WebP where it is of one colour.
OTHER_PIXELS_PER_BYTE = 1 << 14
WEBP_PIXELS_PER_BYTE = 1 << 16

Size = tuple[int, int, float]


def refuse_bomb(data: bytes) -> None:
    """Raise MXNetError when an image file declares more pixels or bytes than it can hold."""
    if data.startswith(PNG):
        _refuse_long_chunks(data)
    size = declared(data)
    if size is None:
        return
    width, height, per_byte = size
    if width * height > max(PLENTY, per_byte * len(data)):
        raise mxnet_error(
            "Check failed: !res.empty(): Decoding failed. Invalid image file.",
            f"{len(data)} bytes cannot hold the {width} x {height} pixels that they declare",
        )


def _refuse_long_chunks(data: bytes) -> None:
    """Raise MXNetError for a PNG file with a chunk that is longer than the file.

    No decoder takes such a file, but OpenCV's newer one makes room for the chunk first.
    """
    at = len(PNG)
    while at + 8 <= len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        left = len(data) - at - 8
        if size > left:
            raise mxnet_error(
                "Check failed: !dst.empty(): Decoding failed. Invalid image file.",
                f"a chunk of {size} bytes at byte {at}, behind which {left} bytes are left",
            )
        if name == b"IEND":
            return
        at += 12 + size


def declared(data: bytes) -> Size | None:
    """Return width, height and the most pixels a byte can hold; None for formats not known here."""
    for magic, read in _READERS:
        if data.startswith(magic):
            try:
                return read(data)
            except (struct.error, IndexError, ValueError):
                return None  # cut off in its head: no memory is taken for it
    return None


def _png(data: bytes) -> Size:
    width, height, depth, kind = struct.unpack_from(">IIBB", data, 16)
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}.get(kind, 1)
    return width, height, DEFLATE * 8 / max(1, depth * channels)


def _jpeg(data: bytes) -> Size | None:
    """Take the largest frame that a marker announces: decoders differ in which one they believe."""
    frames = [(w * h, w, h) for w, h in _jpeg_frames(data)]
    if not frames:
        return None
    _, width, height = max(frames)
    return width, height, JPEG_PIXELS_PER_BYTE


def _jpeg_frames(data: bytes) -> Iterator[tuple[int, int]]:
    at = 2
    while (at := data.find(b"\xff", at)) >= 0 and at + 9 <= len(data):
        marker = data[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", data, at + 5)
            yield width, height
        if marker == 0xDA:  # the picture itself begins
            return
        at += 1 if marker in (0x00, 0xFF) else 2
        if 0xC0 <= marker <= 0xFE and marker not in range(0xD0, 0xDA):
            at += max(0, struct.unpack_from(">H", data, at)[0])


def _bmp(data: bytes) -> Size:
    if struct.unpack_from("<I", data, 14)[0] == 12:
        width, height = struct.unpack_from("<HH", data, 18)
    else:
        width, height = struct.unpack_from("<ii", data, 18)
    return abs(width), abs(height), OTHER_PIXELS_PER_BYTE


def _gif(data: bytes) -> Size:
    width, height = struct.unpack_from("<HH", data, 6)
    return width, height, OTHER_PIXELS_PER_BYTE


def _tiff(data: bytes) -> Size:
    order = "<" if data[:2] == b"II" else ">"
    (at,) = struct.unpack_from(order + "I", data, 4)
    (count,) = struct.unpack_from(order + "H", data, at)
    found = {256: 0, 257: 0}
    for number in range(min(count, 4096)):
        tag, kind = struct.unpack_from(order + "HH", data, at + 2 + 12 * number)
        if tag in found:
            code = "H" if kind == 3 else "I"
            (found[tag],) = struct.unpack_from(order + code, data, at + 10 + 12 * number)
    return found[256], found[257], OTHER_PIXELS_PER_BYTE


def _netpbm(data: bytes) -> Size:
    words = b" ".join(line.split(b"#")[0] for line in data[:512].split(b"\n")).split()
    return int(words[1]), int(words[2]), 8


def _sun(data: bytes) -> Size:
    width, height = struct.unpack_from(">II", data, 4)
    return width, height, OTHER_PIXELS_PER_BYTE


def _webp(data: bytes) -> Size | None:
    kind = data[12:16]
    if kind == b"VP8 ":
        width, height = (edge & 0x3FFF for edge in struct.unpack_from("<HH", data, 26))
    elif kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif kind == b"VP8X":
        width, height = (1 + int.from_bytes(data[at : at + 3], "little") for at in (24, 27))
    else:
        return None
    return width, height, WEBP_PIXELS_PER_BYTE


_READERS: list[tuple[bytes, Callable[[bytes], Size | None]]] = [
    (PNG, _png),
    (b"\xff\xd8", _jpeg),
    (b"BM", _bmp),
    (b"GIF8", _gif),
    (b"II*\0", _tiff),
    (b"MM\0*", _tiff),
    (b"P4", _netpbm),
    (b"P5", _netpbm),
    (b"P6", _netpbm),
    (b"RIFF", _webp),
    (b"\x59\xa6\x6a\x95", _sun),
]
