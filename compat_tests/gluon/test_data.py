"""Data sets, samplers and the loader."""

from __future__ import annotations

import random

import numpy
import pytest

from compat_tests.inputs import array, attempt


@pytest.fixture(params=["nd", "np"])
def mode(request, mx):
    """Run under legacy, then under np semantics."""
    if request.param == "np":
        mx.npx.set_np()
    yield request.param
    mx.npx.reset_np()


def whole(dataset):
    return [dataset[i] for i in range(len(dataset))]


def numbers(mx, count=7):
    return mx.gluon.data.SimpleDataset(list(range(count)))


# ---- data sets


def test_array_dataset(mx, mode):
    front = getattr(mx, mode)
    data = mx.gluon.data
    x, y = array(front, "float32", (3, 2)), front.array([3, 1, 2], dtype="int32")
    return (
        whole(data.ArrayDataset(x, y)),
        whole(data.ArrayDataset(y)),
        whole(data.ArrayDataset(x)),
        whole(data.ArrayDataset([1, 2], (3, 4), numpy.array([5.0, 6.0]))),
        attempt(lambda: data.ArrayDataset()),
        attempt(lambda: data.ArrayDataset([1, 2], [1, 2], [1])),
        attempt(lambda: data.ArrayDataset([1, 2])[2]),
    )


def test_transform(mx):
    data = mx.gluon.data
    pairs = data.ArrayDataset([1, 2, 3], [10, 20, 30])
    calls = []

    def noted(x):
        calls.append(x)
        return -x

    lazy = pairs.transform_first(noted)
    before = list(calls)
    eager = numbers(mx, 3).transform(noted, lazy=False)
    return (
        before, whole(lazy), whole(lazy), whole(eager), whole(eager), list(calls),
        whole(pairs.transform(lambda x, y: x + y)),
        whole(numbers(mx, 3).transform_first(lambda x: x * 2)),
        [type(d).__name__ for d in (pairs, lazy, eager)], len(lazy), len(eager),
        attempt(lambda: pairs.transform(lambda x: x)[0].__class__.__name__ == ""),
    )  # fmt: skip


def test_choose(mx):
    data, base = mx.gluon.data, numbers(mx)
    return (
        whole(base.filter(lambda x: x % 3 == 0)),
        [whole(base.shard(3, index)) for index in range(3)],
        whole(base.take(2)), whole(base.take(None)), whole(base.take(100)), whole(base.take(0)),
        whole(base.sample(data.SequentialSampler(3, 2))),
        whole(base.shard(2, 1).transform(lambda x: x + 100).take(2)),
        attempt(lambda: base.shard(2, 2)), attempt(lambda: base.shard(2, -1)),
        attempt(lambda: base.take(2)[2]),
    )  # fmt: skip


def test_sample_refuses(mx):
    raised = attempt(lambda: numbers(mx).sample([1, 2]))
    return raised.seen["error"]


def test_base_class(mx):
    data = mx.gluon.data
    return [
        attempt(lambda: data.Dataset()[0]), attempt(lambda: len(data.Dataset())),
        attempt(lambda: len(data.Sampler())), attempt(lambda: iter(data.Sampler())),
        attempt(lambda: data.RecordFileDataset.__name__),
    ]  # fmt: skip


# ---- samplers


def test_samplers(mx):
    data = mx.gluon.data
    odd = data.FilterSampler(lambda x: x % 2, numbers(mx))
    return (
        list(data.SequentialSampler(4)), list(data.SequentialSampler(3, 5)),
        len(data.SequentialSampler(3, 5)), list(odd), len(odd), list(odd),
    )  # fmt: skip


def test_random_sampler(mx):
    sampler = mx.gluon.data.RandomSampler(6)
    numpy.random.seed(3)
    first = [int(i) for i in sampler]
    second = [int(i) for i in sampler]
    numpy.random.seed(3)
    mx.random.seed(9)
    return first, second, [int(i) for i in sampler], len(sampler)


@pytest.mark.parametrize("last_batch", ["keep", "discard", "rollover", "other"])
@pytest.mark.parametrize("batch_size", [2, 3, 10])
def test_batch_sampler(mx, batch_size, last_batch):
    data = mx.gluon.data
    sampler = data.BatchSampler(data.SequentialSampler(7), batch_size, last_batch)
    rounds = [attempt(lambda: (len(sampler), list(sampler))) for _ in range(3)]
    return rounds, attempt(lambda: list(sampler)), attempt(lambda: len(sampler))


# ---- the loader


def samples(mx, mode):
    front = getattr(mx, mode)
    labels = front.array([0, 1, 2, 3, 4], dtype="int32")
    return mx.gluon.data.ArrayDataset(array(front, "float32", (5, 2)), labels)


def test_batches(mx, mode):
    loader = mx.gluon.data.DataLoader(samples(mx, mode), 2)
    return len(loader), list(loader), list(loader)


@pytest.mark.parametrize("last_batch", ["keep", "discard", "rollover"])
def test_last_batch(mx, mode, last_batch):
    loader = mx.gluon.data.DataLoader(samples(mx, mode), 2, last_batch=last_batch)
    return [[label.asnumpy().tolist() for _, label in loader] for _ in range(3)], len(loader)


def test_shuffle(mx, mode):
    loader = mx.gluon.data.DataLoader(samples(mx, mode), 2, shuffle=True)
    numpy.random.seed(5)
    return [[label.asnumpy().tolist() for _, label in loader] for _ in range(2)]


