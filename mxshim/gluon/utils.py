"""Utilities for training: split batches over contexts, clip gradients, fetch files."""

from __future__ import annotations

import hashlib
import math
import os
import warnings
from itertools import pairwise
from pathlib import Path

from .. import ndarray
from .. import numpy as _mx_np
from ..util import is_np_array
from . import _fetch
from ._archives import ArchiveError, unpack
from ._fetch import DownloadError, local_path
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
_USED_ELSEWHERE = (
    ArchiveError, _brief_print_list, _check_all_np_ndarrays, _indent, local_path, unpack,
)  # fmt: skip

DEFAULT_REPO = "https://apache-mxnet.s3-accelerate.dualstack.amazonaws.com/"
_CHUNK = 1 << 20


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
    """Fetch ``url``, or the same file from another mirror, and put it at ``fname`` in one step."""
    *first, last = _addresses(url)
    for address in first:
        try:
            return _fetch_from(address, fname, overwrite, sha1_hash, verify_ssl)
        except (OSError, RuntimeError, UserWarning) as error:
            print(f"{address} failed due to {error!r}, trying the next mirror")
    return _fetch_from(last, fname, overwrite, sha1_hash, verify_ssl)


def _fetch_from(url, fname, overwrite, sha1_hash, verify_ssl):
    with _fetch.fetched(url, fname, verify_ssl, sure=bool(sha1_hash)) as path:
        # Another process may have put the file there meanwhile.
        if overwrite or not os.path.exists(fname) or _differs(fname, sha1_hash):
            replace_file(path, fname)
        else:
            Path(path).unlink()
    if _differs(fname, sha1_hash):
        raise UserWarning(
            f"File {fname} is downloaded but the content hash does not match. The repo may be "
            'outdated or download may be incomplete. If the "repo_url" is overridden, consider '
            "switching to the default repo."
        )


def _addresses(url):
    """Return ``url`` and, where it begins with a mirror, the same file's address in the others."""
    mirrors = _mirrors()
    path = next((url[len(start) :] for start in mirrors if url.startswith(start)), None)
    if path is None:
        return [url]
    return [url, *(start + path for start in mirrors if start + path != url)]


def _explained(error, url, fname, sha1_hash):
    if isinstance(error, UserWarning):
        return error
    digest = f" (sha1 {sha1_hash})" if sha1_hash else ""
    return DownloadError(
        f"cannot fetch {url}: {error}\n"
        "MXNET_GLUON_REPO may name a mirror of the repository, also as file:///folder\n"
        f"without network, put the file here: {os.path.abspath(fname)}{digest}"
    )


def _mirrors():
    """Return the addresses that MXNET_GLUON_REPO names (blanks between them), each with a slash."""
    named = os.environ.get("MXNET_GLUON_REPO", "").split() or [DEFAULT_REPO]
    return [url if url.endswith("/") else url + "/" for url in named]


def _get_repo_url():
    """Return the address of the repository of data sets and models, with a slash at its end."""
    return _mirrors()[0]


def _get_repo_file_url(namespace, filename):
    """Return the address of a file of the repository."""
    return f"{_get_repo_url()}{namespace}/{filename}"
