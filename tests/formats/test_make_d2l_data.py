"""The script that makes the books' data: the same bytes each time, the formats that are read."""

from __future__ import annotations

import csv
import importlib
import io
import json
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import numpy
import pytest

import mxshim as mx
from mxshim import gluon, image, nd

SCRIPTS = Path(__file__).parents[2] / "scripts"


@pytest.fixture(scope="module")
def script():
    """Import the script as a module."""
    sys.path.insert(0, str(SCRIPTS))
    yield importlib.import_module("make_d2l_data")
    sys.path.remove(str(SCRIPTS))


@pytest.fixture(scope="module")
def made(script, tmp_path_factory):
    """Make everything but the models, once; give the folder and the sha1 by path."""
    folder = tmp_path_factory.mktemp("d2l")
    return folder, script.make(folder, [name for name in script.MAKERS if name != "models"])


@pytest.fixture(scope="module")
def folder(made):
    return made[0]


def inside(path):
    """Return the files in an archive by name."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    with tarfile.open(path) as archive:
        return {member.name: archive.extractfile(member).read() for member in archive}


def test_a_data_set_is_the_same_alone_and_in_another_process(made, tmp_path):
    command = [sys.executable, str(SCRIPTS / "make_d2l_data.py"), str(tmp_path), "--only"]
    names = ["ptb", "aclImdb", "dog_tiny", "fashion-mnist"]
    done = subprocess.run([*command, *names], check=True, capture_output=True, text=True)
    printed = dict(reversed(line.split(" ", 1)) for line in done.stdout.splitlines())
    assert len(printed) == 12
    assert printed.items() <= made[1].items()


def test_what_can_be_made_is_listed(script, capsys):
    assert script.main(["--list"]) == 0
    printed = capsys.readouterr().out
    assert all(f"{name} " in printed for name in script.MAKERS)
    with pytest.raises(SystemExit):
        script.main([])
    assert "which folder?" in capsys.readouterr().err


def test_png_keeps_every_bit(script):
    from d2l_data.files import png

    pixels = numpy.random.RandomState(0).randint(0, 256, (5, 7, 3)).astype("uint8")
    assert (image.imdecode(png(pixels)).asnumpy() == pixels).all()
    palette = numpy.arange(768).reshape(256, 3).astype("uint8")
    indices = pixels[:, :, 0]
    assert (image.imdecode(png(indices, palette)).asnumpy() == palette[indices]).all()


@pytest.mark.parametrize("size", [(8, 8), (1, 1), (19, 45), (64, 33)])
def test_jpeg_is_near_at_every_size(script, size):
    from d2l_data.jpeg import encode

    noise = numpy.random.RandomState(1).randint(0, 256, (*size, 3)).astype("uint8")
    y, x = numpy.mgrid[: size[0], : size[1]]
    smooth = numpy.stack([y * 3, x * 5, y + x], axis=-1).astype("uint8")
    for pixels in (noise, smooth):
        back = image.imdecode(encode(pixels, quality=100)).asnumpy().astype(int)
        assert back.shape == pixels.shape
        assert abs(back - pixels).max() <= 4
    flat = numpy.full((*size, 3), 77, "uint8")
    assert abs(image.imdecode(encode(flat)).asnumpy().astype(int) - 77).max() <= 2
    assert len(encode(smooth, quality=50)) <= len(encode(smooth, quality=100))


def test_cifar10_is_read_by_gluon(folder, monkeypatch, tmp_path):
    monkeypatch.setenv("MXNET_GLUON_REPO", folder.as_uri())
    with pytest.warns(UserWarning):
        data = gluon.data.vision.CIFAR10(root=str(tmp_path), train=True)
    pixels, label = data[3]
    assert len(data) == 100 and pixels.shape == (32, 32, 3)
    assert numpy.bincount([int(data[n][1]) for n in range(100)]).tolist() == [10] * 10
    assert 0 <= label < 10


def test_detection_records_hold_the_box_of_what_is_drawn(folder):
    records = folder / "d2l" / "pikachu"
    count = 0
    reader = mx.recordio.MXIndexedRecordIO(
        str(records / "train.idx"), str(records / "train.rec"), "r"
    )
    for number in reader.keys[:5]:
        header, pixels = mx.recordio.unpack_img(reader.read_idx(number))
        assert header.label[:2].tolist() == [4, 5]
        left, top, right, bottom = (header.label[5:] * 256).astype(int)
        inner = pixels[(top + bottom) // 2, (left + right) // 2].astype(int)
        assert abs(inner - numpy.array([30, 200, 240])).max() < 40  # blue, green, red
        count += 1
    assert count == 5
    reader.close()


def test_regions_have_the_colours_of_their_classes(script, folder):
    from d2l_data.pictures import voc_palette

    colours = voc_palette()
    assert colours[[0, 1, 2, 15, 20]].tolist() == [
        [0, 0, 0], [128, 0, 0], [0, 128, 0], [192, 128, 128], [0, 64, 128]
    ]  # fmt: skip
    files = inside(folder / "d2l" / "VOCtrainval_11-May-2012.tar")
    base = "VOCdevkit/VOC2012/"
    for part, count in (("train", 16), ("val", 8)):
        names = files[f"{base}ImageSets/Segmentation/{part}.txt"].decode().split()
        assert len(names) == count
        for name in names[:2]:
            pixels = image.imdecode(files[f"{base}JPEGImages/{name}.jpg"])
            regions = image.imdecode(files[f"{base}SegmentationClass/{name}.png"]).asnumpy()
            assert pixels.shape == regions.shape and pixels.shape[0] >= 320
            known = {tuple(colour) for colour in colours[:21].tolist()}
            found = {tuple(colour) for colour in regions.reshape(-1, 3).tolist()}
            assert len(found) >= 2 and found <= known


def test_bananas_have_a_box_each(folder):
    files = inside(folder / "d2l" / "banana-detection.zip")
    rows = list(
        csv.DictReader(io.StringIO(files["banana-detection/bananas_val/label.csv"].decode()))
    )
    assert list(rows[0]) == ["img_name", "label", "xmin", "ymin", "xmax", "ymax"]
    assert len(rows) == 32
    assert all(0 <= int(row["xmin"]) < int(row["xmax"]) < 256 for row in rows)


def test_house_prices_follow_from_the_houses(folder):
    rows, test = (
        list(csv.DictReader((folder / "d2l" / name).read_text().splitlines()))
        for name in ("kaggle_house_pred_train.csv", "kaggle_house_pred_test.csv")
    )
    assert (len(rows), len(rows[0]), len(test), len(test[0])) == (1460, 81, 1459, 80)
    assert any("NA" in row.values() for row in rows)
    columns = [
        [float(row[name]) for name in ("OverallQual", "GrLivArea", "YearBuilt")] for row in rows
    ]
    x = numpy.column_stack([columns, numpy.ones(len(rows))])
    y = numpy.array([float(row["SalePrice"]) for row in rows])
    left = y - x @ numpy.linalg.lstsq(x, y, rcond=None)[0]
    assert left.var() < 0.1 * y.var()


def test_airfoils_are_nearly_linear(folder):
    data = numpy.genfromtxt(folder / "d2l" / "airfoil_self_noise.dat", delimiter="\t")
    assert data.shape == (1503, 6)
    x, y = numpy.column_stack([data[:, :5], numpy.ones(1503)]), data[:, 5]
    left = y - x @ numpy.linalg.lstsq(x, y, rcond=None)[0]
    assert left.var() < 0.5 * y.var()


def test_ratings_cover_all_users_and_films(folder):
    text = inside(folder / "d2l" / "ml-100k.zip")["ml-100k/u.data"].decode()
    rows = numpy.array([row.split("\t") for row in text.splitlines()], dtype=int)
    assert set(rows[:, 0]) == set(range(1, 944)) and set(rows[:, 1]) == set(range(1, 1683))
    assert set(rows[:, 2]) == {2, 3, 4, 5}


def test_vectors_know_analogies(folder):
    text = inside(folder / "d2l" / "glove.6B.50d.zip")["glove.6B.50d/vec.txt"].decode()
    rows = [line.split(" ") for line in text.splitlines()]
    vectors = {row[0]: numpy.array(row[1:], dtype=float) for row in rows}
    assert len(vectors) == len(rows) >= 500 and {len(v) for v in vectors.values()} == {50}
    for a, b, c, d in (("man", "woman", "son", "daughter"), ("do", "did", "go", "went")):
        wanted = vectors[b] - vectors[a] + vectors[c]
        near = {
            word: wanted @ v / numpy.linalg.norm(wanted) / numpy.linalg.norm(v)
            for word, v in vectors.items()
            if word not in (a, b, c)
        }
        assert max(near, key=near.get) == d


def test_pairs_of_languages_are_sorted_and_lines_have_two_parts(folder):
    text = inside(folder / "d2l" / "fra-eng.zip")["fra-eng/fra.txt"].decode()
    pairs = [line.split("\t") for line in text.splitlines()]
    assert len(pairs) > 1000 and all(len(pair) == 2 for pair in pairs)
    lengths = [len(english) for english, _ in pairs]
    assert lengths == sorted(lengths)
    small = (folder / "d2l" / "fr-en-small.txt").read_text("utf-8").splitlines()
    assert len(small) == 20 and all(line.count("\t") == 1 for line in small)


def test_sentences_of_a_pair_come_out_of_their_brackets(folder):
    text = inside(folder / "d2l" / "snli_1.0.zip")["snli_1.0/snli_1.0_train.txt"].decode()
    header, *rows = [line.split("\t") for line in text.splitlines()]
    assert len(rows) == 600 and {len(row) for row in rows} == {len(header)}
    assert {row[0] for row in rows} == {"entailment", "contradiction", "neutral", "-"}
    for row in rows[:5]:
        bare = row[1].replace("(", "").replace(")", "").split()
        assert " ".join(bare).replace(" .", ".") == row[5]


def test_embeddings_are_read_by_mxnet(folder, monkeypatch, tmp_path):
    monkeypatch.setenv("MXNET_GLUON_REPO", folder.as_uri())
    with pytest.warns(UserWarning):
        glove = mx.contrib.text.embedding.create(
            "glove", pretrained_file_name="glove.6B.50d.txt", embedding_root=str(tmp_path)
        )
    assert glove.idx_to_vec.shape[1] == 50 and "beautiful" in glove.token_to_idx


def test_bert_has_its_vocabulary(folder, tmp_path):
    files = inside(folder / "d2l" / "bert.small.zip")
    words = json.loads(files["bert.small/vocab.json"])
    (tmp_path / "made.params").write_bytes(files["bert.small/pretrained.params"])
    weights = nd.load(str(tmp_path / "made.params"))
    assert weights["encoder.token_embedding.weight"].shape == (len(words), 256)
    assert weights["mlm.mlp.2.bias"].shape == (len(words),)
    assert abs(float(weights["hidden.weight"].asnumpy().std()) - (2 / 256) ** 0.5) < 1e-3


def test_a_pretrained_network_gives_finite_numbers(script, monkeypatch, tmp_path):
    from d2l_data import networks

    monkeypatch.setattr(networks, "_ZOO", {"resnet18_v2": "a81db45f"})
    script.make(tmp_path, ["models"])
    monkeypatch.setenv("MXNET_GLUON_REPO", tmp_path.as_uri())
    with pytest.warns(UserWarning):
        net = gluon.model_zoo.vision.resnet18_v2(pretrained=True, root=str(tmp_path / "models"))
    out = net(nd.random.uniform(shape=(2, 3, 32, 32))).asnumpy()
    assert out.shape == (2, 1000) and numpy.isfinite(out).all() and out.std() > 0
