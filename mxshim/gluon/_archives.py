"""Unpack archives that came from elsewhere: zip files, and tar files plain, gzipped or bzipped.

Nothing is written outside the target folder, and nothing at all in it unless the whole archive is
good: members are written beside their places first and then moved.
"""

from __future__ import annotations

import bz2
import gzip
import os
import re
import shutil
import stat
import tarfile
import uuid
import zipfile
from pathlib import PurePosixPath

_CHUNK = 1 << 20
#: What an archive may unpack to: so many bytes in any case, otherwise so many times its own.
_SMALL = 32 << 20
_MOST_RATIO = 100
#: The same for the number of its members: that of a small archive, and bytes a member.
_FEW_MEMBERS = 4_000
_MEMBER_BYTES = 64
_LONGEST_NAME = 1024
_DEEPEST = 64
_ZIP_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)


class ArchiveError(ValueError):
    """Raise for an archive that is broken, or that would do more than fill its folder."""


def unpack(archive, folder, *, flat=False, only=None, sha1=None):
    """Write the files of ``archive`` into ``folder``, over those that are there; give their names.

    ``flat`` leaves out the folders in their names; ``only`` (base names) takes those files alone.
    ArchiveError, and ``folder`` as it was, for members with absolute names or ``..``, links,
    devices, encryption, for contents out of proportion to the archive, and for broken archives;
    it names the ``sha1`` that the archive should have where it is given.
    """
    os.makedirs(folder, exist_ok=True)
    fresh = os.path.join(folder, f".unpacking-{uuid.uuid4()}")
    try:
        os.mkdir(fresh)
        names = _write_all(archive, fresh, flat, only, sha1)
        for name in names:
            target = os.path.join(folder, name)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            os.replace(os.path.join(fresh, name), target)
        return names
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _write_all(archive, fresh, flat, only, sha1):
    """Write the members below ``fresh`` and return their names."""
    budget = _Budget(os.path.getsize(archive))
    names = []
    try:
        for name, source in _members(archive, budget):
            if only is not None and PurePosixPath(name).name not in only:
                continue
            place = PurePosixPath(name).name if flat else name
            target = os.path.join(fresh, place)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with source, open(target, "wb") as file:
                while chunk := source.read(_CHUNK):
                    budget.spend(len(chunk))
                    file.write(chunk)
            names.append(place)
        if not names and only is None:
            raise ArchiveError("it holds no file")
    except ArchiveError as error:
        raise _refusal(archive, str(error), sha1) from None
    # The modules of archives raise whatever parsing runs into.
    except Exception as error:
        what = str(error) or type(error).__name__
        raise _refusal(archive, f"it is broken ({what})", sha1) from error
    return names


def _refusal(archive, reason, sha1):
    advice = f"\nput the published file of sha1 {sha1} in its place" if sha1 else ""
    return ArchiveError(f"{os.path.abspath(archive)} is not unpacked: {reason}{advice}")


class _Budget:
    """What an archive of ``size`` bytes may still unpack."""

    def __init__(self, size):
        self.bytes = max(_SMALL, _MOST_RATIO * size)
        self.members = max(_FEW_MEMBERS, size // _MEMBER_BYTES)

    def spend(self, count):
        """Take bytes off; ArchiveError when none are left."""
        self.bytes -= count
        if self.bytes < 0:
            raise ArchiveError("it unpacks to far more bytes than it has")

    def count(self):
        """Take a member off; ArchiveError when none is left."""
        self.members -= 1
        if self.members < 0:
            raise ArchiveError("it has far more members than its size allows")


def _members(archive, budget):
    """Give name and open file of each member that is a file; ArchiveError for what else is bad."""
    with open(archive, "rb") as file:
        magic = file.read(4)
    if magic[:2] == b"PK":
        return _of_zip(archive, budget)
    opener = gzip.open if magic[:2] == b"\x1f\x8b" else bz2.open if magic[:3] == b"BZh" else open
    return _of_tar(archive, opener, budget)


def _of_zip(archive, budget):
    files = []
    with zipfile.ZipFile(archive) as packed:
        for member in packed.infolist():
            budget.count()
            # orig_filename: zipfile cuts names at a NUL
            name = _checked(member.orig_filename)
            kind = stat.S_IFMT(member.external_attr >> 16)
            if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
                raise ArchiveError(f"member {name!r} is a link or a device")
            if member.flag_bits & 1:
                raise ArchiveError(f"member {name!r} is encrypted")
            if member.compress_type not in _ZIP_METHODS:
                raise ArchiveError(f"member {name!r} is compressed by a method unknown here")
            if not member.is_dir():
                files.append((name, member))
        if sum(member.file_size for _, member in files) > budget.bytes:
            raise ArchiveError("it unpacks to far more bytes than it has")
        for name, member in files:
            yield name, packed.open(member)


def _of_tar(archive, opener, budget):
    # A stream: to list the members first would unpack all of it without a limit.
    with (
        opener(archive, "rb") as unpacked,
        tarfile.open(fileobj=_Counting(unpacked, budget), mode="r|", tarinfo=_Header) as packed,
    ):
        for member in packed:
            packed.members.clear()  # they would pile up
            budget.count()
            name = _checked(member.name)
            if member.isdir():
                continue
            if not member.isreg() or member.issparse():
                raise ArchiveError(f"member {name!r} is a link, a device or a sparse file")
            yield name, packed.extractfile(member)
        while packed.fileobj.read(_CHUNK):  # the checksum comes last
            pass


class _Header(tarfile.TarInfo):
    """A header that must be right; tarfile takes a broken one for the end of the archive."""

    @classmethod
    def fromtarfile(cls, archive):
        try:
            return super().fromtarfile(archive)
        except (tarfile.InvalidHeaderError, tarfile.TruncatedHeaderError) as error:
            raise ArchiveError(f"it is broken ({error})") from None


class _Counting:
    """Read a file and let ``budget`` know: also of bytes that are headers, or skipped."""

    def __init__(self, file, budget):
        self._file = file
        self._budget = budget

    def read(self, size):
        """Read up to ``size`` bytes, never very many at once."""
        data = self._file.read(min(size, _CHUNK))
        self._budget.spend(len(data))
        return data


def _checked(name):
    """Return a member's name in its plain form; ArchiveError when it would leave the folder."""
    if len(name) > _LONGEST_NAME or name.count("/") > _DEEPEST:
        raise ArchiveError(f"member {name[:60]!r}... has a name that is too long")
    if "\0" in name:
        raise ArchiveError(f"member {name!r} has a name with a NUL in it")
    slashed = name.replace("\\", "/")
    if slashed.startswith("/") or re.match("[A-Za-z]:", name):
        raise ArchiveError(f"member {name!r} has an absolute name")
    if ".." in slashed.split("/"):
        raise ArchiveError(f"member {name!r} would leave the folder")
    plain = str(PurePosixPath(slashed))
    return plain
