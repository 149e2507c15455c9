"""Checking random number generators by their mean, their variance and the chi-square test."""

from __future__ import annotations

from itertools import pairwise

import numpy as np


def mean_check(generator, mu, sigma, nsamples=1000000):
    """Tell whether the mean of ``generator(nsamples)`` is near ``mu``: three standard errors."""
    mean = np.array(generator(nsamples)).mean()
    reach = 3 * sigma / np.sqrt(nsamples)
    return mu - reach < mean < mu + reach


def var_check(generator, sigma, nsamples=1000000):
    """Tell whether the variance of ``generator(nsamples)`` is near ``sigma`` squared.

    Within three standard errors of the variance of normal numbers.
    """
    variance = np.array(generator(nsamples)).var(ddof=1)
    reach = 3 * np.sqrt(2 * sigma**4 / (nsamples - 1))
    return sigma**2 - reach < variance < sigma**2 + reach


def gen_buckets_probs_with_ppf(ppf, nbuckets):
    """Cut a distribution into ``nbuckets`` ranges of the same probability by its quantiles.

    Return the list of ``(low, high)`` and that of the probabilities. ``ppf`` is the inverse of the
    distribution function.
    """
    assert nbuckets > 0
    edges = [ppf(i / float(nbuckets)) for i in range(nbuckets + 1)]
    return list(pairwise(edges)), [1.0 / nbuckets] * nbuckets


def chi_square_check(generator, buckets, probs, nsamples=1000000):
    """Test ``generator(nsamples)`` against probabilities; return p and both counts.

    ``buckets`` lists values of a discrete distribution, or ``(low, high)`` ranges in ascending
    order. A small p says that the numbers are not drawn with ``probs``.
    """
    from scipy.special import chdtrc

    assert isinstance(buckets, list)
    samples = generator(nsamples)
    assert len(probs) == len(buckets)
    expected = (nsamples * np.array(probs, dtype=np.float32)).astype(np.int32)
    if isinstance(buckets[0], (list, tuple)):
        ids, wanted = _bucket_ids(samples, buckets), range(len(buckets))
    else:
        ids, wanted = np.array(samples), buckets
    observed = np.array([(ids == value).sum() for value in wanted], dtype=int)
    # Not scipy.stats.chisquare, which refuses counts whose sums differ by rounding.
    distance = ((observed - expected) ** 2 / expected).sum()
    return chdtrc(len(buckets) - 1, distance), observed, expected


def _bucket_ids(samples, buckets):
    """Return the number of the range that each sample falls into."""
    edges = np.zeros(len(buckets) * 2, dtype=np.float32)
    for i, (low, high) in enumerate(buckets):
        assert low <= high
        if i < len(buckets) - 1:
            assert high <= buckets[i + 1][0]
        edges[i * 2 : i * 2 + 2] = low, high
    return np.searchsorted(edges, samples, side="right") // 2


def verify_generator(
    generator, buckets, probs, nsamples=1000000, nrepeat=5, success_rate=0.2, alpha=0.05
):
    """Raise AssertionError unless enough of several chi-square tests succeed; return their p.

    ``success_rate`` of the ``nrepeat`` tests must have a p above ``alpha``.
    """
    tests = [
        chi_square_check(generator=generator, buckets=buckets, probs=probs, nsamples=nsamples)
        for _ in range(nrepeat)
    ]
    found, observed, expected = (list(part) for part in zip(*tests))
    if (np.array(found) > alpha).sum() < nrepeat * success_rate:
        raise AssertionError(
            f"Generator test fails, Chi-square p={[float(p) for p in found]}, "
            f"obs_freq={observed}, expected_freq={expected}."
            f"\nbuckets={buckets}, probs={probs}"
        )
    return found
