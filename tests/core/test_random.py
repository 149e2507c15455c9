"""The random streams without MXNet: words, roundings, and where generators come from."""

from __future__ import annotations

import math
import threading

import numpy as np
import pytest

import mxshim as mx
from mxshim._core.rng import draws, floats, libm
from mxshim._core.rng.parallel import ParallelSampler
from mxshim._core.rng.streams import Parallel, Single, spread
from tests.strict_cupy import strict_context


def words(seed: int, count: int) -> np.ndarray:
    """Return the words of an MT19937 as NumPy makes them."""
    return np.random.RandomState(seed % 2**32).randint(0, 2**32, count, dtype=np.uint32)


def test_single_stream_gives_the_words_in_order():
    stream = Single(5334)
    parts = [stream.take(count).copy() for count in (1, 3, 623, 1000, 700)]
    assert (np.concatenate(parts) == words(5334, 2327)).all()


def test_what_was_only_looked_at_comes_again():
    stream = Single(1)
    stream.peek(2000)
    stream.use(10)
    assert (stream.take(5) == words(1, 15)[10:]).all()


@pytest.mark.parametrize("lanes", [1, 2, 17, 1024])
def test_parallel_streams_stay_apart(lanes):
    seed = 2**32 - 3
    streams = Parallel(seed)
    taken = np.zeros(lanes, int)
    shown = sorted({0, 1, lanes // 2, lanes - 2, lanes - 1} & set(range(lanes)))
    expected = {lane: words(seed + lane, 6000) for lane in shown}
    for count, last in ((5, 2), (98, 98), (624, 1), (1300, 900), (33, 33), (600, 7), (600, 600)):
        got = streams.take(lanes, count, last)
        for lane in shown:
            used = last if lane == lanes - 1 else count
            start = taken[lane]
            assert (got[lane, :used] == expected[lane][start : start + used]).all()
        taken[:-1] += count
        taken[-1] += last


@pytest.mark.parametrize(
    ("count", "lanes", "step"),
    [(1, 1, 1), (64, 1, 64), (65, 2, 33), (100000, 1021, 98), (65536, 1024, 64), (65537, 1009, 65)],
)
def test_spreading(count, lanes, step):
    assert spread(count) == (lanes, step)


def test_small_draws_agree_with_large_ones():
    """Tables kept between small draws give what one large draw of the same generator gives."""
    few, many = ParallelSampler(Parallel(9)), ParallelSampler(Parallel(9))
    parts = [few.normal(0.0, 1.0, (n,), "float32") for n in (3, 7, 64, 1, 40, 64, 64, 64)]
    together = np.concatenate(parts)
    stream = many.streams
    _, y, radius, accepted = draws.attempts(stream.row(0, 624), np.dtype("float32"))
    direct = (draws.stretch(radius[accepted]) * y[accepted])[: len(together)]
    assert (together[: len(direct)] == direct).all()


@pytest.mark.parametrize(
    ("text", "value"),
    [("0.1", 0.1), ("-2.5e1", -25.0), ("1e8", 1e8), (".5", 0.5), ("5.", 5.0), ("1.0f", 1.0)],
)
def test_float_parser(text, value):
    assert floats.parse(text) == float(np.float32(value))


@pytest.mark.parametrize("text", ["", "abc", "0x10", "1 2", "1e39", "1e-38"])
def test_float_parser_refuses(text):
    with pytest.raises(ValueError):
        floats.parse(text)


def test_logf_is_within_a_bit_of_the_logarithm():
    x = np.abs(np.random.RandomState(0).standard_normal(20000)).astype(np.float32)
    exact = np.log(x.astype(np.float64))
    assert np.abs(libm.logf(x) - exact).max() <= np.spacing(np.float32(8))
    assert libm.logf(np.float32([0, 1, -1]))[:2].tolist() == [-math.inf, 0.0]


def test_bounded_rejects_the_words_that_would_favour_small_numbers():
    numbers, used = draws.bounded(np.uint32([2**32 - 1, 7, 2**32 - 1, 8]), np.array([3, 3]))
    assert used == 4
    assert numbers.tolist() == [7 // ((2**32 - 1) // 3), 8 // ((2**32 - 1) // 3)]


@pytest.fixture
def generator():
    """Restore the choice of generators."""
    before = mx.random.set_generator("mxnet")
    yield mx.random.set_generator
    mx.random.set_generator(before)


def test_numpy_mode_draws_other_numbers_reproducibly(generator):
    mx.random.seed(3)
    ours = mx.nd.random.uniform(shape=5).asnumpy()
    assert generator("numpy") == "mxnet"
    drawn = []
    for _ in range(2):
        mx.random.seed(3)
        drawn.append(mx.nd.random.uniform(shape=5).asnumpy())
    assert (drawn[0] == drawn[1]).all() and (drawn[0] != ours).any()


@pytest.mark.parametrize("name", ["MXNet", "", None, "cupy"])
def test_unknown_generator(generator, name):
    with pytest.raises(ValueError, match="is unknown; choose from mxnet, mxnet-cpu, numpy"):
        generator(name)


SAMPLERS = [
    lambda mx, ctx: mx.nd.random.uniform(shape=(3, 40), ctx=ctx),
    lambda mx, ctx: mx.nd.random.normal(2, 3, shape=7, dtype="float64", ctx=ctx),
    lambda mx, ctx: mx.nd.random.gamma(2, 3, shape=70, ctx=ctx),
    lambda mx, ctx: mx.nd.random.randint(0, 9, shape=7, ctx=ctx),
    lambda mx, ctx: mx.nd.Dropout(mx.nd.ones((5, 5), ctx=ctx), mode="always"),
    lambda mx, ctx: mx.nd.shuffle(mx.nd.arange(9, ctx=ctx)),
    lambda mx, ctx: mx.np.random.exponential(size=4, ctx=ctx),
    lambda mx, ctx: mx.np.random.choice(9, size=4, replace=False, ctx=ctx),
]


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("mode", ["mxnet", "mxnet-cpu", "numpy"])
def test_gpu_draws(generator, sampler, mode):
    """Only mxnet-cpu gives a GPU the numbers of the CPU; every mode obeys the seed."""
    generator(mode)
    gpu = strict_context()
    drawn = []
    for ctx in (gpu, gpu, mx.cpu()):
        mx.random.seed(11)
        drawn.append(sampler(mx, ctx).asnumpy())
    assert (drawn[0] == drawn[1]).all()
    if mode == "mxnet-cpu":
        assert (drawn[0] == drawn[2]).all()


def test_a_new_thread_starts_from_seed_zero():
    mx.random.seed(0)
    expected = mx.nd.random.normal(shape=9).asnumpy()
    mx.random.seed(5)
    found = []
    thread = threading.Thread(target=lambda: found.append(mx.nd.random.normal(shape=9).asnumpy()))
    thread.start()
    thread.join()
    assert (found[0] == expected).all()


def test_numpys_and_pythons_generators_are_left_alone():
    import random

    random.seed(1)
    np.random.seed(1)
    before = (random.getstate(), np.random.get_state()[1].tolist())
    mx.random.seed(7)
    mx.nd.random.normal(shape=(100, 30))
    mx.np.random.normal(size=(100, 30))
    assert before == (random.getstate(), np.random.get_state()[1].tolist())
