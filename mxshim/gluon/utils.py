"""Utilities for training: split batches over contexts, clip gradients, fetch files."""

from __future__ import annotations

import hashlib
import math
import os
import shutil
import ssl
import uuid
import warnings
from itertools import pairwise
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, url2pathname, urlopen

from .. import ndarray
from .. import numpy as _mx_np
from ..util import is_np_array
from ._structure import HookHandle, shape_is_known
from ._structure import brief_list as _brief_print_list
from ._structure import check_all_np as _check_all_np_ndarrays
from ._structure import indent as _indent

__all__ = [
    "HookHandle",
    "check_sha1",
    "clip_global_norm",
    "download",
    "replace_file",
    "shape_is_known",
    "split_and_load",
    "split_data",
]
_PRIVATE_USE = (_brief_print_list, _check_all_np_ndarrays, _indent)

DEFAULT_REPO = "https://apache-mxnet.s3-accelerate.dualstack.amazonaws.com/"
_CHUNK = 1 << 20
_TIMEOUT_SECONDS = 60


class DownloadError(OSError, RuntimeError):
    """Raise when a file could not be fetched; says which file to put where.

    MXNet raises an OSError of requests or a RuntimeError, so it is both.
    """


# ---- batches and gradients


def split_data(data, num_slice, batch_axis=0, even_split=True):
    """Split ``data`` into ``num_slice`` slices along ``batch_axis``; return them as a list.

    ValueError when the axis does not divide evenly, unless ``even_split`` is false: then the first
    slices are one longer.
    """
    size = data.shape[batch_axis]
    if even_split and size % num_slice != 0:
        raise ValueError(
            f"data with shape {data.shape} cannot be evenly split into {num_slice} slices along "
            f"axis {batch_axis}. Use a batch size that's multiple of {num_slice} or set "
            "even_split=False to allow uneven partitioning of data."
        )
    each, extras = divmod(size, num_slice)
    ends = [i * each + min(i, extras) for i in range(num_slice + 1)]
    if is_np_array():
        return _mx_np.split(data, indices_or_sections=ends[1:-1], axis=batch_axis)
    if batch_axis == 0:
        return [data[begin:end] for begin, end in pairwise(ends)]
    return [
        ndarray.slice_axis(data, axis=batch_axis, begin=begin, end=end)
        for begin, end in pairwise(ends)
    ]


def split_and_load(data, ctx_list, batch_axis=0, even_split=True):
    """Split ``data`` (an array or anything to make one of) and put one slice on each context."""
    if not isinstance(data, ndarray.NDArray):
        make = _mx_np.array if is_np_array() else ndarray.array
        data = make(data, ctx=ctx_list[0])
    if len(ctx_list) == 1:
        return [data.as_in_context(ctx_list[0])]
    slices = split_data(data, len(ctx_list), batch_axis, even_split)
    return [part.as_in_context(ctx) for part, ctx in zip(slices, ctx_list)]


def clip_global_norm(arrays, max_norm, check_isfinite=True):
    """Scale ``arrays`` in place so that the 2-norm of all together is at most ``max_norm``.

    Return the norm before clipping: a float, or an array of shape (1,) without waiting for the
    value when ``check_isfinite`` is false. A norm that is not finite warns.
    """
    assert len(arrays) > 0
    ctx = arrays[0].ctx
    squares = [_square_norm(array).as_in_context(ctx) for array in arrays]
    total = ndarray.sqrt(ndarray.add_n(*squares))
    if check_isfinite and not math.isfinite(total.asscalar()):
        warnings.warn(
            UserWarning("nan or inf is detected. Clipping results will be undefined."),
            stacklevel=2,
        )
    scale = ndarray.concat(max_norm / (total + 1e-8), ndarray.ones(1, ctx=ctx), dim=0).min()
    for array in arrays:
        array *= scale.as_in_context(array.ctx)
    return total.asscalar() if check_isfinite else total


def _square_norm(array):
    if array.stype != "default":
        return array.norm().square()
    flat = array.reshape((-1,))
    return ndarray.dot(flat, flat)


# ---- files


def check_sha1(filename, sha1_hash):
    """Tell whether the sha1 of the file's content is ``sha1_hash`` (hexadecimal)."""
    return _sha1(filename) == sha1_hash