@pytest.mark.parametrize("kind", ["ints", "floats", "lists", "tuples", "nested", "numpy", "bools"])
def test_batchify(mx, mode, kind):
    values = {
        "ints": [1, 2, 3],
        "floats": [0.5, 1.5, 2.5],
        "lists": [[1, 2], [3, 4], [5, 6]],
        "tuples": [(1, 0.5), (2, 1.5), (3, 2.5)],
        "nested": [(1, (0.5, 2)), (2, (1.5, 3)), (3, (2.5, 4))],
        "numpy": [numpy.array([1, 2], "int8"), numpy.array([3, 4], "int8")],
        "bools": [True, False, True],
    }[kind]
    return list(mx.gluon.data.DataLoader(mx.gluon.data.SimpleDataset(values), 2))


def test_custom_batchify(mx, mode):
    loader = mx.gluon.data.DataLoader(numbers(mx), 3, batchify_fn=lambda batch: tuple(batch))
    return list(loader)


@pytest.mark.parametrize("thread_pool", [False, True])
@pytest.mark.parametrize("workers", [1, 3])
def test_workers(mx, mode, workers, thread_pool):
    loader = mx.gluon.data.DataLoader(
        samples(mx, mode), 2, num_workers=workers, thread_pool=thread_pool
    )
    return [
        [(type(x).__name__, x.asnumpy(), y.asnumpy()) for x, y in loader] for _ in range(2)
    ], len(loader)


def test_array_as_dataset(mx, mode):
    front = getattr(mx, mode)
    return list(mx.gluon.data.DataLoader(array(front, "float32", (3, 2)), 2))


def test_loader_options(mx):
    data, base = mx.gluon.data, numbers(mx)
    batches = data.BatchSampler(data.SequentialSampler(5), 2)

    def values(*args, **options):
        return [b.asnumpy().tolist() for b in data.DataLoader(base, *args, **options)]

    return (
        values(batch_sampler=batches),
        values(3, sampler=data.SequentialSampler(4, 1)),
        values(3, num_workers=-1),
        attempt(lambda: data.DataLoader(base)),
        attempt(lambda: data.DataLoader(base, 2, shuffle=True, sampler=data.SequentialSampler(5))),
        attempt(lambda: data.DataLoader(base, 2, batch_sampler=batches)),
        attempt(lambda: data.DataLoader(base, 2, timeout=0)),
    )  # fmt: skip


def test_error_in_sample(mx):
    def fail(x):
        raise KeyError(x)

    return attempt(lambda: list(mx.gluon.data.DataLoader(numbers(mx).transform(fail), 2)))


# ---- transforms


def picture(mx, mode, shape=(6, 8, 3)):
    front = getattr(mx, mode)
    return array(front, "uint8", shape, low=0, high=255)


def test_transforms(mx, mode):
    t = mx.gluon.data.vision.transforms
    x = picture(mx, mode)
    return (
        t.ToTensor()(x), t.Cast()(x), t.Cast("float64")(x),
        t.Normalize(0.5, 0.25)(t.ToTensor()(x)), t.Resize(4)(x), t.Resize((5, 3))(x),
        t.Resize(4, keep_ratio=True)(x), t.Resize((5, 3), interpolation=0)(x),
        t.Compose([t.Resize(4), t.ToTensor(), t.Normalize((0.1, 0.2, 0.3), (1, 2, 4))])(x),
        t.ToTensor()(picture(mx, mode, (2, 3, 3, 1))),
    )  # fmt: skip


def test_more_transforms(mx):
    t = mx.gluon.data.vision.transforms
    x = picture(mx, "nd")
    return (
        t.CenterCrop(4)(x), t.CenterCrop((5, 2))(x), t.CropResize(1, 2, 3, 4)(x),
        t.CropResize(1, 2, 3, 4, (6, 2), 1)(x), t.RandomFlipLeftRight()(x).shape,
        t.RandomFlipTopBottom()(x).dtype, t.RandomResizedCrop((4, 3), interpolation=1)(x).shape,
        attempt(lambda: t.RandomRotation((5, 1))),
        attempt(lambda: t.RandomRotation((1, 5), rotate_with_proba=2)),
        attempt(lambda: t.Rotate(5)(x)),
    )  # fmt: skip


def test_random_resized_crop(mx):
    random.seed(4)
    t = mx.gluon.data.vision.transforms
    return [t.RandomResizedCrop((4, 3), interpolation=1)(picture(mx, "nd")) for _ in range(3)]


def test_compose_structure(mx):
    t = mx.gluon.data.vision.transforms
    names = lambda block: [type(child).__name__ for child in block._children.values()]  # noqa: E731
    return (
        names(t.Compose([t.ToTensor(), t.Cast()])),
        names(t.Compose([t.CenterCrop(2), t.ToTensor(), t.Cast(), t.CenterCrop(3), t.Cast()])),
        names(t.Compose([])),
        repr(t.Compose([t.CenterCrop(2), t.ToTensor()])),
    )


def test_random_apply(mx):
    random.seed(0)
    t = mx.gluon.data.vision.transforms
    block = t.RandomApply(t.Cast("float32"), p=0.5)
    return [str(numpy.dtype(block(picture(mx, "nd")).dtype)) for _ in range(12)]
