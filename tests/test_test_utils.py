"""``mx.test_utils`` where MXNet is no measure: other errors, SciPy's tests, sparse arrays."""

from __future__ import annotations

import bz2
import zipfile
from itertools import pairwise

import numpy as np
import pytest

import mxshim as mx

utils = mx.test_utils


def test_star_import_gives_what_tests_count_on():
    found = {}
    exec("from mxshim.test_utils import *", found)
    wanted = "np npt rnd mx os sys json logging Context array Symbol np_symbol use_np getenv"
    assert not set(wanted.split()) - set(found)
    assert found["assert_almost_equal"] is utils.assert_almost_equal


@pytest.mark.parametrize("shift", [0, 1])
def test_a_mismatch_names_the_worst_place(capsys, shift):
    x = np.arange(6.0).reshape(2, 3)
    y = x.copy()
    y[1, 2] += shift
    if not shift:
        utils.assert_almost_equal(x, y)
        return
    with pytest.raises(AssertionError, match=r"Location of maximum error: \(1, 2\), a=5.0") as info:
        utils.assert_almost_equal(x, y)
    assert "1: Error" in capsys.readouterr().out
    assert "float64(" not in str(info.value)


def test_arrays_of_another_shape_are_reported_as_unequal():
    with pytest.raises(AssertionError, match="mismatch 50"):
        utils.assert_almost_equal(np.array([1.0, 2.0]), 1.0)


def test_half_precision_tolerances_for_tf32(monkeypatch):
    class OnGPU:
        dtype = np.float32
        ctx = mx.gpu(0)

    tolerances = "mxshim.test_utils._tolerances"
    monkeypatch.setattr(f"{tolerances}.get_cuda_compute_capability", lambda ctx: 80)
    assert utils.effective_dtype(OnGPU) == np.float32
    monkeypatch.setenv("CUPY_TF32", "1")
    assert utils.effective_dtype(OnGPU) == np.float16
    monkeypatch.setenv("NVIDIA_TF32_OVERRIDE", "0")
    assert utils.effective_dtype(OnGPU) == np.float32


# ---- statistics


def test_chi_square_agrees_with_scipy():
    stats = pytest.importorskip("scipy.stats")
    draws = np.random.RandomState(3)
    buckets, probs = utils.gen_buckets_probs_with_ppf(stats.norm.ppf, 5)
    p, observed, expected = utils.chi_square_check(
        lambda n: draws.normal(size=n), buckets, probs, nsamples=10000
    )
    assert observed.sum() == 10000
    assert expected.tolist() == [2000] * 5
    np.testing.assert_allclose(p, stats.chisquare(observed, expected).pvalue, rtol=1e-12)


def test_chi_square_of_a_discrete_distribution():
    draws = np.random.RandomState(0)
    p, observed, expected = utils.chi_square_check(
        lambda n: draws.choice([2, 5, 9], size=n, p=[0.2, 0.3, 0.5]), [2, 5, 9], [0.2, 0.3, 0.5],
        nsamples=1000,
    )  # fmt: skip
    assert p > 0.05
    assert observed.sum() == 1000
    assert expected.tolist() == [200, 300, 500]


def test_chi_square_counts_that_do_not_add_up():
    """Expected counts are cut to whole numbers, which SciPy would refuse."""
    draws = np.random.RandomState(1)
    found = utils.verify_generator(
        lambda n: draws.randint(0, 3, n), [0, 1, 2], [1 / 3] * 3, nsamples=1000, nrepeat=2
    )
    assert len(found) == 2


def test_verify_generator_refuses_another_distribution():
    draws = np.random.RandomState(2)
    buckets, probs = utils.gen_buckets_probs_with_ppf(lambda p: p, 4)
    good = utils.verify_generator(lambda n: draws.uniform(size=n), buckets, probs, nsamples=1000)
    assert max(good) > 0.05
    with pytest.raises(AssertionError, match=r"Chi-square p=\[\d\.\d+e-\d+, ") as info:
        utils.verify_generator(lambda n: draws.beta(2, 2, n), buckets, probs, nsamples=10000)
    assert "buckets=[(0.0, 0.25)" in str(info.value)


def test_chi_square_refuses_bad_buckets():
    for buckets, probs in [
        ([(0, 1), (0.5, 2)], [0.5, 0.5]),
        ([(1, 0)], [1]),
        ([1, 2], [1]),
        (((0, 1),), [1]),
    ]:
        with pytest.raises(AssertionError):
            utils.chi_square_check(np.ones, buckets, probs, nsamples=2)


# ---- files


