"""Pretrained token embeddings: local files, mirrors, and what an error says."""

from __future__ import annotations

import hashlib
import zipfile

import pytest

from mxshim.contrib.text import embedding
from mxshim.gluon import utils

NAME = "glove.6B.50d.txt"
TEXT = b"the 1 2\nof 3 4\n"
SHA1 = hashlib.sha1(TEXT).hexdigest()


@pytest.fixture
def mirror(tmp_path, monkeypatch):
    folder = tmp_path / "mirror" / "gluon" / "embeddings"
    (folder / "glove").mkdir(parents=True)
    (folder / "fasttext").mkdir()
    monkeypatch.setenv("MXNET_GLUON_REPO", (tmp_path / "mirror").as_uri())
    return folder


@pytest.fixture
def published(monkeypatch):
    """Let TEXT be the published file, and the archive made of it the published one."""

    def publish(kind, name, archive):
        digest = hashlib.sha1(archive.read_bytes()).hexdigest()
        monkeypatch.setitem(kind.pretrained_file_name_sha1, name, SHA1)
        monkeypatch.setitem(kind.pretrained_archive_name_sha1, archive.name, digest)

    return publish


def pack(path, member, content=TEXT):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, content)
    return path


def tokens(found):
    return found.idx_to_token, found.idx_to_vec.asnumpy().tolist()


EXPECTED = (["<unk>", "the", "of"], [[0, 0], [1, 2], [3, 4]])


def test_from_a_mirror(mirror, published, tmp_path):
    published(embedding.GloVe, NAME, pack(mirror / "glove" / "glove.6B.zip", NAME))
    root = tmp_path / "root"
    found = embedding.create("glove", pretrained_file_name=NAME, embedding_root=str(root))
    assert tokens(found) == EXPECTED
    assert sorted(file.name for file in (root / "glove").iterdir()) == [
        "glove.6B.50d.txt",
        "glove.6B.zip",
    ]
    (mirror / "glove" / "glove.6B.zip").unlink()
    assert tokens(embedding.GloVe(NAME, str(root))) == EXPECTED


def test_fasttext_from_a_mirror(mirror, published, tmp_path):
    archive = pack(mirror / "fasttext" / "wiki.simple.zip", "wiki.simple.vec", b"2 2\n" + TEXT)
    published(embedding.FastText, "wiki.simple.vec", archive)
    with pytest.warns(UserWarning, match="likely a header"):
        found = embedding.FastText(embedding_root=str(tmp_path))
    assert tokens(found) == EXPECTED


def test_a_local_file_that_is_not_the_published_one(mirror, tmp_path):
    (tmp_path / "glove").mkdir()
    (tmp_path / "glove" / NAME).write_bytes(TEXT)
    with pytest.warns(UserWarning, match="is not the published file"):
        assert tokens(embedding.GloVe(NAME, str(tmp_path))) == EXPECTED


def test_a_mirror_with_another_archive_than_the_published_one(mirror, tmp_path):
    pack(mirror / "glove" / "glove.6B.zip", NAME)
    with pytest.warns(UserWarning, match=r"glove.6B.zip is not the published file"):
        assert tokens(embedding.GloVe(NAME, str(tmp_path))) == EXPECTED


def test_the_error_says_what_to_put_where(mirror, tmp_path):
    with pytest.raises(utils.DownloadError) as caught:
        embedding.GloVe(NAME, str(tmp_path))
    sha1 = embedding.GloVe.pretrained_file_name_sha1[NAME]
    place = tmp_path / "glove" / NAME
    assert f"put the file here: {place} (sha1 {sha1})" in str(caught.value)


def test_a_hostile_archive(mirror, published, tmp_path):
    published(embedding.GloVe, NAME, pack(mirror / "glove" / "glove.6B.zip", "../" + NAME))
    with pytest.raises(utils.ArchiveError, match="would leave the folder"):
        embedding.GloVe(NAME, str(tmp_path / "root"))
    assert not (tmp_path / "root" / NAME).exists()


def test_reserved_tokens_have_rows_of_their_own(tmp_path):
    """MXNet numbers them and gives them no row, so that all vectors after them are shifted."""
    (tmp_path / "x.txt").write_bytes(TEXT)
    found = embedding.CustomEmbedding(str(tmp_path / "x.txt"), reserved_tokens=["<pad>"])
    assert found.get_vecs_by_tokens(["<pad>", "the", "of"]).asnumpy().tolist() == [
        [0, 0], [1, 2], [3, 4],
    ]  # fmt: skip


def test_a_file_without_vectors(tmp_path):
    (tmp_path / "x.txt").write_bytes(b"")
    with pytest.raises(ValueError, match="holds no vector"):
        embedding.CustomEmbedding(str(tmp_path / "x.txt"))
