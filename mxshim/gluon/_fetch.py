"""Fetch a file from http, https, ``file:`` addresses and plain paths; go on where it stopped."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import ssl
import uuid
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, url2pathname, urlopen

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

_CHUNK = 1 << 18
_TIMEOUT_SECONDS = 60


class DownloadError(OSError, RuntimeError):
    """Raise when a file could not be fetched; says which file to put where.

    MXNet raises an OSError of requests or a RuntimeError, so it is both.
    """


def local_path(url):
    """Return the path that a ``file:`` address or a plain path stands for, otherwise None."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return url2pathname(parts.path)
    # A one-letter scheme is a drive.
    return url if len(parts.scheme) <= 1 else None


@contextlib.contextmanager
def fetched(url, fname, verify_ssl, sure):
    """Fetch ``url`` beside ``fname``; give the path of the complete file, to be moved away.

    A part that an earlier attempt left as ``fname.part`` is continued when the server says that it
    is of the same file, or when ``sure`` (the content is checked afterwards).
    """
    local = local_path(url)
    if local is not None:
        with _unique(fname) as (path, file):
            with open(local, "rb") as source:
                shutil.copyfileobj(source, file, _CHUNK)
            file.close()
            yield path
        return
    with _part(fname) or _unique(fname) as (path, file):
        _download(url, path, file, verify_ssl, sure)
        file.close()
        Path(f"{path}.json").unlink(missing_ok=True)
        yield path


@contextlib.contextmanager
def _unique(fname):
    path = f"{fname}.{uuid.uuid4()}"
    try:
        with open(path, "w+b") as file:
            yield path, file
    finally:
        Path(path).unlink(missing_ok=True)
        Path(f"{path}.json").unlink(missing_ok=True)


def _part(fname):
    """Return a scope with the part file, or None while another process works on it."""
    if fcntl is None:
        return None
    file = open(f"{fname}.part", "a+b")  # noqa: SIM115 (the scope closes it)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    # The process that held it may have moved it away between the two calls.
    if not os.path.exists(file.name) or not os.path.samestat(
        os.fstat(file.fileno()), os.stat(file.name)
    ):
        file.close()
        return None
    return _kept_part(file)


@contextlib.contextmanager
def _kept_part(file):
    with file:
        try:
            yield file.name, file
        finally:
            with contextlib.suppress(FileNotFoundError):  # it has been moved to its place
                if os.path.getsize(file.name) == 0:
                    os.unlink(file.name)
                    Path(f"{file.name}.json").unlink(missing_ok=True)


def _download(url, path, file, verify_ssl, sure):
    """Write what is at ``url`` into ``file``, which may hold its beginning."""
    held = file.seek(0, os.SEEK_END)
    headers = {"User-Agent": "mxshim", "Accept-Encoding": "identity"}
    if held:
        headers.update(_going_on(url, path, held, sure))
    context = None if verify_ssl else ssl._create_unverified_context()
    try:
        with urlopen(Request(url, headers=headers), None, _TIMEOUT_SECONDS, context=context) as got:
            begin = _begin(got, held if "Range" in headers else 0)
            file.seek(begin)
            file.truncate()
            validator = got.headers.get("ETag") or got.headers.get("Last-Modified")
            Path(f"{path}.json").write_text(json.dumps({"url": url, "validator": validator}))
            _copy(got, file, begin)
    except HTTPError as error:
        error.close()
        if error.code == 416 and held:  # the part is as long as the file, or of another one
            file.truncate(0)
            _download(url, path, file, verify_ssl, sure)
            return
        raise RuntimeError(f"Failed downloading url {url} (status {error.code})") from None


def _going_on(url, path, held, sure):
    """Return the headers that ask for the rest, none when the part cannot be trusted."""
    try:
        known = json.loads(Path(f"{path}.json").read_text())
        validator = known["validator"] if known["url"] == url else None
    except (OSError, ValueError, KeyError, TypeError):
        validator = None
    # A weak validator does not promise the same bytes.
    if validator and not validator.startswith("W/"):
        return {"Range": f"bytes={held}-", "If-Range": validator}
    return {"Range": f"bytes={held}-"} if sure else {}


def _begin(got, held):
    """Return where the answer begins in the file."""
    if got.status != 206:
        return 0
    given = got.headers.get("Content-Range", "")
    if not given.startswith(f"bytes {held}-"):
        raise OSError(f"the server sent another part than asked for: {given!r}")
    return held


def _copy(got, file, begin):
    """Copy the answer; OSError when it ends early."""
    length = got.headers.get("Content-Length")
    total = None if length is None else begin + int(length)
    with _progress(file.name, begin, total) as advance:
        while chunk := got.read(_CHUNK):
            file.write(chunk)
            advance(len(chunk))
    file.flush()
    if total is not None and file.tell() < total:
        raise OSError(f"the connection ended after {file.tell()} of {total} bytes")


@contextlib.contextmanager
def _progress(name, begin, total):
    """Show a bar on a terminal where tqdm is installed."""
    try:
        from tqdm import tqdm
    except ImportError:
        yield lambda count: None
        return
    label = os.path.basename(name).removesuffix(".part")
    with tqdm(
        desc=label, initial=begin, total=total, unit="B", unit_scale=True, disable=None, leave=False
    ) as bar:
        yield bar.update
