"""A baseline JPEG encoder in whole numbers: the same bytes on every machine, without a library.

Colour is not subsampled, so that decoders have no interpolation to differ in.
"""

from __future__ import annotations

import struct

import numpy

_ZIGZAG = sorted(
    range(64),
    key=lambda n: (n // 8 + n % 8, n % 8 if (n // 8 + n % 8) % 2 == 0 else n // 8),
)
"""Where in an 8 x 8 block each coefficient of the file stands: by diagonals, to and fro."""

_LUMA = """
    16 11 10 16 24 40 51 61 12 12 14 19 26 58 60 55 14 13 16 24 40 57 69 56 14 17 22 29 51 87 80 62
    18 22 37 56 68 109 103 77 24 35 55 64 81 104 113 92 49 64 78 87 103 121 120 101
    72 92 95 98 112 100 103 99
"""
"""The standard's example table of quantisation, in rows; used for all components."""

# The standard's example codes: how many symbols have 1, 2, ... 16 bits, and the symbols.
_DC = "00010501010101010100000000000000", "000102030405060708090a0b"
_AC = (
    "0002010303020403050504040000017d",
    "01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a2526"
    "2728292a3435363738393a434445464748494a535455565758595a636465666768696a737475767778797a838485"
    "868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6"
    "d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa",
)
_BITS = 13
_K, _N = numpy.mgrid[:8, :8]
_COSINES = numpy.cos((2 * _N + 1) * _K * numpy.pi / 16) * numpy.where(_K, 0.5, 0.125**0.5)
_COSINES = numpy.rint(_COSINES * (1 << _BITS)).astype("int64")


def encode(pixels, quality=90):
    """Encode uint8 pixels ``(height, width, 3)`` as JPEG; ``quality`` from 50 to 100."""
    height, width = pixels.shape[:2]
    table = numpy.array(_LUMA.split(), dtype="int64")
    table = numpy.clip((table * (200 - 2 * quality) + 50) // 100, 1, 255)
    scan = _entropy(_quantised(_blocks(pixels), table))
    components = b"".join(bytes([number, 0x11, 0]) for number in (1, 2, 3))
    segments = [
        (0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"),
        (0xDB, b"\0" + bytes(table[_ZIGZAG].tolist())),
        (0xC0, struct.pack(">BHHB", 8, height, width, 3) + components),
        (0xC4, b"\0" + bytes.fromhex("".join(_DC))),
        (0xC4, b"\x10" + bytes.fromhex("".join(_AC))),
        (0xDA, b"\3\1\0\2\0\3\0\0\x3f\0"),
    ]  # fmt: skip
    head = b"".join(
        b"\xff" + bytes([kind]) + struct.pack(">H", len(body) + 2) + body for kind, body in segments
    )
    return b"\xff\xd8" + head + scan + b"\xff\xd9"


def _blocks(pixels):
    """Return luma and chroma of the picture's blocks, ``(blocks, 3, 8, 8)`` around zero."""
    height, width = pixels.shape[:2]
    padded = numpy.pad(pixels, ((0, -height % 8), (0, -width % 8), (0, 0)), mode="edge")
    red, green, blue = numpy.moveaxis(padded.astype("int64"), 2, 0)
    planes = numpy.stack(
        [
            (19595 * red + 38470 * green + 7471 * blue + 32768 >> 16) - 128,
            -11059 * red - 21709 * green + 32768 * blue + 32768 >> 16,
            32768 * red - 27439 * green - 5329 * blue + 32768 >> 16,
        ]
    )
    rows, columns = planes.shape[1] // 8, planes.shape[2] // 8
    return planes.reshape(3, rows, 8, columns, 8).transpose(1, 3, 0, 2, 4).reshape(-1, 3, 8, 8)


def _quantised(blocks, table):
    """Return the coefficients in the order of the file, ``(blocks, 3, 64)``."""
    waves = _COSINES @ blocks @ _COSINES.T
    steps = table.reshape(8, 8) << 2 * _BITS
    rounded = numpy.sign(waves) * ((numpy.abs(waves) + steps // 2) // steps)
    return rounded.reshape(len(blocks), 3, 64)[:, :, _ZIGZAG]


def _codes(counts, symbols):
    """Return code and length of each symbol as arrays of 256, from a table of the standard."""
    code, place, codes, lengths = 0, 0, numpy.zeros(256, "int64"), numpy.zeros(256, "int64")
    symbols = bytes.fromhex(symbols)
    for length, count in enumerate(bytes.fromhex(counts), 1):
        for symbol in symbols[place : place + count]:
            codes[symbol], lengths[symbol] = code, length
            code += 1
        place += count
        code <<= 1
    return codes, lengths


def _sizes(values):
    """Return for each value how many bits it takes behind its code, and these bits."""
    sizes = sum((numpy.abs(values) >> bit > 0).astype("int64") for bit in range(12))
    return sizes, numpy.where(values < 0, values + (1 << sizes) - 1, values)


def _entropy(coefficients):
    """Return the scan: the coefficients in Huffman codes, whole bytes, 0xff marked."""
    first = numpy.diff(coefficients[:, :, 0], axis=0, prepend=0).ravel()
    flat = coefficients.reshape(-1, 64).copy()
    flat[:, 0] = 0
    sizes, bits = _sizes(first)
    codes, lengths = _codes(*_DC)
    # A field is one code with the bits behind it; its place orders it within the file.
    fields = [(numpy.arange(len(flat)) * 256, codes[sizes] << sizes | bits, lengths[sizes] + sizes)]
    codes, lengths = _codes(*_AC)
    block, place = numpy.nonzero(flat)
    same = numpy.diff(block, prepend=-1) == 0
    run = place - numpy.where(same, numpy.concatenate([[0], place[:-1]]), 0) - 1
    sizes, bits = _sizes(flat[block, place])
    symbol = (run % 16) << 4 | sizes
    spot = block * 256 + 4 * place
    fields.append((spot, codes[symbol] << sizes | bits, lengths[symbol] + sizes))
    special = [(spot[run >= 16 * zeros] - zeros, 0xF0) for zeros in (1, 2, 3)]  # sixteen zeros each
    special.append((numpy.flatnonzero(flat[:, 63] == 0) * 256 + 255, 0))  # zeros to the end
    for spots, symbol in special:
        ones = numpy.ones_like(spots)
        fields.append((spots, ones * codes[symbol], ones * lengths[symbol]))
    spots, values, widths = (numpy.concatenate(each) for each in zip(*fields))
    order = numpy.argsort(spots, kind="stable")
    return _packed(values[order], widths[order])


def _packed(values, widths):
    ends = numpy.cumsum(widths)
    shift = numpy.repeat(ends, widths) - 1 - numpy.arange(ends[-1])
    bits = (numpy.repeat(values, widths) >> shift & 1).astype("uint8")
    filled = numpy.concatenate([bits, numpy.ones(-len(bits) % 8, "uint8")])
    return numpy.packbits(filled).tobytes().replace(b"\xff", b"\xff\0")
