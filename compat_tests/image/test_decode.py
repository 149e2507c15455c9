"""Reading and decoding image files."""

from __future__ import annotations

import struct

import numpy
import pytest

from compat_tests.image.jpegs import JPEGS
from compat_tests.image.pictures import bmp, image, pixels, png
from compat_tests.inputs import attempt

FILES = {
    "colour": png(pixels(5, 7)),
    "grey": png(pixels(5, 7, 1)),
    "transparent": png(pixels(5, 7, 4)),
    "grey_transparent": png(pixels(5, 7, 2)),
    "deep": png(pixels(5, 7), depth=16),
    "deep_grey": png(pixels(5, 7, 1), depth=16),
    "palette": png(pixels(5, 7, 1) % 4, palette=range(40, 52)),
    "pixel": png(pixels(1, 1)),
    "bmp": bmp(pixels(5, 7)),
    **{f"jpeg_{name}": data for name, data in JPEGS.items()},
}


@pytest.mark.parametrize("flag", [0, 1])
@pytest.mark.parametrize("kind", list(FILES))
def test_imdecode(mx, kind, flag):
    return mx.image.imdecode(FILES[kind], flag)


@pytest.mark.parametrize("kind", ["colour", "jpeg_usual"])
@pytest.mark.parametrize("flag", [0, 1])
def test_blue_first(mx, kind, flag):
    return (
        mx.image.imdecode(FILES[kind], flag, 0),
        mx.image.imdecode(FILES[kind], flag=flag, to_rgb=False),
        mx.image.imdecode(FILES[kind], to_rgb="false", flag=str(flag)),
    )


@pytest.mark.parametrize("kind", ["bytes", "bytearray", "numpy", "nd", "matrix"])
def test_buffers(mx, kind):
    data = FILES["colour"]
    numbers = numpy.frombuffer(data, dtype=numpy.uint8)
    square = numpy.frombuffer(data + b"\0" * (-len(data) % 4), dtype=numpy.uint8).reshape(4, -1)
    return mx.img.imdecode(
        {
            "bytes": data,
            "bytearray": bytearray(data),
            "numpy": numbers,
            "nd": mx.nd.array(numbers, dtype="uint8"),
            "matrix": mx.nd.array(square, dtype="uint8"),
        }[kind]
    )


@pytest.mark.np
@pytest.mark.parametrize("flag", [0, 1])
def test_np(mx, flag):
    data = mx.np.array(numpy.frombuffer(FILES["colour"], dtype=numpy.uint8), dtype="uint8")
    return (
        mx.image.imdecode(FILES["colour"], flag),
        mx.image.imdecode(data, flag=flag),
        mx.npx.image.imdecode(FILES["colour"], flag),
    )


@pytest.mark.parametrize("kind", ["fits", "float32", "shape", "position"])
def test_out(mx, kind):
    shape = (2, 2) if kind == "shape" else (5, 7, 3)
    out = mx.nd.zeros(shape, dtype="float32" if kind == "float32" else "uint8")
    if kind == "position":
        made = mx.image.imdecode(FILES["colour"], 1, 1, out)
    else:
        made = mx.image.imdecode(FILES["colour"], out=out)
    return made is out, made, out


@pytest.mark.parametrize(
    "case", ["empty", "empty_array", "junk", "text", "list", "none", "float32", "cut"]
)
def test_refuses(mx, case):
    data = FILES["colour"]
    given = {
        "empty": lambda: b"",
        "empty_array": lambda: numpy.zeros((0,), dtype=numpy.uint8),
        "junk": lambda: b"this is no image file",
        "text": lambda: "text",
        "list": lambda: [1, 2],
        "none": lambda: None,
        "float32": lambda: mx.nd.array(numpy.frombuffer(data, dtype=numpy.uint8)),
        "cut": lambda: data[:70],
    }[case]()
    return attempt(lambda: mx.image.imdecode(given))


@pytest.mark.parametrize(
    "options",
    [{"flag": -1}, {"flag": "x"}, {"flag": 0.5}, {"to_rgb": "x"}],
    ids=["negative", "flag_text", "flag_float", "rgb_text"],
)
def test_parameters(mx, options):
    return attempt(lambda: mx.image.imdecode(FILES["colour"], **options))


def test_imread(mx, tmp_path):
    path = tmp_path / "picture.png"
    path.write_bytes(FILES["colour"])
    read = mx.image.imread
    out = mx.nd.zeros((1,))
    return (
        read(str(path)),
        read(str(path), 0),
        read(str(path), flag=0),
        read(str(path), 1, 0),
        read(str(path), to_rgb=False),
        read(path),
        read(str(path), out=out) is out,
        out,
    )


@pytest.mark.np
def test_imread_np(mx, tmp_path):
    path = tmp_path / "picture.png"
    path.write_bytes(FILES["colour"])
    return mx.image.imread(str(path)), mx.image.imread(str(path), 0)


@pytest.mark.parametrize("case", ["missing", "number", "junk", "empty"])
def test_imread_refuses(mx, tmp_path, monkeypatch, case):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "junk").write_bytes(b"this is no image file")
    (tmp_path / "empty").write_bytes(b"")
    return attempt(lambda: mx.image.imread(5 if case == "number" else case))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation(mx, tmp_path, orientation):
    """A camera that was turned says so in the file, and the picture is turned back."""
    tags = struct.pack("<4sIHHHIHHI", b"II*\0", 8, 1, 0x112, 3, 1, orientation, 0, 0)
    note = b"Exif\0\0" + tags
    data = JPEGS["usual"]
    data = data[:2] + b"\xff\xe1" + struct.pack(">H", len(note) + 2) + note + data[2:]
    path = tmp_path / "turned.jpg"
    path.write_bytes(data)
    return [mx.image.imdecode(data, flag) for flag in (0, 1)], mx.image.imread(str(path))


def test_result_is_of_its_own(mx):
    made = mx.image.imdecode(FILES["colour"])
    made[:] = 1
    return made.sum(), made.context, image(mx.nd, 5, 7).sum()
