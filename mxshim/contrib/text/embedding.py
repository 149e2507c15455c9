"""Token embeddings: vectors of tokens from files, pretrained ones and others.

Pretrained files lie in ``$MXNET_HOME/embeddings`` or are fetched there, by the rules of data sets.
"""

from __future__ import annotations

import array
import logging
import os
import warnings
from pathlib import Path

import numpy as np

from ... import ndarray as nd
from ... import numpy as _mx_np
from ... import numpy_extension as npx
from ... import registry
from ..._core.missing import module_getattr
from ...base import data_dir
from ...gluon import utils
from ...util import is_np_array
from . import vocab

_ROOT = os.path.join(data_dir(), "embeddings")


def register(embedding_cls):
    """Decorate a subclass of ``_TokenEmbedding``: :func:`create` then finds it by its name."""
    return registry.get_register_func(_TokenEmbedding, "token embedding")(embedding_cls)


def create(embedding_name, **kwargs):
    """Make the embedding of a registered name, such as ``create("glove", ...)``.

    :func:`get_pretrained_file_names` says which names and ``pretrained_file_name`` there are.
    """
    return registry.get_create_func(_TokenEmbedding, "token embedding")(embedding_name, **kwargs)


def get_pretrained_file_names(embedding_name=None):
    """Return the names of an embedding's pretrained files; without a name a dict for all.

    KeyError for a name that is not registered.
    """
    known = registry.get_registry(_TokenEmbedding)
    if embedding_name is None:
        return {name: list(kind.pretrained_file_name_sha1) for name, kind in known.items()}
    if embedding_name not in known:
        raise KeyError(
            f"Cannot find `embedding_name` {embedding_name}. Use "
            "`get_pretrained_file_names(embedding_name=None).keys()` to get all the valid "
            "embedding names."
        )
    return list(known[embedding_name].pretrained_file_name_sha1)


def _published(kind, what):
    """Return names and sha1 of the published files of one kind of embedding."""
    text = Path(__file__).with_name("pretrained.txt").read_text(encoding="utf-8")
    rows = (line.split() for line in text.splitlines() if not line.startswith("#"))
    return {name: sha1 for of, is_a, name, sha1 in rows if (of, is_a) == (kind, what)}


