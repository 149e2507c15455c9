"""Texts for language models, from files in MXNET_HOME, a mirror folder or the network.

Files with another sha1 than the published one are used as ``gluon.data.vision`` does.
"""

from __future__ import annotations

import os
import warnings

import numpy as np

from .... import ndarray as nd
from ...._core.missing import module_getattr
from ....base import data_dir
from ... import utils
from ...data import dataset
from ...data.vision.datasets import _fetch

__all__ = ["WikiText2", "WikiText103"]

EOS_TOKEN = "<eos>"


class _LanguageModelDataset(dataset._DownloadedDataset):
    """Count the tokens of a text and number them."""

    def __init__(self, root, namespace, vocabulary):
        self._vocab = vocabulary
        self._counter = None
        self._namespace = namespace
        super().__init__(root, None)

    @property
    def vocabulary(self):
        """Give the vocabulary that numbers the tokens."""
        return self._vocab

    @property
    def frequencies(self):
        """Give the counter of the text's tokens."""
        return self._counter

    def _build_vocab(self, content):
        """Count the tokens; number them where no vocabulary was given."""
        from ....contrib import text

        if not self._counter:
            self._counter = text.utils.count_tokens_from_str(content)
        if not self._vocab:
            self._vocab = text.vocab.Vocabulary(
                counter=self.frequencies, reserved_tokens=[EOS_TOKEN]
            )


class _WikiText(_LanguageModelDataset):
    """Cut the numbers of a text's tokens into samples of ``seq_len``; labels are one token on."""

    _archive_file = ("", "")
    _data_file = {}

    def __init__(self, root, namespace, segment, vocab, seq_len):
        self._segment = segment
        self._seq_len = seq_len
        super().__init__(root, namespace, vocab)

    def _read_batch(self, filename):
        """Return the numbers of all tokens but the last, and of all but the first."""
        with open(filename, encoding="utf8") as file:
            content = file.read()
        self._build_vocab(content)
        lines = (line.split() for line in content.splitlines())
        tokens = [token for line in lines if line for token in (*line, EOS_TOKEN)]
        numbers = np.array(self.vocabulary.to_indices(tokens), dtype=np.int32)
        return numbers[:-1], numbers[1:]

    def _get_data(self):
        data, label = self._read_batch(self._find())
        used = len(data) // self._seq_len * self._seq_len
        self._data, self._label = (
            nd.array(part, dtype=part.dtype)[:used].reshape((-1, self._seq_len))
            for part in (data, label)
        )

    def _find(self):
        """Return the path of the text, unpacked from its archive when it must be.

        A text with another sha1 than the published one is used where the archive cannot be had.
        """
        name, sha1 = self._data_file[self._segment]
        path = os.path.join(self._root, name)
        there = os.path.exists(path)
        if there and utils.check_sha1(path, sha1):
            return path
        try:
            packed = _fetch(self._root, self._namespace, *self._archive_file)
        except utils.DownloadError:
            if not there:
                raise
            warnings.warn(
                f"{path} is not the published file of sha1 {sha1}; it is used as it is.",
                stacklevel=6,
            )
            return path
        utils.unpack(packed, self._root, flat=True, sha1=self._archive_file[1])
        return path

    def __getitem__(self, idx):
        return self._data[idx], self._label[idx]

    def __len__(self):
        return len(self._label)


class WikiText2(_WikiText):
    """Articles of Wikipedia, two million tokens; ``<eos>`` ends each line.

    ``segment`` is "train", "validation" or "test". Samples are int32 vectors of ``seq_len`` tokens
    and the labels, the same one token on. ``vocab`` numbers the tokens; without it one is made of
    this text.
    """

    _archive_file = ("wikitext-2-v1.zip", "3c914d17d80b1459be871a5039ac23e752a53cbe")
    _data_file = {
        "train": ("wiki.train.tokens", "863f29c46ef9d167fff4940ec821195882fe29d1"),
        "validation": ("wiki.valid.tokens", "0418625c8b4da6e4b5c7a0b9e78d4ae8f7ee5422"),
        "test": ("wiki.test.tokens", "c7b8ce0aa086fb34dab808c5c49224211eb2b172"),
    }

    def __init__(
        self,
        root=os.path.join(data_dir(), "datasets", "wikitext-2"),
        segment="train",
        vocab=None,
        seq_len=35,
    ):
        super().__init__(root, "wikitext-2", segment, vocab, seq_len)


class WikiText103(_WikiText):
    """Articles of Wikipedia, a hundred million tokens; see WikiText2."""

    _archive_file = ("wikitext-103-v1.zip", "0aec09a7537b58d4bb65362fee27650eeaba625a")
    _data_file = {
        "train": ("wiki.train.tokens", "b7497e2dfe77e72cfef5e3dbc61b7b53712ac211"),
        "validation": ("wiki.valid.tokens", "c326ac59dc587676d58c422eb8a03e119582f92b"),
        "test": ("wiki.test.tokens", "8a5befc548865cec54ed4273cf87dbbad60d1e47"),
    }

    def __init__(
        self,
        root=os.path.join(data_dir(), "datasets", "wikitext-103"),
        segment="train",
        vocab=None,
        seq_len=35,
    ):
        super().__init__(root, "wikitext-103", segment, vocab, seq_len)


__getattr__ = module_getattr(__name__)
