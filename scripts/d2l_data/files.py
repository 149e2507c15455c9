"""Archives, PNG, record and parameter files as bytes that depend on their content alone."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
import zlib

import numpy

_DAY = (1980, 1, 1, 0, 0, 0)
"""The time of every file in a zip archive: the first one the format knows."""


def archived(files, level=6):
    """Pack ``files``, a dict or pairs of name and content, into a zip archive.

    A content is bytes or, for big files, an iterable of bytes.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in dict(files).items():
            entry = zipfile.ZipInfo(name, _DAY)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry._compresslevel = level
            with archive.open(entry, "w", force_zip64=not isinstance(content, bytes)) as file:
                for part in [content] if isinstance(content, bytes) else content:
                    file.write(part)
    return out.getvalue()


def tarred(files):
    """Pack a dict of names and bytes into a tar archive."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o644
            archive.addfile(entry, io.BytesIO(content))
    return out.getvalue()


# ---- pictures without loss


def png(pixels, palette=None):
    """Encode uint8 pixels as PNG: ``(height, width, 3)``, or indices with a ``(n, 3)`` palette."""
    height, width = pixels.shape[:2]
    rows = numpy.ascontiguousarray(pixels, "uint8").reshape(height, -1)
    lines = numpy.concatenate([numpy.zeros((height, 1), "uint8"), rows], axis=1)
    colours = 2 if palette is None else 3
    parts = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, colours, 0, 0, 0))]
    if palette is not None:
        parts.append((b"PLTE", numpy.asarray(palette, "uint8").tobytes()))
    parts += [(b"IDAT", zlib.compress(lines.tobytes(), 6)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def _chunk(kind, data):
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


# ---- MXNet's own formats


def record_file(records):
    """Write pairs of label (a list of floats) and picture; return the .rec and the .idx file."""
    data, index = b"", ""
    for number, (label, picture) in enumerate(records):
        header = struct.pack("<IfQQ", len(label), 0.0, number, 0)
        body = header + struct.pack(f"<{len(label)}f", *label) + picture
        assert b"\x0a\x23\xd7\xce" not in body, "the magic word inside would cut the record"
        index += f"{number}\t{len(data)}\n"
        data += struct.pack("<II", 0xCED7230A, len(body)) + body + bytes(-len(body) % 4)
    return data, index.encode()


def parameters(arrays):
    """Yield a .params file in parts; ``arrays`` are triples of name, shape and float32 bytes.

    The bytes may come as an iterable of parts.
    """
    arrays = list(arrays)
    yield struct.pack("<QQQ", 0x112, 0, len(arrays))
    for _, shape, content in arrays:
        yield struct.pack("<IiI", 0xF993FAC9, 0, len(shape)) + struct.pack(
            f"<{len(shape)}q", *shape
        )
        yield struct.pack("<iii", 1, 0, 0)
        yield from [content] if isinstance(content, bytes) else content
    yield struct.pack("<Q", len(arrays))
    for name, _, _ in arrays:
        yield struct.pack("<Q", len(name)) + name.encode()