def _sha1(filename):
    digest = hashlib.sha1()
    with open(filename, "rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def replace_file(src, dst):
    """Move ``src`` over ``dst`` in one step; OSError (and no ``src`` left) when that fails."""
    try:
        os.replace(src, dst)
    except OSError as error:
        Path(src).unlink(missing_ok=True)
        raise OSError(
            f"Moving downloaded temp file - {src}, to {dst} failed. Please retry the download."
        ) from error


def download(url, path=None, overwrite=False, sha1_hash=None, retries=5, verify_ssl=True):
    """Fetch ``url`` (http, https or file) and return the path of the file.

    ``path`` is a folder or a file name; without it the file goes into the working directory under
    the URL's last part. A file that is there already is kept, unless ``overwrite`` or unless its
    sha1 differs from ``sha1_hash``. DownloadError after ``retries`` attempts says what to put
    where; a fetched file with another sha1 raises UserWarning, as MXNet does.
    """
    fname = _target(url, path)
    assert retries >= 0, (
        f"Number of retries should be at least 0, currently it's {retries}"
    )  # fmt: skip
    if not verify_ssl:
        warnings.warn(
            "Unverified HTTPS request is being made (verify_ssl=False). "
            "Adding certificate verification is strongly advised.",
            stacklevel=2,
        )
    if not overwrite and os.path.exists(fname) and not _differs(fname, sha1_hash):
        return fname
    os.makedirs(os.path.dirname(os.path.abspath(fname)), exist_ok=True)
    while True:
        try:
            print(f"Downloading {fname} from {url}...")
            _fetch_into(url, fname, overwrite, sha1_hash, verify_ssl)
            return fname
        except (OSError, RuntimeError, UserWarning) as error:
            retries -= 1
            if retries <= 0:
                raise _explained(error, url, fname, sha1_hash) from error
            plural = "s" if retries > 1 else ""
            print(
                f"download failed due to {error!r}, retrying, {retries} attempt{plural} left"
            )  # fmt: skip


def _target(url, path):
    name = url.split("/")[-1]
    if path is None:
        assert name, (
            "Can't construct file-name from this URL. Please set the `path` option manually."
        )
        return name
    path = os.path.expanduser(path)
    return os.path.join(path, name) if os.path.isdir(path) else path


def _differs(fname, sha1_hash):
    return bool(sha1_hash) and not check_sha1(fname, sha1_hash)


def _fetch_into(url, fname, overwrite, sha1_hash, verify_ssl):
    fresh = f"{fname}.{uuid.uuid4()}"
    try:
        with open(fresh, "wb") as file:
            _copy(url, file, verify_ssl)
        # Another process may have put the file there meanwhile.
        if overwrite or not os.path.exists(fname) or _differs(fname, sha1_hash):
            replace_file(fresh, fname)
    finally:
        Path(fresh).unlink(missing_ok=True)
    if _differs(fname, sha1_hash):
        raise UserWarning(
            f"File {fname} is downloaded but the content hash does not match. The repo may be "
            'outdated or download may be incomplete. If the "repo_url" is overridden, consider '
            "switching to the default repo."
        )


def _copy(url, file, verify_ssl):
    local = local_path(url)
    if local is not None:
        with open(local, "rb") as source:
            shutil.copyfileobj(source, file, _CHUNK)
        return
    context = None if verify_ssl else ssl._create_unverified_context()
    request = Request(url, headers={"User-Agent": "mxshim"})
    try:
        with urlopen(request, timeout=_TIMEOUT_SECONDS, context=context) as source:
            shutil.copyfileobj(source, file, _CHUNK)
    except HTTPError as error:
        error.close()
        raise RuntimeError(f"Failed downloading url {url} (status {error.code})") from None


def local_path(url):
    """Return the path that a ``file:`` address or a plain path stands for, otherwise None."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return url2pathname(parts.path)
    # A one-letter scheme is a drive.
    return url if len(parts.scheme) <= 1 else None


def _explained(error, url, fname, sha1_hash):
    if isinstance(error, UserWarning):
        return error
    digest = f" (sha1 {sha1_hash})" if sha1_hash else ""
    return DownloadError(
        f"cannot fetch {url}: {error}\n"
        "MXNET_GLUON_REPO may name a mirror of the repository, also as file:///folder\n"
        f"without network, put the file here: {os.path.abspath(fname)}{digest}"
    )


def _get_repo_url():
    """Return the address of the repository of data sets and models, with a slash at its end."""
    url = os.environ.get("MXNET_GLUON_REPO", DEFAULT_REPO)
    return url if url.endswith("/") else url + "/"


def _get_repo_file_url(namespace, filename):
    """Return the address of a file of the repository."""
    return f"{_get_repo_url()}{namespace}/{filename}"