class _TokenEmbedding(vocab.Vocabulary):
    """A vocabulary with a vector for each token, the rows of ``idx_to_vec``.

    Row 0 is the unknown token's. Keyword arguments are those of the vocabulary.
    """

    _vec_len = None
    _idx_to_vec = None

    @property
    def vec_len(self):
        """Give the length of the vectors."""
        return self._vec_len

    @property
    def idx_to_vec(self):
        """Give the vectors, (tokens, vec_len)."""
        return self._idx_to_vec

    def get_vecs_by_tokens(self, tokens, lower_case_backup=False):
        """Return the vector of a token, or the vectors of a list of tokens as rows.

        With ``lower_case_backup`` a token that is not there is looked up in lower case too.
        """
        listed = tokens if isinstance(tokens, list) else [tokens]
        known = self.token_to_idx
        indices = [
            known.get(token.lower() if lower_case_backup and token not in known else token, 0)
            for token in listed
        ]
        rows, columns = self.idx_to_vec.shape
        look_up = npx.embedding if is_np_array() else nd.Embedding
        found = look_up(_front().array(indices), self.idx_to_vec, rows, columns)
        return found if listed is tokens else found[0]

    def update_token_vectors(self, tokens, new_vectors):
        """Replace the vectors of one token or of a list of them by the rows of ``new_vectors``.

        ValueError for a token that is not there: the unknown one must be named itself.
        """
        assert self.idx_to_vec is not None, "The property `idx_to_vec` has not been properly set."
        listed = tokens if isinstance(tokens, list) else [tokens]
        single = len(listed) == 1
        axes = getattr(new_vectors, "ndim", 0) if isinstance(new_vectors, nd.NDArray) else 0
        if single:
            assert axes in (1, 2), (
                "`new_vectors` must be a 1-D or 2-D NDArray if `tokens` is a singleton."
            )
        else:
            assert axes == 2, (
                "`new_vectors` must be a 2-D NDArray if `tokens` is a list of multiple strings."
            )
        if axes == 1:
            new_vectors = new_vectors.reshape((1, -1))
        assert new_vectors.shape == (len(listed), self.vec_len), (
            "The length of new_vectors must be equal to the number of tokens and the width of"
            "new_vectors must be equal to the dimension of embeddings of the glossary."
        )
        indices = [self._known(token) for token in listed]
        self._idx_to_vec[_front().array(indices)] = new_vectors

    def _known(self, token):
        if token not in self.token_to_idx:
            raise ValueError(
                f"Token {token} is unknown. To update the embedding vector for an unknown token, "
                "please specify it explicitly as the `unknown_token` "
                f"{self.idx_to_token[0]} in `tokens`. This is to avoid unintended updates."
            )
        return self.token_to_idx[token]

    # From files

    def _load_embedding(self, pretrained_file_path, elem_delim, init_unknown_vec, encoding="utf8"):
        """Add the tokens of a file of lines: a token and its numbers, ``elem_delim`` between."""
        path = os.path.expanduser(pretrained_file_path)
        if not os.path.isfile(path):
            raise ValueError(
                "`pretrained_file_path` must be a valid path to the pre-trained token embedding "
                "file."
            )
        logging.info("Loading pre-trained token embedding vectors from %s", path)
        reader = _Lines(path, self.unknown_token)
        with open(path, encoding=encoding) as file:
            for line in file:
                reader.take(line.rstrip().split(elem_delim))
        if reader.length is None:
            raise ValueError(f"{path} holds no vector")
        # Reserved tokens have a row each, as the unknown one has.
        ahead = len(self._idx_to_token)
        vectors = np.zeros((ahead + len(reader.tokens), reader.length), np.float32)
        vectors[ahead:] = np.frombuffer(reader.numbers).reshape(-1, reader.length)
        for token in reader.tokens:
            self._token_to_idx[token] = len(self._idx_to_token)
            self._idx_to_token.append(token)
        self._vec_len = reader.length
        self._idx_to_vec = _front().array(vectors)
        if reader.unknown is None:
            unknown = init_unknown_vec(shape=self.vec_len)
            self._idx_to_vec[0] = unknown.as_np_ndarray() if is_np_array() else unknown
        else:
            self._idx_to_vec[0] = _front().array(reader.unknown)

    def _index_tokens_from_vocabulary(self, vocabulary):
        self._token_to_idx = vocabulary.token_to_idx.copy()
        self._idx_to_token = vocabulary.idx_to_token[:]
        self._unknown_token = vocabulary.unknown_token
        reserved = vocabulary.reserved_tokens
        self._reserved_tokens = None if reserved is None else reserved[:]

    def _set_idx_to_vec_by_embeddings(self, token_embeddings, vocab_len, vocab_idx_to_token):
        """Take the tokens' vectors from embeddings, one beside the other."""
        length = sum(each.vec_len for each in token_embeddings)
        vectors = _front().zeros(shape=(vocab_len, length))
        begin = 0
        for each in token_embeddings:
            end = begin + each.vec_len
            vectors[0, begin:end] = each.idx_to_vec[0]
            if vocab_len > 1:
                vectors[1:, begin:end] = each.get_vecs_by_tokens(vocab_idx_to_token[1:])
            begin = end
        self._vec_len, self._idx_to_vec = length, vectors

    def _build_embedding_for_vocabulary(self, vocabulary):
        if vocabulary is None:
            return
        assert isinstance(vocabulary, vocab.Vocabulary), (
            "The argument `vocabulary` must be an instance of mxnet.contrib.text.vocab.Vocabulary."
        )
        self._set_idx_to_vec_by_embeddings([self], len(vocabulary), vocabulary.idx_to_token)
        self._index_tokens_from_vocabulary(vocabulary)

    # Pretrained ones

    @classmethod
    def _check_pretrained_file_names(cls, pretrained_file_name):
        if pretrained_file_name not in cls.pretrained_file_name_sha1:
            name = cls.__name__.lower()
            raise KeyError(
                f"Cannot find pretrained file {pretrained_file_name} for token embedding {name}. "
                f"Valid pretrained files for embedding {name}: "
                f"{', '.join(cls.pretrained_file_name_sha1)}"
            )

    @classmethod
    def _get_download_file_name(cls, pretrained_file_name):
        """Return the name of the archive that holds the file; here the file itself."""
        return pretrained_file_name

    @classmethod
    def _get_pretrained_file_url(cls, pretrained_file_name):
        namespace = f"gluon/embeddings/{cls.__name__.lower()}"
        return utils._get_repo_file_url(
            namespace, cls._get_download_file_name(pretrained_file_name)
        )

    @classmethod
    def _get_pretrained_file(cls, embedding_root, pretrained_file_name):
        """Return the path of the file, fetched and unpacked when it must be.

        A file with another sha1 than the published one is used, with a warning, where none can be
        fetched or where it comes from a local mirror.
        """
        folder = os.path.join(os.path.expanduser(embedding_root), cls.__name__.lower())
        path = os.path.join(folder, pretrained_file_name)
        sha1 = cls.pretrained_file_name_sha1[pretrained_file_name]
        there = os.path.exists(path)
        if there and utils.check_sha1(path, sha1):
            return path
        try:
            cls._fetch(folder, pretrained_file_name, retries=1 if there else 5)
        except utils.DownloadError as error:
            if not there:
                advice = str(error).splitlines()[:-1]
                advice.append(
                    f"without network, put the file here: {os.path.abspath(path)} (sha1 {sha1})"
                )
                raise utils.DownloadError("\n".join(advice)) from error
            warnings.warn(
                f"{path} is not the published file of sha1 {sha1}; it is used as it is.",
                stacklevel=4,
            )
        return path

    @classmethod
    def _fetch(cls, folder, pretrained_file_name, retries):
        url = cls._get_pretrained_file_url(pretrained_file_name)
        name = os.path.basename(url)
        archives = getattr(cls, "pretrained_archive_name_sha1", cls.pretrained_file_name_sha1)
        sha1 = archives[name]
        fetched = os.path.join(folder, name)
        try:
            utils.download(url, fetched, sha1_hash=sha1, retries=retries)
        except UserWarning:
            if utils.local_path(url) is None:
                raise
            warnings.warn(
                f"{url} is not the published file of sha1 {sha1}; it is used as it is.",
                stacklevel=5,
            )
        if name != pretrained_file_name:
            utils.unpack(fetched, folder, sha1=sha1)


