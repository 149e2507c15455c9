"""Data sets of pictures: a class is a shape in its colour, anywhere before a soft background."""

from __future__ import annotations

import numpy
from make_idx_data import gzipped

from . import maker
from .files import archived, png, record_file, tarred
from .jpeg import encode

_COLOURS = numpy.array(
    [
        [220, 60, 40], [60, 180, 75], [40, 90, 220], [240, 200, 30], [150, 50, 190],
        [30, 190, 200], [240, 130, 40], [230, 80, 180], [120, 80, 40], [200, 220, 90],
    ]
)  # fmt: skip
_CIFAR = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
_BREEDS = ("beagle", "boxer", "chow", "pug")


def background(stream, height, width):
    """Draw a slope of two colours, int64 ``(height, width, 3)``."""
    one, other = stream.randint(90, 200, (2, 1, 1, 3))
    y, x = numpy.mgrid[:height, :width]
    weight = ((y * stream.randint(1, 9) + x * stream.randint(1, 9)) * 16 // (9 * (height + width)))[
        :, :, None
    ]
    return one + (other - one) * weight // 16


def mask(kind, height, width, centre, radius):
    """Return where a shape lies: a disc, square, triangle, cross or ring, by ``kind`` modulo 5."""
    y, x = numpy.mgrid[:height, :width]
    y, x = y - centre[0], x - centre[1]
    far, near = numpy.maximum(abs(y), abs(x)), numpy.minimum(abs(y), abs(x))
    round_ = y * y + x * x <= radius * radius
    return (
        round_,
        far <= radius,
        (far <= radius) & (2 * abs(x) <= y + radius),
        (far <= radius) & (3 * near <= radius),
        round_ & (4 * (y * y + x * x) >= radius * radius),
    )[kind % 5]


def picture(stream, kind, height, width=None):
    """Draw the shape of a class; return pixels, uint8 ``(height, width, 3)``, and its box.

    The box is left, top, right, bottom in pixels.
    """
    width = width or height
    pixels = background(stream, height, width)
    radius = min(height, width) * stream.randint(18, 30) // 100
    centre = [stream.randint(radius + 1, side - radius - 1) for side in (height, width)]
    inside = mask(kind, height, width, centre, radius)
    pixels[inside] = _COLOURS[kind % 10] + stream.randint(-15, 16, 3)
    box = (centre[1] - radius, centre[0] - radius, centre[1] + radius, centre[0] + radius)
    return numpy.clip(pixels, 0, 255).astype("uint8"), box


def folders(stream, classes, parts, side, write, suffix):
    """Draw ``parts`` (name: pictures a class) of ``classes``; return names and files."""
    return {
        f"{part}/{name}/{number}{suffix}": write(picture(stream, kind, side)[0])
        for part, count in parts.items()
        for kind, name in enumerate(classes)
        for number in range(count)
    }


def within(folder, files):
    """Return ``files`` with ``folder`` before their names."""
    return {f"{folder}/{name}": content for name, content in files.items()}


# ---- classes


@maker("cifar10")
def cifar10(stream):
    """Make gluon's CIFAR10: five batches of 20 records and a test batch of 20."""
    batches = {}
    for name in [*(f"data_batch_{number}.bin" for number in range(1, 6)), "test_batch.bin"]:
        batches[name] = b"".join(
            bytes([kind]) + picture(stream, kind, 32)[0].transpose(2, 0, 1).tobytes()
            for kind in stream.permutation(numpy.arange(20) % 10).tolist()
        )
    yield "gluon/dataset/cifar10/cifar-10-binary.tar.gz", gzipped(tarred(batches))


@maker("hotdog")
def hotdog(stream):
    """Make hotdog.zip: 16 and 8 pictures of each of two classes, of unequal sizes."""
    files = {}
    for part, count in (("train", 16), ("test", 8)):
        for kind, name in enumerate(("hotdog", "not-hotdog")):
            for number in range(count):
                height, width = stream.randint(60, 90, 2)
                pixels = picture(stream, kind, height, width)[0]
                files[f"hotdog/{part}/{name}/{number}.png"] = png(pixels)
    yield "d2l/hotdog.zip", archived(files)


@maker("pokemon")
def pokemon(stream):
    """Make pokemon.zip: 4 classes of 32 pictures, 64 x 64."""
    classes = ("abra", "ditto", "eevee", "onix")
    files = folders(stream, classes, {"pokemon": 32}, 64, png, ".png")
    yield "d2l/pokemon.zip", archived(files)


@maker("cifar10_tiny")
def cifar10_tiny(stream):
    """Make kaggle_cifar10_tiny.zip: 200 training and 20 test pictures; the older layout too."""
    kinds = stream.permutation(numpy.arange(200) % 10).tolist()
    train = {f"{n}.png": png(picture(stream, k, 32)[0]) for n, k in enumerate(kinds, 1)}
    test = {f"{n}.png": png(picture(stream, n, 32)[0]) for n in range(1, 21)}
    rows = "".join(f"{number},{_CIFAR[kind]}\n" for number, kind in enumerate(kinds, 1))
    labels = {"trainLabels.csv": f"id,label\n{rows}".encode()}
    train, test = within("train", train), within("test", test)
    yield (
        "d2l/kaggle_cifar10_tiny.zip",
        archived(within("kaggle_cifar10_tiny", {**train, **test, **labels})),
    )
    for name, content in (("train_tiny", train), ("test_tiny", test), ("trainLabels.csv", labels)):
        yield f"d2l/kaggle_cifar10/{name}.zip", archived(content)


