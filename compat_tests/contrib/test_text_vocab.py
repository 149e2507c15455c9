"""Counting tokens and numbering them."""

from __future__ import annotations

from collections import Counter

import pytest

from compat_tests.inputs import attempt

TEXT = " Life is great ! \n life is good . \n"


def test_count(mx):
    count = mx.contrib.text.utils.count_tokens_from_str
    given = Counter({"life": 5})
    added = count(TEXT, counter_to_update=given)
    return [
        count(TEXT),
        count(TEXT, to_lower=True),
        count("*a*b*a*|*b*", r"\*", r"\|"),
        count(""),
        count("a-b c", "-", " "),
        added,
        added is given,
    ]


VOCABULARIES = {
    "all": {},
    "most": {"most_freq_count": 2},
    "most-none": {"most_freq_count": 0},
    "most-many": {"most_freq_count": 50},
    "min": {"min_freq": 2},
    "both": {"most_freq_count": 3, "min_freq": 2},
    "unknown": {"unknown_token": "a"},
    "reserved": {"reserved_tokens": ["<pad>", "b"]},
    "reserved-most": {"reserved_tokens": ["<pad>", "b"], "most_freq_count": 2},
    "reserved-unseen": {"reserved_tokens": ["<pad>"], "most_freq_count": 2, "unknown_token": "c"},
}


@pytest.mark.parametrize("name", VOCABULARIES)
def test_vocabulary(mx, name):
    counter = Counter("abracadabra, cadabra")
    made = mx.contrib.text.vocab.Vocabulary(counter, **VOCABULARIES[name])
    return (
        len(made),
        made.idx_to_token,
        sorted(made.token_to_idx.items()),
        made.unknown_token,
        made.reserved_tokens,
        made.to_indices(["a", "b", "z"]),
        made.to_indices("r"),
    )


def test_empty(mx):
    made = mx.contrib.text.vocab.Vocabulary()
    return len(made), made.idx_to_token, made.reserved_tokens, made.to_indices("x")


def test_to_tokens(mx):
    made = mx.contrib.text.vocab.Vocabulary(Counter("banana"))
    return [
        made.to_tokens(1),
        made.to_tokens([0, 2, 1]),
        made.to_tokens([]),
        made.to_tokens(-1),
        attempt(made.to_tokens, 9),
        attempt(made.to_tokens, [1, 9]),
        attempt(made.to_tokens, 1.0),
        attempt(made.to_tokens, "a"),
    ]


def test_wrong(mx):
    make = mx.contrib.text.vocab.Vocabulary
    return [
        attempt(make, Counter("a"), min_freq=0),
        attempt(make, {"a": 1}),
        attempt(make, None, reserved_tokens=["<unk>"]),
        attempt(make, None, reserved_tokens=["a", "a"]),
    ]
