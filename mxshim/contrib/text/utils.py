"""Counting tokens."""

from __future__ import annotations

import re
from collections import Counter

from ..._core.missing import module_getattr


def count_tokens_from_str(
    source_str, token_delim=" ", seq_delim="\n", to_lower=False, counter_to_update=None
):
    """Count the tokens of a text; return the ``collections.Counter``.

    The delimiters are regular expressions. The counts are added to ``counter_to_update`` where it
    is given.

    >>> count_tokens_from_str("life is life", to_lower=True)
    Counter({'life': 2, 'is': 1})
    """
    tokens = filter(None, re.split(f"{token_delim}|{seq_delim}", source_str))
    if to_lower:
        tokens = (token.lower() for token in tokens)
    counter = Counter() if counter_to_update is None else counter_to_update
    counter.update(tokens)
    return counter


__getattr__ = module_getattr(__name__)
