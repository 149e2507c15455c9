"""Vocabularies."""

from __future__ import annotations

from collections import Counter

from ..._core.missing import module_getattr

UNKNOWN_INDEX = 0


class Vocabulary:
    """Number tokens: the unknown one is 0, then the reserved ones, then others by frequency.

    ``counter`` (a ``collections.Counter``) gives the others; equally frequent ones are sorted.
    At most ``most_freq_count`` of them are numbered, and none that is rarer than ``min_freq``.
    AssertionError for reserved tokens that repeat or contain the unknown one.

    >>> vocabulary = Vocabulary(Counter("banana"))
    >>> vocabulary.to_indices(["a", "x"])
    [1, 0]
    """

    def __init__(
        self,
        counter=None,
        most_freq_count=None,
        min_freq=1,
        unknown_token="<unk>",
        reserved_tokens=None,
    ):
        assert min_freq > 0, "`min_freq` must be set to a positive value."
        if reserved_tokens is not None:
            assert unknown_token not in reserved_tokens, (
                "`reserved_token` cannot contain `unknown_token`."
            )
            assert len(set(reserved_tokens)) == len(reserved_tokens), (
                "`reserved_tokens` cannot contain duplicate reserved tokens."
            )
        self._unknown_token = unknown_token
        self._reserved_tokens = None if reserved_tokens is None else reserved_tokens[:]
        self._idx_to_token = [unknown_token, *(reserved_tokens or ())]
        if counter is not None:
            assert isinstance(counter, Counter), (
                "`counter` must be an instance of collections.Counter."
            )
            self._idx_to_token += _chosen(
                counter, set(self._idx_to_token), most_freq_count, min_freq
            )
        self._token_to_idx = {token: index for index, token in enumerate(self._idx_to_token)}

    def __len__(self):
        return len(self.idx_to_token)

    @property
    def token_to_idx(self):
        """Give the dictionary of token to number."""
        return self._token_to_idx

    @property
    def idx_to_token(self):
        """Give the list of tokens, by number."""
        return self._idx_to_token

    @property
    def unknown_token(self):
        """Give the token that stands for all that are not numbered."""
        return self._unknown_token

    @property
    def reserved_tokens(self):
        """Give the list of reserved tokens, or None."""
        return self._reserved_tokens

    def to_indices(self, tokens):
        """Return the number of a token, or the numbers of a list of tokens."""
        if not isinstance(tokens, list):
            return self.token_to_idx.get(tokens, UNKNOWN_INDEX)
        return [self.token_to_idx.get(token, UNKNOWN_INDEX) for token in tokens]

    def to_tokens(self, indices):
        """Return the token of a number, or the tokens of a list; ValueError for too large ones."""
        if not isinstance(indices, list):
            return self._token(indices)
        return [self._token(index) for index in indices]

    def _token(self, index):
        # mxnet: negative numbers count from the end, test_to_tokens
        if not isinstance(index, int) or index >= len(self.idx_to_token):
            raise ValueError("Token index %d in the provided `indices` is invalid." % index)  # noqa: UP031
        return self.idx_to_token[index]


def _chosen(counter, known, most_freq_count, min_freq):
    """Return the tokens to number, without those in ``known``."""
    ranked = sorted(counter.items(), key=lambda item: (-item[1], item[0]))
    fresh = [token for token, count in ranked if count >= min_freq and token not in known]
    return fresh if most_freq_count is None else fresh[:most_freq_count]


__getattr__ = module_getattr(__name__)
