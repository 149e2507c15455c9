"""Texts from local files: archives, mirrors, other sha1s, missing files."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from mxshim.contrib.text.vocab import Vocabulary
from mxshim.gluon import utils
from mxshim.gluon.contrib.data import text

LINES = {"train": "a b\n\na c a\n", "valid": "b b b\n", "test": "c\n"}


def archive(folder: Path, name: str) -> Path:
    """Write a zip archive with a folder inside, as the published ones have."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("wikitext-2/", "")
        for segment, content in LINES.items():
            packed.writestr(f"wikitext-2/wiki.{segment}.tokens", content)
    return path


@pytest.fixture
def mirror(tmp_path, monkeypatch):
    """Point the repository to a folder with the archive of WikiText-2."""
    folder = tmp_path / "mirror"
    archive(folder / "gluon" / "dataset" / "wikitext-2", "wikitext-2-v1.zip")
    monkeypatch.setenv("MXNET_GLUON_REPO", folder.as_uri())
    return folder


@pytest.fixture
def nowhere(tmp_path, monkeypatch):
    """Point the repository to an empty folder, as a machine without network."""
    monkeypatch.setenv("MXNET_GLUON_REPO", (tmp_path / "empty").as_uri())


def test_archive_of_a_mirror_is_unpacked(mirror, tmp_path, capsys):
    root = tmp_path / "root"
    with pytest.warns(UserWarning, match="used as it is"):
        data = text.WikiText2(root=str(root), seq_len=2)
    assert sorted(p.name for p in root.iterdir()) == [
        "wiki.test.tokens", "wiki.train.tokens", "wiki.valid.tokens", "wikitext-2-v1.zip"
    ]  # fmt: skip
    assert data.vocabulary.idx_to_token == ["<unk>", "<eos>", "a", "b", "c"]
    assert [tuple(part.asnumpy().tolist() for part in sample) for sample in data] == [
        ([2, 3], [3, 1]), ([1, 2], [2, 4]), ([4, 2], [2, 1])
    ]  # fmt: skip
    assert data[0][0].dtype == np.int32
    assert data.frequencies == {"a": 3, "b": 1, "c": 1}


def test_given_vocabulary_numbers_other_segments(mirror, tmp_path, capsys):
    vocabulary = Vocabulary(reserved_tokens=["<eos>", "b"])
    with pytest.warns(UserWarning, match="used as it is"):
        data = text.WikiText2(str(tmp_path / "root"), "validation", vocabulary, seq_len=3)
    assert data.vocabulary is vocabulary
    assert data[0][1].asnumpy().tolist() == [2, 2, 1]


def test_published_text_needs_no_archive(nowhere, tmp_path):
    path = tmp_path / "wiki.test.tokens"
    path.write_text("x y z\n", encoding="utf8")

    class Known(text.WikiText2):
        _data_file = {"test": ("wiki.test.tokens", utils._sha1(path))}

    assert len(Known(root=str(tmp_path), segment="test", seq_len=1)) == 3


def test_other_text_is_used_where_no_archive_can_be_had(nowhere, tmp_path, capsys):
    (tmp_path / "wiki.train.tokens").write_text("x y z\n", encoding="utf8")
    with pytest.warns(UserWarning, match="not the published file"):
        assert len(text.WikiText103(root=str(tmp_path), seq_len=1)) == 3


def test_missing_text_says_what_to_put_where(nowhere, tmp_path, capsys):
    with pytest.raises(utils.DownloadError, match=r"wikitext-103-v1\.zip"):
        text.WikiText103(root=str(tmp_path / "root"))
