"""Bulk sizes and build options."""

from __future__ import annotations

import threading

import pytest

from compat_tests.inputs import attempt


def test_bulk_sizes(mx):
    engine = mx.engine
    start = engine.set_bulk_size(5)
    seen = [engine.set_bulk_size(7)]
    with engine.bulk(3) as scope:
        seen.append(engine.set_bulk_size(3))
        with engine.bulk(1):
            seen.append(engine.set_bulk_size(1))
        seen.append(engine.set_bulk_size(3))
    seen.append(engine.set_bulk_size(start))
    attempt(lambda: _fail_inside(engine))
    return seen, type(scope), engine.set_bulk_size(start)


def _fail_inside(engine):
    with engine.bulk(9):
        raise ValueError("inside")


def test_bulk_size_of_a_thread(mx):
    seen = []
    thread = threading.Thread(target=lambda: seen.append(mx.engine.set_bulk_size(4)))
    thread.start()
    thread.join()
    return seen


@pytest.mark.parametrize("size", [0, 30, True, 2.5, None, "x"], ids=str)
def test_odd_bulk_sizes(mx, size):
    before = mx.engine.set_bulk_size(1)
    told = attempt(mx.engine.set_bulk_size, size)
    return told, mx.engine.set_bulk_size(before)


def test_results_stay(mx):
    with mx.engine.bulk(10):
        x = mx.nd.ones((2, 3))
        for _ in range(4):
            x += 1
    return x


def test_features(mx):
    features = mx.runtime.Features()
    return (
        sorted(features), features is mx.runtime.Features(), features.is_enabled("lapack"),
        attempt(features.is_enabled, "NO_SUCH"), attempt(lambda: features["NO_SUCH"]),
        features["LAPACK"].name, repr(features["LAPACK"]), len(mx.runtime.feature_list()),
        attempt(setattr, features["LAPACK"], "name", "x").seen["error"],
    )  # fmt: skip
