"""Archives from elsewhere: good ones arrive whole, hostile ones end soon and change nothing."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import os
import random
import stat
import struct
import subprocess
import sys
import tarfile
import time
import zipfile
from pathlib import Path

import pytest

from mxshim.gluon import utils

FILES = {"a.txt": b"one", "deep/er/b.bin": bytes(range(256)) * 9, "empty": b""}
ROOT = Path(__file__).parents[2]


def tar_bytes(members, **options):
    """Return a tar of (TarInfo, content) pairs."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", **options) as archive:
        for info, content in members:
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def zip_bytes(members, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for info, content in members:
            archive.writestr(info, content, method)
    return out.getvalue()


def tar_of(files):
    return tar_bytes([(tarfile.TarInfo(name), content) for name, content in files.items()])


GOOD = {
    "zip": lambda: zip_bytes(FILES.items()),
    "stored": lambda: zip_bytes(FILES.items(), zipfile.ZIP_STORED),
    "bzipped-zip": lambda: zip_bytes(FILES.items(), zipfile.ZIP_BZIP2),
    "tar": lambda: tar_of(FILES),
    "tar.gz": lambda: gzip.compress(tar_of(FILES)),
    "tar.bz2": lambda: bz2.compress(tar_of(FILES)),
}


def content(folder):
    files = [path for path in Path(folder).rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.mark.parametrize("kind", list(GOOD))
def test_good_archives(kind, tmp_path):
    archive, folder = tmp_path / "archive", tmp_path / "to"
    archive.write_bytes(GOOD[kind]())
    folder.mkdir()
    (folder / "a.txt").write_bytes(b"old")
    assert sorted(utils.unpack(archive, folder)) == sorted(FILES)
    assert content(folder) == FILES
    assert sorted(os.listdir(folder)) == ["a.txt", "deep", "empty"]


def test_flat_and_only(tmp_path):
    (tmp_path / "archive").write_bytes(GOOD["zip"]())
    found = utils.unpack(tmp_path / "archive", tmp_path / "to", flat=True, only={"b.bin", "none"})
    assert found == ["b.bin"]
    assert content(tmp_path / "to") == {"b.bin": FILES["deep/er/b.bin"]}


def test_folders_as_members(tmp_path):
    folder = tarfile.TarInfo("./deep")
    folder.type = tarfile.DIRTYPE
    file = tarfile.TarInfo("./deep/x")
    (tmp_path / "archive").write_bytes(tar_bytes([(folder, b""), (file, b"1")]))
    utils.unpack(tmp_path / "archive", tmp_path / "to")
    assert content(tmp_path / "to") == {"deep/x": b"1"}


def test_well_compressed_contents_are_no_bomb(tmp_path):
    zeros = bytes(20 << 20)
    (tmp_path / "archive").write_bytes(zip_bytes([("zeros", zeros)]))
    utils.unpack(tmp_path / "archive", tmp_path / "to")
    assert (tmp_path / "to" / "zeros").stat().st_size == len(zeros)


def test_the_error_says_what_belongs_there(tmp_path):
    archive = tmp_path / "data.tar.gz"
    archive.write_bytes(b"no archive at all")
    with pytest.raises(utils.ArchiveError) as caught:
        utils.unpack(archive, tmp_path / "to", sha1="0123abcd")
    first, second = str(caught.value).splitlines()
    assert first.startswith(f"{archive} is not unpacked: it is broken")
    assert second == "put the published file of sha1 0123abcd in its place"


# ---- hostile ones


def special(kind, target=""):
    def make(draw):
        info = tarfile.TarInfo(draw.choice(["link", "deep/link"]))
        info.type, info.linkname = kind, target or draw.choice(["/etc", "../../x", "a.txt"])
        extra = tarfile.TarInfo(info.name + "/passwd")
        return tar_bytes([(info, b""), (extra, b"through the link")])

    return make


def zip_special(mode):
    def make(draw):
        info = zipfile.ZipInfo("link")
        info.create_system, info.external_attr = 3, (mode | 0o777) << 16
        return zip_bytes([("fine", b"1"), (info, draw.choice([b"/etc/passwd", b"../x"]))])

    return make


BAD_NAMES = [
    "/absolute", "../up", "a/../../up", "..", "a/..", "\\absolute", "..\\up", "C:\\windows",
    "c:drive", "//share/x", "a/b/../../../up", "x" * 5000, "a/" * 300 + "x",
]  # fmt: skip


def bad_name_zip(draw):
    return zip_bytes([("fine", b"1"), (draw.choice(BAD_NAMES), b"hostile")])


def bad_name_tar(draw):
    names = ["fine", draw.choice(BAD_NAMES)]
    members = [(tarfile.TarInfo(name), b"hostile") for name in names]
    form = draw.choice([tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
    return tar_bytes(members, format=form)


def nul_name(draw):
    return zip_bytes([("aaaaaa", b"1")]).replace(b"aaaaaa", b"a\0/../")


def bomb_zip(draw):
    return zip_bytes([(f"{i}", bytes(draw.randint(40, 60) << 20)) for i in range(1)])


def lying_zip(draw):
    """Declare fewer bytes than come."""
    data = zip_bytes([("x", bytes(34 << 20))])
    return data.replace(struct.pack("<I", 34 << 20), struct.pack("<I", draw.randint(1, 99)))


def boasting_zip(draw):
    """Declare far more bytes than come."""
    data = zip_bytes([("x", b"12345678" * 100)])
    return data.replace(struct.pack("<I", 800), struct.pack("<I", 0xFFFFFFF0 - draw.randint(0, 99)))


def overlapping_zip(draw):
    """Let all entries of the directory point to one body."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x", bytes(3 << 20))
        archive.filelist = archive.filelist * draw.randint(40, 60)
    return out.getvalue()


def bomb_tar(compress):
    def make(draw):
        return compress(tar_bytes([(tarfile.TarInfo("x"), bytes(draw.randint(40, 60) << 20))]))

    return make


def gzip_bomb(draw):
    """No tar inside, only zeros, or a header that asks for no end of them."""
    return gzip.compress(bytes(draw.randint(40, 100) << 20))


def pax_bomb(draw):
    info = tarfile.TarInfo("x")
    info.pax_headers = {"comment": "y" * (draw.randint(34, 40) << 20)}
    return gzip.compress(tar_bytes([(info, b"")], format=tarfile.PAX_FORMAT), 1)


def huge_declared(draw):
    """A header that declares terabytes, as base 256."""
    data = bytearray(tar_bytes([(tarfile.TarInfo("x"), b"")], format=tarfile.GNU_FORMAT))
    data[124:136] = b"\x80" + draw.randint(1 << 40, 1 << 60).to_bytes(11, "big")
    data[148:156] = b" " * 8
    data[148:156] = b"%06o\0 " % sum(data[:512])
    data[156:157] = draw.choice([b"0", b"L", b"x", b"K"])
    data[148:156] = b" " * 8
    data[148:156] = b"%06o\0 " % sum(data[:512])
    return bytes(data)


def many_members(draw):
    header = tarfile.TarInfo("x").tobuf()
    return gzip.compress(header * draw.randint(20_000, 40_000), 1)


def many_zip_members(draw):
    """Let more entries of the directory than there are bytes for point to one body."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("x", b"1")
        archive.filelist = archive.filelist * draw.randint(12_000, 60_000)
    return out.getvalue()


def long_chain(draw):
    """Long-name headers that follow each other without end."""
    info = tarfile.TarInfo("././@LongLink")
    info.type = tarfile.GNUTYPE_LONGNAME
    info.size = 2
    block = info.tobuf(tarfile.GNU_FORMAT) + b"a\0".ljust(512, b"\0")
    return gzip.compress(block * draw.randint(2_000, 8_000))


def sparse(draw):
    info = tarfile.TarInfo("x")
    info.type = tarfile.GNUTYPE_SPARSE
    data = bytearray(tar_bytes([(info, b"")], format=tarfile.GNU_FORMAT))
    data[386:398], data[398:410] = b"00000000000\0", b"00000000001\0"
    data[483:495] = b"77777777777\0"
    data[148:156] = b" " * 8
    data[148:156] = b"%06o\0 " % sum(data[:512])
    return bytes(data)


def broken(make):
    """Cut the archive short, or change bytes of it until it cannot be right."""

    def change(draw):
        files = {f"{i}": draw.randbytes(3000) for i in range(5)}
        data = bytearray(make(files))
        if draw.random() < 0.5:
            return bytes(data[: draw.randint(3, len(data) * 4 // 5)])
        middle = len(data) // 2
        data[middle : middle + 400] = draw.randbytes(400)
        return bytes(data)

    return change


def encrypted(draw):
    data = bytearray(zip_bytes([("x", b"12345678" * 10)]))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def unknown_method(draw):
    return zip_bytes([("x", b"1" * 100)], zipfile.ZIP_LZMA)


def file_as_folder(draw):
    return tar_of({"x": b"1", "x/y": b"2"})


def garbage(draw):
    return draw.choice([b"", b"PK", b"PK\x03\x04", b"\x1f\x8b", b"BZh9"]) + draw.randbytes(600)


HOSTILE = [
    special(tarfile.SYMTYPE), special(tarfile.LNKTYPE), special(tarfile.CHRTYPE),
    special(tarfile.BLKTYPE), special(tarfile.FIFOTYPE), zip_special(stat.S_IFLNK),
    zip_special(stat.S_IFIFO), bad_name_zip, bad_name_tar, bad_name_zip, bad_name_tar, nul_name,
    bomb_zip, lying_zip, boasting_zip, overlapping_zip, bomb_tar(gzip.compress),
    bomb_tar(bz2.compress), gzip_bomb, pax_bomb, huge_declared, many_members, many_zip_members,
    long_chain, sparse, broken(lambda files: gzip.compress(tar_of(files))),
    broken(lambda files: zip_bytes(files.items())), encrypted, unknown_method, file_as_folder,
    garbage, garbage,
]  # fmt: skip
#: Those that take long to make; one of each is enough.
SLOW = {bomb_zip, lying_zip, gzip_bomb, pax_bomb, many_zip_members, *HOSTILE[16:18]}
COUNT, SEED = 200, 20


def hostile(number):
    """Return the bytes of the archive of that number."""
    kinds = HOSTILE if number < len(HOSTILE) else [k for k in HOSTILE if k not in SLOW]
    return kinds[number % len(kinds)](random.Random(SEED * 1000 + number))


def attack(folder):
    """Unpack them all in this process; print name, seconds, peak memory and the error of each."""
    import resource

    for number in range(COUNT):
        target = os.path.join(folder, f"{number}", "to")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.perf_counter()
        try:
            utils.unpack(os.path.join(folder, f"{number}.archive"), target)
            text = None
        except utils.ArchiveError as error:
            text = str(error)
        taken = time.perf_counter() - began
        growth = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak
        print(json.dumps([number, taken, growth / 1024, text]), flush=True)


def test_hostile_archives(tmp_path):
    """200 of them end in a clear error, each within 2 seconds and 200 MB, and write nothing."""
    for number in range(COUNT):
        (tmp_path / f"{number}.archive").write_bytes(hostile(number))
        (tmp_path / f"{number}").mkdir()
    before = set(os.listdir(tmp_path))
    ran = subprocess.run(
        [sys.executable, "-m", "tests.gluon.test_archives", str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    results = [json.loads(line) for line in ran.stdout.splitlines()]
    assert len(results) == COUNT
    for number, seconds, megabytes, text in results:
        kind = f"archive {number}: {text}"
        assert text and f"{number}.archive is not unpacked: " in text, kind
        assert seconds < 2, kind
        assert megabytes < 200, kind
        assert list((tmp_path / str(number)).rglob("*")) == [tmp_path / str(number) / "to"], kind
    assert set(os.listdir(tmp_path)) == before


if __name__ == "__main__":
    attack(sys.argv[1])