@maker("dog_tiny")
def dog_tiny(stream):
    """Make kaggle_dog_tiny.zip: 4 breeds of 6 pictures, 8 to test; the older layout too."""
    kinds = stream.permutation(numpy.arange(24) % 4).tolist()
    names = [f"{number:032x}" for number in stream.randint(0, 1 << 30, 32)]
    train = {n: encode(picture(stream, k, 96, 128)[0]) for n, k in zip(names, kinds)}
    test = {n: encode(picture(stream, k % 4, 96, 128)[0]) for k, n in enumerate(names[24:])}
    rows = "".join(f"{name},{_BREEDS[kind]}\n" for name, kind in zip(names, kinds))
    files = {"labels.csv": f"id,breed\n{rows}".encode()}
    files.update((f"train/{name}.jpg", content) for name, content in train.items())
    files.update((f"test/{name}.jpg", content) for name, content in test.items())
    yield "d2l/kaggle_dog_tiny.zip", archived(within("kaggle_dog_tiny", files))
    older = {f"test/unknown/{name}.jpg": content for name, content in test.items()}
    for number, (name, kind) in enumerate(zip(names, kinds)):
        for part in ("train_valid", "valid" if number < 4 else "train"):
            older[f"{part}/{_BREEDS[kind]}/{name}.jpg"] = train[name]
    yield (
        "d2l/kaggle_dog/train_valid_test_tiny.zip",
        archived(within("train_valid_test_tiny", older)),
    )


# ---- boxes and regions


@maker("banana-detection")
def bananas(stream):
    """Make banana-detection.zip: 64 and 32 pictures, 256 x 256, with one box each."""
    files = {}
    for part, count in (("bananas_train", 64), ("bananas_val", 32)):
        rows = "img_name,label,xmin,ymin,xmax,ymax\n"
        for number in range(count):
            pixels, box = picture(stream, 3, 256)
            files[f"banana-detection/{part}/images/{number}.png"] = png(pixels)
            rows += f"{number}.png,0,{','.join(map(str, box))}\n"
        files[f"banana-detection/{part}/label.csv"] = rows.encode()
    yield "d2l/banana-detection.zip", archived(files)


@maker("pikachu")
def pikachu(stream):
    """Make the record files of pikachu: 64 and 16 pictures, 256 x 256, with one box each."""
    for part, count in (("train", 64), ("val", 16)):
        records = []
        for _ in range(count):
            pixels, box = picture(stream, 3, 256)
            label = [4.0, 5.0, 256.0, 256.0, 0.0, *(side / 256 for side in box)]
            records.append((label, encode(pixels)))
        data, index = record_file(records)
        yield f"d2l/pikachu/{part}.rec", data
        yield f"gluon/dataset/pikachu/{part}.rec", data
        if part == "train":
            yield "d2l/pikachu/train.idx", index
            yield "gluon/dataset/pikachu/train.idx", index


def voc_palette():
    """Return the colours of VOC's classes, a ``(256, 3)`` table: the bits of the number, spread."""
    number = numpy.arange(256)[:, None]
    channel = numpy.arange(3)
    return sum((number >> channel + 3 * bit & 1) << 7 - bit for bit in range(3)).astype("uint8")


@maker("voc2012")
def voc2012(stream):
    """Make VOC2012 for segmentation: 16 and 8 pictures, 320 x 480 and larger, with their regions.

    One in each part is too small for the books' crop, so that they have something to leave out.
    """
    files, colours = {}, voc_palette()
    for part, count in (("train", 16), ("val", 8)):
        names = [f"2007_{number:06d}" for number in range(100 if part == "val" else 0, 200)][:count]
        listed = "".join(name + "\n" for name in names)
        files[f"ImageSets/Segmentation/{part}.txt"] = listed.encode()
        for number, name in enumerate(names):
            height, width = (240, 320) if number == count - 1 else (320 + 8 * (number % 3), 480)
            pixels = background(stream, height, width)
            regions = numpy.zeros((height, width), "uint8")
            for kind in stream.randint(1, 21, 2):
                radius = height * stream.randint(15, 30) // 100
                centre = [stream.randint(radius, side - radius) for side in (height, width)]
                inside = mask(kind, height, width, centre, radius)
                regions[inside] = kind
                pixels[inside] = colours[kind] // 2 + 90
            files[f"JPEGImages/{name}.jpg"] = encode(pixels.astype("uint8"))
            files[f"SegmentationClass/{name}.png"] = png(regions, colours)
    yield "d2l/VOCtrainval_11-May-2012.tar", tarred(within("VOCdevkit/VOC2012", files))


@maker("img")
def book_pictures(stream):
    """Make the single pictures of the books, in the sizes that their boxes are given for."""
    sizes = {
        "catdog": (561, 728), "cat1": (400, 500), "banana": (256, 256), "pikachu": (256, 256),
        "rainier": (450, 600), "autumn-oak": (450, 600),
    }  # fmt: skip
    for kind, (name, (height, width)) in enumerate(sizes.items()):
        pixels = background(stream, height, width)
        for other in range(4):
            radius = min(height, width) * stream.randint(12, 30) // 100
            centre = [stream.randint(radius, side - radius) for side in (height, width)]
            inside = mask(kind + other, height, width, centre, radius)
            pixels[inside] = _COLOURS[(kind + 3 * other) % 10]
        yield f"img/{name}.jpg", encode(pixels.astype("uint8"))