def _front():
    return _mx_np if is_np_array() else nd


class _Lines:
    """What the lines of a file of vectors say so far."""

    def __init__(self, path, unknown_token):
        self.path = path
        self.unknown_token = unknown_token
        self.unknown = None
        self.length = None
        self.tokens = []
        self.numbers = array.array("d")
        self._seen = set()
        self._count = 0

    def take(self, elements):
        """Take in the parts of one line."""
        self._count += 1
        assert len(elements) > 1, (
            f"At line {self._count} of the pre-trained text embedding file: the data format of the "
            f"pre-trained token embedding file {self.path} is unexpected."
        )
        token, numbers = elements[0], list(map(float, elements[1:]))
        if token == self.unknown_token and self.unknown is None:
            self.unknown = numbers
            self._seen.add(token)
        elif token in self._seen:
            warnings.warn(
                f"At line {self._count} of the pre-trained token embedding file: the embedding "
                f"vector for token {token} has been loaded and a duplicate embedding for the  same "
                "token is seen and skipped.",
                stacklevel=4,
            )
        elif len(numbers) == 1:
            warnings.warn(
                f"At line {self._count} of the pre-trained text embedding file: token {token} with "
                f"1-dimensional vector {numbers} is likely a header and is skipped.",
                stacklevel=4,
            )
        else:
            self._add(token, numbers)

    def _add(self, token, numbers):
        if self.length is None:
            self.length = len(numbers)
        assert len(numbers) == self.length, (
            f"At line {self._count} of the pre-trained token embedding file: the dimension of "
            f"token {token} is {len(numbers)} but the dimension of previous tokens is "
            f"{self.length}. "
            "Dimensions of all the tokens must be the same."
        )
        self.numbers.extend(numbers)
        self.tokens.append(token)
        self._seen.add(token)


