"""ResizeIter and PrefetchingIter."""

from __future__ import annotations

import numpy as np
import pytest

from compat_tests.inputs import attempt
from compat_tests.io.iterating import described, epochs, seen


def plain(mx, count=5, batch=2, **options):
    return mx.io.NDArrayIter(np.arange(count), np.arange(count) * 10, batch, **options)


@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.parametrize("size", [0, 1, 2, 3, 7])
def test_resize(mx, size, inside):
    it = mx.io.ResizeIter(plain(mx), size, inside)
    return described(it), epochs(it, 2, show=seen)


def test_resize_by_hand(mx):
    it = mx.io.ResizeIter(plain(mx), 2)
    made = []
    while it.iter_next():
        made.append((it.getdata(), it.getlabel(), it.getpad(), it.getindex(), it.cur))
    return made, it.iter_next(), attempt(it.next), hasattr(it, "default_bucket_key")


def test_resize_bucket_key(mx):
    inner = plain(mx)
    inner.default_bucket_key = 7
    return mx.io.ResizeIter(inner, 2).default_bucket_key


def test_resize_empty(mx):
    it = mx.io.ResizeIter(plain(mx, 1, 2, last_batch_handle="discard"), 2)
    return attempt(it.next)


# Real MXNet's threads never end, so each of these leaves some behind while recording.
@pytest.mark.parametrize("number", [1, 2, 3])
def test_prefetch(mx, number):
    it = mx.io.PrefetchingIter([plain(mx) for _ in range(number)])
    return described(it), epochs(it, 3, show=seen), it.n_iter


def test_prefetch_one(mx):
    it = mx.io.PrefetchingIter(plain(mx))
    first = it.next()
    return seen(first), repr(first.provide_data), repr(first.provide_label), str(first)


def test_prefetch_renamed(mx):
    it = mx.io.PrefetchingIter(
        [plain(mx), plain(mx)],
        rename_data=[{"data": "x"}, {"data": "y"}],
        rename_label=[{"softmax_label": "u"}, {"softmax_label": "v"}],
    )
    return described(it), epochs(it, 1, show=seen)


def test_prefetch_wrong_names(mx):
    return (
        attempt(lambda: mx.io.PrefetchingIter([])),
        attempt(lambda: described(mx.io.PrefetchingIter([plain(mx)], [{"other": "x"}]))),
    )


def test_prefetch_by_hand(mx):
    it = mx.io.PrefetchingIter(plain(mx))
    made = []
    while it.iter_next():
        made.append((it.getdata(), it.getlabel(), it.getpad(), it.getindex()))
    return made, it.iter_next(), attempt(it.next)


def test_prefetch_reset_midway(mx):
    it = mx.io.PrefetchingIter(plain(mx))
    first = seen(it.next())
    it.reset()
    return first, epochs(it, 1, show=seen)


@pytest.mark.parametrize("counts", [(2, 4), (4, 2), (3, 4)])
def test_prefetch_mismatch(mx, counts):
    it = mx.io.PrefetchingIter([plain(mx, count) for count in counts])
    return attempt(lambda: [seen(it.next()) for _ in range(3)])
