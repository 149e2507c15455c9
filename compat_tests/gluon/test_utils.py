"""gluon.utils: splitting batches, clipping gradients, files."""

from __future__ import annotations

import os

import pytest

from compat_tests.inputs import array, attempt


@pytest.mark.parametrize("even", [True, False])
@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("parts", [1, 2, 3])
def test_split_data(mx, front, parts, axis, even):
    x = array(front, "float32", (4, 6))
    return attempt(lambda: list(mx.gluon.utils.split_data(x, parts, axis, even_split=even)))


def test_split_and_load(mx, front):
    x = array(front, "float32", (4, 2))
    load = mx.gluon.utils.split_and_load
    pair = [mx.cpu(0), mx.cpu(1)]
    return (
        load(x, [mx.cpu(1)]), load(x, pair), load([[1, 2], [3, 4]], pair),
        load(x.asnumpy(), [mx.cpu()]), attempt(lambda: load(x, [mx.cpu(i) for i in range(3)])),
        load(x, [mx.cpu(i) for i in range(3)], even_split=False), load(x, pair, batch_axis=1),
    )  # fmt: skip


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("limit", [1.0, 100.0])
def test_clip_global_norm(mx, limit, check):
    grads = [array(mx.nd, "float32", (3, 2)), array(mx.nd, "float32", (4,))]
    norm = mx.gluon.utils.clip_global_norm(grads, limit, check)
    return float(norm) if check else norm, grads


def test_clip_global_norm_np(mx):
    grads = [array(mx.np, "float32", (3, 2))]
    return attempt(lambda: mx.gluon.utils.clip_global_norm(grads, 1.0)), grads


@pytest.mark.parametrize("bad", ["nan", "inf"])
def test_clip_not_finite(mx, bad):
    grads = [mx.nd.array([1.0, float(bad)])]
    return attempt(lambda: float(mx.gluon.utils.clip_global_norm(grads, 1.0)))


def test_check_sha1(mx, tmp_path):
    (tmp_path / "a").write_bytes(b"mxnet")
    check = mx.gluon.utils.check_sha1
    good = "38369e94e8156a4b64f42aa7135f7cafbc26fa93"
    return check(str(tmp_path / "a"), good), check(str(tmp_path / "a"), good[::-1])


def test_replace_file(mx, tmp_path):
    (tmp_path / "a").write_text("new")
    (tmp_path / "b").write_text("old")
    mx.gluon.utils.replace_file(str(tmp_path / "a"), str(tmp_path / "b"))
    return sorted(os.listdir(tmp_path)), (tmp_path / "b").read_text()


def test_download_keeps(mx, tmp_path):
    (tmp_path / "a").write_text("old")
    download = mx.gluon.utils.download
    kept = download("http://no.such.host.invalid/a", str(tmp_path))
    also = download("http://no.such.host.invalid/b", str(tmp_path / "a"))
    named = attempt(lambda: download("http://no.such.host.invalid/"))
    negative = attempt(lambda: download("http://no.such.host.invalid/a", retries=-1))
    return [os.path.relpath(p, tmp_path) for p in (kept, also)], named, negative


def test_repository(mx, monkeypatch):
    utils = mx.gluon.utils
    monkeypatch.delenv("MXNET_GLUON_REPO", raising=False)
    seen = [utils._get_repo_url(), utils._get_repo_file_url("gluon/models", "a.zip")]
    monkeypatch.setenv("MXNET_GLUON_REPO", "http://mirror.invalid/x")
    return [*seen, utils._get_repo_url(), utils._get_repo_file_url("n", "f")]


@pytest.mark.parametrize("np_shape", [False, True])
def test_shape_is_known(mx, np_shape):
    known = mx.gluon.utils.shape_is_known
    with mx.util.np_shape(np_shape):
        shapes = (None, (), (1, 2), (0, 2), (-1, 2), (1, -1))
        return [attempt(lambda s=s: known(s)) for s in shapes]


def test_text_helpers(mx):
    utils = mx.gluon.utils
    return utils._indent("a\nb\nc", 2), utils._brief_print_list(range(10)), utils._indent("a", 4)
