"""CSVIter and what all iterators over files share: parameters, rounds, MXDataIter."""

from __future__ import annotations

from collections import OrderedDict

import pytest

from compat_tests.inputs import attempt
from compat_tests.io.iterating import described, epochs, read, seen_now, write

FOUR = "1,2,3\n2,3,4\n3,4,5\n4,5,6\n"


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write("data.csv", FOUR)
    write("label.csv", "1\n2\n3\n4\n")
    return tmp_path


def options(**more):
    return dict({"data_csv": "data.csv", "data_shape": (3,), "batch_size": 2}, **more)


@pytest.mark.parametrize("dtype", ["None", "float32", "int32", "int64"])
@pytest.mark.parametrize("batch", [1, 2, 3, 4])
def test_rounds(mx, batch, dtype):
    return read(mx.io.CSVIter, 3, **options(batch_size=batch, label_csv="label.csv", dtype=dtype))


@pytest.mark.parametrize("batch", [2, 3, 4])
def test_no_rounds(mx, batch):
    return read(mx.io.CSVIter, 3, **options(batch_size=batch, round_batch=False))


@pytest.mark.parametrize("shape", [(3,), (3, 1), (1, 3), 3, "(3,)", "[3]"], ids=str)
def test_shapes(mx, shape):
    return read(mx.io.CSVIter, **options(data_shape=shape))


@pytest.mark.parametrize("shape", [(2,), (4,), (), (3, 2)], ids=str)
def test_wrong_shapes(mx, shape):
    return read(mx.io.CSVIter, **options(data_shape=shape))


TEXTS = OrderedDict(
    [
        ("signs", ("+1,-2,-0\n", 3)),
        ("points", (".5,5.,-.25\n", 3)),
        ("exponents", ("1e3,1.5E-3,2e+2\n", 3)),
        ("huge", ("1e400,1e38,4e38,1e-50,1e-38\n", 5)),
        ("words", ("inf,-INF,NaN,infinity,-nan\n", 5)),
        ("precise", ("0.1,0.123456789,123456789.123456789,3.14159265358979,16777217\n", 5)),
        ("long", ("0.12345678901234567890123456789,99999999999999999999,1\n", 3)),
        ("blanks", (" 1 , 2\t,3 \n", 3)),
        ("empty-fields", ("1,,2,\n3,4,,\n", 2)),
        ("words-between", ("a,1,b,2\n3,x,4,y\n", 2)),
        ("trailing", ("1.5x,2 3,4f\n", 3)),
        ("empty-lines", ("\n\n1,2\n\n\n3,4\n\n", 2)),
        ("carriage", ("1,2\r\n3,4\r5,6", 2)),
        ("no-newline", ("1,2\n3,4", 2)),
        ("mark", ("\ufeff1,2\n3,4\n", 2)),
        ("ragged", ("1,2\n3\n", 2)),
        ("only-words", ("a,b\n", 2)),
        ("semicolons", ("1;2\n", 2)),
        ("header", ("x,y\n1,2\n", 2)),
        ("lone-signs", ("-,+,.\n", 3)),
        ("exponent-cut", ("1e,2e+,3E-\n", 3)),
    ]
)


@pytest.mark.parametrize("name", list(TEXTS))
def test_texts(mx, name):
    text, width = TEXTS[name]
    write("t.csv", text)
    return read(mx.io.CSVIter, data_csv="t.csv", data_shape=(width,), batch_size=1)


INTEGERS = OrderedDict(
    [
        ("plain", "1,-2,+3\n"),
        ("bases", "0x10,010,0\n"),
        ("fractions", "1.9,-1.9,1e3\n"),
        ("large", "2147483648,4294967296,-2147483649\n"),
        ("larger", "9223372036854775808,-9223372036854775809,9007199254740993\n"),
    ]
)


@pytest.mark.parametrize("dtype", ["int32", "int64"])
@pytest.mark.parametrize("name", list(INTEGERS))
def test_integers(mx, name, dtype):
    write("t.csv", INTEGERS[name])
    return read(mx.io.CSVIter, data_csv="t.csv", data_shape=(3,), batch_size=1, dtype=dtype)


