"""Batches of images from lists, list files and record files."""

from __future__ import annotations

import random

import numpy
import pytest

from compat_tests.image.pictures import image, write_folder, write_records
from compat_tests.inputs import attempt


def seen(iterator, epochs=2, most=8):
    """Return the batches of some epochs."""
    found = []
    for _ in range(epochs):
        batches = []
        for _ in range(most):
            try:
                batch = iterator.next()
            except StopIteration:
                break
            filled = iterator.batch_size - batch.pad
            batches.append((batch.data, [each[:filled] for each in batch.label], batch.pad))
        found.append(batches)
        iterator.reset()
    return found


def listed(mx, folder, count=5, **options):
    names = write_folder(folder, count)
    entries = [[float(number), name] for number, name in enumerate(names)]
    options = {"path_root": str(folder), "imglist": entries, **options}
    return mx.image.ImageIter(2, (3, 5, 6), **options)


@pytest.mark.parametrize("handle", ["pad", "discard", "roll_over"])
@pytest.mark.parametrize("count", [4, 5, 1])
def test_last_batch(mx, tmp_path, handle, count):
    return seen(listed(mx, tmp_path, count, last_batch_handle=handle), epochs=3)


@pytest.mark.parametrize("shuffle", [False, True])
def test_list(mx, tmp_path, shuffle):
    random.seed(4)
    made = listed(mx, tmp_path, shuffle=shuffle)
    return made.provide_data, made.provide_label, made.num_image, list(made.seq), seen(made)


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32", "int64"])
def test_dtype(mx, tmp_path, dtype):
    made = listed(mx, tmp_path, dtype=dtype)
    return made.imglist["2"], seen(made, 1)


def test_wide_labels(mx, tmp_path):
    names = write_folder(tmp_path, 3)
    lists = [
        [[[number, 1.5], name] for number, name in enumerate(names)],
        [[number, 2.5, name] for number, name in enumerate(names)],
        [[numpy.array([number, 3.5]), name] for number, name in enumerate(names)],
    ]
    return [
        seen(
            mx.image.ImageIter(
                2, (3, 5, 6), label_width=2, path_root=str(tmp_path), imglist=entries
            ),
            1,
        )
        for entries in lists
    ]


@pytest.mark.parametrize("width", [1, 2])
def test_list_file(mx, tmp_path, width):
    names = write_folder(tmp_path)
    path = tmp_path / "images.lst"
    labels = [[number, number / 2][:width] for number in range(5)]
    lines = ["\t".join(map(str, [10 + n, *labels[n], name])) for n, name in enumerate(names)]
    path.write_text("\n".join(lines) + "\n")
    made = mx.image.ImageIter(
        2, (3, 5, 6), width, path_imglist=str(path), path_root=str(tmp_path), shuffle=False
    )
    return made.seq, made.imglist[12], seen(made)


@pytest.mark.parametrize("part", [0, 1, 2])
def test_parts(mx, tmp_path, part):
    made = listed(mx, tmp_path, 7, num_parts=3, part_index=part)
    return made.seq, seen(made, 1)


@pytest.mark.parametrize("indexed", [False, True])
@pytest.mark.parametrize("handle", ["pad", "discard", "roll_over"])
def test_records(mx, tmp_path, indexed, handle):
    index, records = write_records(mx, tmp_path, [0.0, 1.0, 2.0, 3.0, 4.0])
    options = {"path_imgidx": index} if indexed else {}
    made = mx.image.ImageIter(
        3, (3, 5, 6), path_imgrec=records, last_batch_handle=handle, **options
    )
    return made.seq, made.num_image, seen(made)


@pytest.mark.parametrize("case", ["shuffle", "parts", "wide"])
def test_indexed_records(mx, tmp_path, case):
    labels = (
        [[1.0, number] for number in range(6)] if case == "wide" else list(map(float, range(6)))
    )
    index, records = write_records(mx, tmp_path, labels)
    random.seed(9)
    options = {
        "shuffle": {"shuffle": True},
        "parts": {"num_parts": 2, "part_index": 1},
        "wide": {"label_width": 2},
    }[case]
    made = mx.image.ImageIter(2, (3, 5, 6), path_imgrec=records, path_imgidx=index, **options)
    return list(made.seq), seen(made)