@register
class GloVe(_TokenEmbedding):
    """Vectors of GloVe, from counts of words that occur together.

    Those of the file ``pretrained_file_name`` in ``embedding_root/glove``; of all its tokens, or of
    those of ``vocabulary``. ``init_unknown_vec(shape=)`` makes the unknown token's vector where the
    file has none. KeyError for other file names, DownloadError with what to put where.
    """

    pretrained_archive_name_sha1 = _published("GloVe", "archive")
    pretrained_file_name_sha1 = _published("GloVe", "file")

    @classmethod
    def _get_download_file_name(cls, pretrained_file_name):
        corpus = pretrained_file_name.split(".")[1]
        return next(
            name for name in cls.pretrained_archive_name_sha1 if name.split(".")[1] == corpus
        )

    def __init__(
        self, pretrained_file_name="glove.840B.300d.txt", embedding_root=_ROOT,
        init_unknown_vec=nd.zeros, vocabulary=None, **kwargs,
    ):  # fmt: skip
        self._check_pretrained_file_names(pretrained_file_name)
        super().__init__(**kwargs)
        path = GloVe._get_pretrained_file(embedding_root, pretrained_file_name)
        self._load_embedding(path, " ", init_unknown_vec)
        self._build_embedding_for_vocabulary(vocabulary)


@register
class FastText(_TokenEmbedding):
    """Vectors of fastText, from words and their parts; the arguments are those of GloVe."""

    pretrained_archive_name_sha1 = _published("FastText", "archive")
    pretrained_file_name_sha1 = _published("FastText", "file")

    @classmethod
    def _get_download_file_name(cls, pretrained_file_name):
        return os.path.splitext(pretrained_file_name)[0] + ".zip"

    def __init__(
        self, pretrained_file_name="wiki.simple.vec", embedding_root=_ROOT,
        init_unknown_vec=nd.zeros, vocabulary=None, **kwargs,
    ):  # fmt: skip
        self._check_pretrained_file_names(pretrained_file_name)
        super().__init__(**kwargs)
        path = FastText._get_pretrained_file(embedding_root, pretrained_file_name)
        self._load_embedding(path, " ", init_unknown_vec)
        self._build_embedding_for_vocabulary(vocabulary)


class CustomEmbedding(_TokenEmbedding):
    """Vectors of a file of one's own: lines of a token and its numbers, ``elem_delim`` between.

    ValueError when there is no such file, AssertionError that names a line of another form.
    """

    def __init__(
        self, pretrained_file_path, elem_delim=" ", encoding="utf8", init_unknown_vec=nd.zeros,
        vocabulary=None, **kwargs,
    ):  # fmt: skip
        super().__init__(**kwargs)
        self._load_embedding(pretrained_file_path, elem_delim, init_unknown_vec, encoding)
        self._build_embedding_for_vocabulary(vocabulary)


class CompositeEmbedding(_TokenEmbedding):
    """The tokens of ``vocabulary`` with the vectors of one or several embeddings side by side."""

    def __init__(self, vocabulary, token_embeddings):
        assert isinstance(vocabulary, vocab.Vocabulary), (
            "The argument `vocabulary` must be an instance of "
            "mxnet.contrib.text.indexer.Vocabulary."
        )
        if not isinstance(token_embeddings, list):
            token_embeddings = [token_embeddings]
        for each in token_embeddings:
            assert isinstance(each, _TokenEmbedding), (
                "The argument `token_embeddings` must be an instance or a list of instances "
                "of `mxnet.contrib.text.embedding.TextEmbedding` whose embedding vectors will be"
                "loaded or concatenated-then-loaded to map to the indexed tokens."
            )
        self._index_tokens_from_vocabulary(vocabulary)
        self._set_idx_to_vec_by_embeddings(token_embeddings, len(self), self.idx_to_token)


__getattr__ = module_getattr(__name__)