def test_many_numbers(mx):
    """A few hundred decimals, some of which MXNet's parser rounds away from the nearest float."""
    lines = [
        ",".join("%.*f" % (i % 9 + 1, (i * 7919 + j * 104729) % 10007 / 13.0) for j in range(5))
        for i in range(60)
    ]
    write("t.csv", "\n".join(lines))
    return read(mx.io.CSVIter, data_csv="t.csv", data_shape=(5,), batch_size=60)


@pytest.mark.parametrize("shape", [(1,), (3,), (3, 1)], ids=str)
def test_labels(mx, shape):
    name = "label.csv" if shape == (1,) else "data.csv"
    return read(mx.io.CSVIter, **options(label_csv=name, label_shape=shape))


def test_no_labels(mx):
    return read(mx.io.CSVIter, **options(label_shape=(2,)))


@pytest.mark.parametrize("lines", [2, 5])
def test_other_number_of_labels(mx, lines):
    write("l.csv", "".join("%d\n" % i for i in range(lines)))
    return read(mx.io.CSVIter, **options(label_csv="l.csv", batch_size=1))


def test_several_files(mx):
    write("second.csv", "7,8,9\n")
    return read(mx.io.CSVIter, 2, **options(data_csv="data.csv;second.csv", batch_size=5))


def test_folder(mx, here):
    (here / "folder").mkdir()
    write("folder/only.csv", FOUR)
    return read(mx.io.CSVIter, **options(data_csv="folder"))


WRONG = OrderedDict(
    [
        ("no-data", {"data_csv": "none.csv"}),
        ("no-label", {"label_csv": "none.csv"}),
        ("shape-text", {"data_shape": "x"}),
        ("batch-text", {"batch_size": "1.5"}),
        ("rounds-text", {"round_batch": "foo"}),
        ("dtype", {"dtype": "foo"}),
        ("dtype-object", {"dtype": float}),
        ("ctx", {"ctx": "foo"}),
        ("float64", {"dtype": "float64"}),
        ("float16", {"dtype": "float16"}),
        ("uint8", {"dtype": "uint8"}),
        ("large-batch", {"batch_size": 9}),
    ]
)


@pytest.mark.parametrize("name", list(WRONG))
def test_wrong_parameters(mx, name):
    return read(mx.io.CSVIter, **options(**WRONG[name]))


@pytest.mark.parametrize("left_out", ["data_csv", "data_shape", "batch_size"])
def test_missing_parameters(mx, left_out):
    given = options()
    del given[left_out]
    return attempt(lambda: mx.io.CSVIter(**given)), attempt(lambda: mx.io.CSVIter())


def test_empty_file(mx):
    write("empty.csv", "")
    return read(mx.io.CSVIter, **options(data_csv="empty.csv"))


def test_positional(mx):
    return (
        attempt(lambda: mx.io.CSVIter("data.csv", **options())),
        attempt(lambda: mx.io.CSVIter("data.csv")),
    )


def test_names_and_others(mx):
    it = mx.io.CSVIter(data_name="x", label_name="y", unknown=3, prefetch_buffer=1, **options())
    return described(it), isinstance(it, mx.io.MXDataIter), isinstance(it, mx.io.DataIter)


def test_iter_next(mx):
    it = mx.io.CSVIter(**options())
    made = [it.iter_next(), it.next().pad, it.iter_next(), it.getpad(), it.getdata().asnumpy()]
    made += [it.getlabel().asnumpy(), it.getindex(), it.iter_next(), it.iter_next()]
    it.reset()
    made += [it.iter_next(), it.getdata().asnumpy()]
    return made


def test_debug_skip_load(mx):
    it = mx.io.CSVIter(**options())
    it.debug_skip_load()
    first = [seen_now(it.next()) for _ in range(3)]
    it.reset()
    return first, [seen_now(it.next()) for _ in range(3)]


def test_functions(mx):
    names = sorted(name for name in dir(mx.io) if name.endswith(("Iter", "Iter_v1")))
    return names, mx.io.CSVIter.__name__, mx.io.io.CSVIter is mx.io.CSVIter


def test_in_resize_and_prefetch(mx):
    resized = mx.io.ResizeIter(mx.io.CSVIter(**options(batch_size=3)), 3)
    return described(resized), epochs(resized, 2)