def test_records_with_other_labels(mx, tmp_path):
    index, records = write_records(mx, tmp_path, [0.0, 1.0, 2.0])
    path = tmp_path / "images.lst"
    path.write_text("".join(f"{number}\t{number + 50}\tname\n" for number in range(3)))
    made = mx.image.ImageIter(
        2, (3, 5, 6), path_imgrec=records, path_imgidx=index, path_imglist=str(path)
    )
    return seen(made)


@pytest.mark.tolerance(rtol=1e-4, atol=2e-3, reason="sums of float32 pixels in another order")
def test_augmented(mx, tmp_path):
    random.seed(10)
    numpy.random.seed(11)
    made = listed(
        mx, tmp_path, resize=9, rand_crop=True, rand_mirror=True, mean=True, std=True,
        brightness=0.1, contrast=0.1, saturation=0.1, hue=0.1, pca_noise=0.1, rand_gray=0.3,
    )  # fmt: skip
    return [each.dumps() for each in made.auglist], seen(made)


def test_own_augmenters(mx, tmp_path):
    made = listed(mx, tmp_path, aug_list=[mx.image.ForceResizeAug((6, 5)), mx.image.CastAug()])
    return seen(made, 1)


def test_names(mx, tmp_path):
    made = listed(mx, tmp_path, data_name="pictures", label_name="kinds")
    return made.provide_data, made.provide_label, made.batch_size, isinstance(made, mx.io.DataIter)


def test_hard_reset(mx, tmp_path):
    made = listed(mx, tmp_path, last_batch_handle="roll_over")
    first = seen(made, 1)
    made.hard_reset()
    return first, seen(made, 1)


def test_parts_of_it(mx, tmp_path):
    made = listed(mx, tmp_path)
    label, packed = made.next_sample()
    decoded = made.imdecode(packed)
    augmented = made.augmentation_transform(decoded)
    return (
        label,
        len(packed),
        decoded,
        augmented,
        made.postprocess_data(augmented),
        made.check_valid_image(decoded),
        attempt(lambda: made.check_valid_image(mx.nd.zeros((2,)).asnumpy())),
        made.read_image("0.png") == packed,
        made.check_data_shape((3, 1, 1)),
    )


def test_protocol(mx, tmp_path):
    made = listed(mx, tmp_path, 3)
    return iter(made) is made, [batch.data[0].shape for batch in made], attempt(lambda: next(made))


@pytest.mark.np
def test_np(mx, tmp_path):
    return seen(listed(mx, tmp_path, 3), 1)


@pytest.mark.parametrize(
    "case", ["broken", "missing", "source", "channels", "rank", "dtype", "index"]
)
def test_refuses(mx, tmp_path, case):
    made = None
    if case in ("broken", "missing"):
        made = listed(mx, tmp_path)
    (tmp_path / "1.png").write_bytes(b"no image")
    if case == "missing":
        made.path_root = "nowhere"
    _, records = write_records(mx, tmp_path, [0.0, 1.0])
    make = mx.image.ImageIter
    return attempt(
        {
            "broken": lambda: seen(made),
            "missing": lambda: seen(made),
            "source": lambda: make(2, (3, 5, 6)),
            "channels": lambda: make(2, (1, 5, 6), imglist=[]),
            "rank": lambda: make(2, (5, 6), imglist=[]),
            "dtype": lambda: make(2, (3, 5, 6), imglist=[], dtype="uint8"),
            "index": lambda: make(2, (3, 5, 6), path_imgrec=records, shuffle=True),
        }[case]
    )


@pytest.mark.parametrize("indexed", [False, True])
def test_broken_record(mx, tmp_path, indexed):
    index, records = write_records(mx, tmp_path, [0.0, 1.0, 2.0], damaged=(1,))
    options = {"path_imgidx": index} if indexed else {}
    made = mx.image.ImageIter(3, (3, 5, 6), path_imgrec=records, **options)
    return attempt(lambda: made.next())


def test_subclass(mx, tmp_path):
    """What a program overrides is asked."""

    class Grey(mx.image.ImageIter):
        def imdecode(self, s):
            return image(mx.nd, 6, 7)

        def augmentation_transform(self, data):
            return super().augmentation_transform(data) / 2

        def postprocess_data(self, datum):
            return super().postprocess_data(datum) + 1

    names = write_folder(tmp_path, 2)
    made = Grey(2, (3, 5, 6), path_root=str(tmp_path), imglist=[[0.0, name] for name in names])
    return seen(made, 1)