def test_download_tries_again_and_says_what_to_do(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    missing = (tmp_path / "missing.bin").as_uri()
    with pytest.raises(OSError, match="put the file here") as info:
        utils.download(missing, dirname="new", retries=3)
    assert str(tmp_path / "new" / "missing.bin") in str(info.value)
    assert capsys.readouterr().out.splitlines() == [
        "download failed, retrying, 2 attempts left",
        "download failed, retrying, 1 attempt left",
    ]


def test_download_keeps_or_overwrites(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.bin").write_text("one")
    source = (tmp_path / "x.bin").as_uri()
    assert utils.download(source, "copy.bin") == "copy.bin"
    (tmp_path / "x.bin").write_text("two")
    utils.download(source, "copy.bin")
    assert (tmp_path / "copy.bin").read_text() == "one"
    utils.download(source, "copy.bin", overwrite=True)
    assert (tmp_path / "copy.bin").read_text() == "two"


def test_download_of_a_refused_page(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def refuse(*args):
        raise RuntimeError("status 404")

    monkeypatch.setattr("mxshim.test_utils._files._fetch_into", refuse)
    with pytest.raises(AssertionError, match=r"^failed to open http://nowhere\.invalid/x$"):
        utils.download("http://nowhere.invalid/x", retries=0)


def test_replaced_download_is_used(tmp_path, monkeypatch):
    """Programs put their own function in the place of ``download``."""
    monkeypatch.chdir(tmp_path)
    asked = []

    def fetch(url, *args, **kwargs):
        asked.append((url, args, kwargs))
        with zipfile.ZipFile(tmp_path / "data" / "mnist.zip", "w") as archive:
            archive.writestr("train-images-idx3-ubyte", "pixels")
        return str(tmp_path / "data" / "mnist.zip")

    monkeypatch.setattr(utils, "download", fetch)
    utils.get_mnist_ubyte()
    assert (tmp_path / "data" / "train-images-idx3-ubyte").read_text() == "pixels"
    assert asked == [("http://data.mxnet.io/mxnet/data/mnist.zip", (), {"dirname": "data"})]


def test_models_of_mxnets_server(monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(utils, "download", lambda url, path: asked.append((url, path)))
    folder = str(tmp_path)
    assert utils.download_model("imagenet1k-resnext-101-64x4d", folder) == (
        f"{folder}/imagenet1k-resnext-101-64x4d", 0,
    )  # fmt: skip
    utils.download_model("imagenet1k-inception-bn", folder)
    start = "http://data.mxnet.io/models/imagenet"
    assert [url for url, _ in asked] == [
        f"{start}/resnext/101-layers/resnext-101-64x4d-symbol.json",
        f"{start}/resnext/101-layers/resnext-101-64x4d-0000.params",
        f"{start}/inception-bn/Inception-BN-symbol.json",
        f"{start}/inception-bn/Inception-BN-0126.params",
    ]


def test_bz2_in_a_relative_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "a.bz2").write_bytes(bz2.compress(b"text"))
    utils.get_bz2_data("d", "a", "http://nowhere.invalid/a.bz2", "a.bz2")
    assert (tmp_path / "d" / "a").read_text() == "text"
    assert not (tmp_path / "d" / "a.bz2").exists()


def test_no_im2rec():
    with pytest.raises(OSError, match="Could not find path to tools/im2rec"):
        utils.get_im2rec_path("MXSHIM_NO_SUCH_VARIABLE")


# ---- sparse arrays by SciPy


def test_uniform_csr():
    np.random.seed(0)
    csr, (ends, columns, values) = utils.rand_sparse_ndarray((20, 30), "csr", density=0.25)
    dense = csr.asnumpy()
    assert csr.stype == "csr" and csr.dtype == np.float32
    assert np.count_nonzero(dense) == 150 == ends.asnumpy()[-1]
    assert values.shape == columns.shape == (150,)
    assert dense.min() == 0 and dense.max() < 1


def test_csr_of_one_value():
    dense = utils.create_sparse_array((6, 5), "csr", data_init=3, density=0.5).asnumpy()
    assert sorted(set(dense.ravel())) == [0, 3]
    assert np.count_nonzero(dense) == 15


def test_shuffled_columns():
    sparse = pytest.importorskip("scipy.sparse")
    np.random.seed(1)
    csr = sparse.random(8, 40, 0.5, format="csr", random_state=0)
    before, ends = csr.indices.copy(), csr.indptr
    utils.shuffle_csr_column_indices(csr)
    assert (csr.indices != before).any()
    for start, end in pairwise(ends):
        assert sorted(csr.indices[start:end]) == sorted(before[start:end])
