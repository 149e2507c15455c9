"""Files of pretrained models, from MXNET_HOME, a mirror folder or the network.

A file whose sha1 is the published one is used as it lies there. Otherwise the archive is fetched
from the repository (MXNET_GLUON_REPO, which may be a ``file://`` address). Where that fails, a file
that is there all the same is used, and so is one of a mirror folder whose sha1 is another; both
with a warning that names the two, as with the data sets. MXNet would refuse.
"""

from __future__ import annotations

import contextlib
import os
import uuid
import warnings
from pathlib import Path

from ..._core.missing import module_getattr
from ...base import data_dir
from .. import utils

__all__ = ["get_model_file", "purge"]

apache_repo_url = utils.DEFAULT_REPO

_model_sha1 = {
    "alexnet": "44335d1f0046b328243b32a26a4fbd62d9057b45",
    "densenet121": "f27dbf2dbd5ce9a80b102d89c7483342cd33cb31",
    "densenet161": "b6c8a95717e3e761bd88d145f4d0a214aaa515dc",
    "densenet169": "2603f878403c6aa5a71a124c4a3307143d6820e9",
    "densenet201": "1cdbc116bc3a1b65832b18cf53e1cb8e7da017eb",
    "inceptionv3": "ed47ec45a937b656fcc94dabde85495bbef5ba1f",
    "mobilenet0.25": "9f83e440996887baf91a6aff1cccc1c903a64274",
    "mobilenet0.5": "8e9d539cc66aa5efa71c4b6af983b936ab8701c3",
    "mobilenet0.75": "529b2c7f4934e6cb851155b22c96c9ab0a7c4dc2",
    "mobilenet1.0": "6b8c5106c730e8750bcd82ceb75220a3351157cd",
    "mobilenetv2_0.25": "ae8f9392789b04822cbb1d98c27283fc5f8aa0a7",
    "mobilenetv2_0.5": "aabd26cd335379fcb72ae6c8fac45a70eab11785",
    "mobilenetv2_0.75": "e2be7b72a79fe4a750d1dd415afedf01c3ea818d",
    "mobilenetv2_1.0": "36da4ff1867abccd32b29592d79fc753bca5a215",
    "resnet18_v1": "a0666292f0a30ff61f857b0b66efc0228eb6a54b",
    "resnet34_v1": "48216ba99a8b1005d75c0f3a0c422301a0473233",
    "resnet50_v1": "0aee57f96768c0a2d5b23a6ec91eb08dfb0a45ce",
    "resnet101_v1": "d988c13d6159779e907140a638c56f229634cb02",
    "resnet152_v1": "671c637a14387ab9e2654eafd0d493d86b1c8579",
    "resnet18_v2": "a81db45fd7b7a2d12ab97cd88ef0a5ac48b8f657",
    "resnet34_v2": "9d6b80bbc35169de6b6edecffdd6047c56fdd322",
    "resnet50_v2": "ecdde35339c1aadbec4f547857078e734a76fb49",
    "resnet101_v2": "18e93e4f48947e002547f50eabbcc9c83e516aa6",
    "resnet152_v2": "f2695542de38cf7e71ed58f02893d82bb409415e",
    "squeezenet1.0": "264ba4970a0cc87a4f15c96e25246a1307caf523",
    "squeezenet1.1": "33ba0f93753c83d86e1eb397f38a667eaf2e9376",
    "vgg11": "dd221b160977f36a53f464cb54648d227c707a05",
    "vgg11_bn": "ee79a8098a91fbe05b7a973fed2017a6117723a8",
    "vgg13": "6bc5de58a05a5e2e7f493e2d75a580d83efde38c",
    "vgg13_bn": "7d97a06c3c7a1aecc88b6e7385c2b373a249e95e",
    "vgg16": "e660d4569ccb679ec68f1fd3cce07a387252a90a",
    "vgg16_bn": "7f01cf050d357127a73826045c245041b0df7363",
    "vgg19": "ad2f660d101905472b83590b59708b71ea22b2e5",
    "vgg19_bn": "f360b758e856f1074a85abd5fd873ed1d98297c3",
}


def short_hash(name):
    """Return the first eight digits of the published file's sha1; ValueError for other names."""
    if name not in _model_sha1:
        raise ValueError(f"Pretrained model for {name} is not available.")
    return _model_sha1[name][:8]


def get_model_file(name, root=os.path.join(data_dir(), "models")):
    """Return the path of the parameter file of model ``name`` in ``root``, fetched when it must be.

    DownloadError says which file to put where; ValueError when the network gave another file.
    """
    stem = f"{name}-{short_hash(name)}"
    sha1 = _model_sha1[name]
    root = os.path.expanduser(root)
    path = os.path.join(root, f"{stem}.params")
    there = os.path.exists(path)
    if there and utils.check_sha1(path, sha1):
        return path
    url = utils._get_repo_file_url("gluon/models", f"{stem}.zip")
    os.makedirs(root, exist_ok=True)
    try:
        _fetch(url, path, retries=1 if there else 5)
    except utils.DownloadError as error:
        if not there:
            raise utils.DownloadError(_advice(error, path, sha1)) from error
    else:
        if utils.check_sha1(path, sha1):
            return path
        if utils.local_path(url) is None:
            raise ValueError("Downloaded file has different hash. Please try again.")
    warnings.warn(
        f"{path} has the sha1 {utils._sha1(path)}, the published file {sha1}; it is used as it is.",
        stacklevel=2,
    )
    return path


def _fetch(url, path, retries):
    """Fetch the archive at ``url`` and put the parameter file in it at ``path``, in one step."""
    root, member = os.path.split(path)
    archive = f"{path}.{uuid.uuid4()}.zip"
    while not os.path.exists(archive):
        utils.download(url, path=f"{path}.zip", overwrite=True, retries=retries)
        # Another process that fetches the same file may have taken it.
        with contextlib.suppress(FileNotFoundError):
            os.replace(f"{path}.zip", archive)
    try:
        found = utils.unpack(archive, root, flat=True, only={member})
    finally:
        Path(archive).unlink()
    if not found:
        raise utils.ArchiveError(f"the archive {url} holds no file {member}")


def _advice(error, path, sha1):
    """Say what went wrong, and where the file itself belongs instead of its archive."""
    lines = str(error).splitlines()[:-1]
    lines.append(f"without network, put the file here: {os.path.abspath(path)} (sha1 {sha1})")
    return "\n".join(lines)


def purge(root=os.path.join(data_dir(), "models")):
    """Delete the parameter files in ``root``."""
    for file in Path(root).expanduser().iterdir():
        if file.name.endswith(".params"):
            file.unlink()


__getattr__ = module_getattr(__name__)
