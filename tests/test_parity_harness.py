"""The parity harness judges everything else, so it is tested without MXNet or mxshim."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from compat_tests import live, recorder
from compat_tests.differ import EXACT, Tolerance, diff
from compat_tests.inputs import attempt, numbers, printed
from compat_tests.observe import last_line, observe
from compat_tests.signatures import disagreement, signature_text
from compat_tests.store import Deviations, Golden


class NDArray:
    """Stand in for an array of MXNet."""

    context = "cpu(0)"

    def __init__(self, buffer):
        self.buffer = np.asarray(buffer)

    shape = property(lambda self: self.buffer.shape)
    dtype = property(lambda self: self.buffer.dtype.type)

    def asnumpy(self):
        return self.buffer

    def __repr__(self):
        return f"\n{self.buffer}\n<NDArray>"


class ndarray(NDArray):
    """Stand in for an array of mx.np."""


def f32(*values):
    return NDArray(np.array(values, np.float32))


def words(mine, theirs, **options):
    return diff(observe(mine), observe(theirs), **options)


def test_equal_things_have_no_differences():
    for value in (
        f32(1, 2.5),
        [1, "a", None, True],
        (f32(0.1), {"k": np.float64(2)}),
        float("nan"),
        f32(float("nan"), float("-inf")),
        np.zeros((2, 0)),
        np.dtype("int8"),
        np.int8,
        {3, 1},
        b"\x00",
        TypeError("x"),
    ):
        assert words(value, value) == []


@pytest.mark.parametrize(
    "mine, theirs, text",
    [
        (NDArray(np.zeros(2)), f32(0, 0), "return.dtype: mxshim float64, mxnet float32"),
        (ndarray([1]), NDArray([1]), "return.class: mxshim ndarray, mxnet NDArray"),
        (f32(1), f32(1, 2), "return.shape: mxshim [1], mxnet [2]"),
        (f32(1, 2), f32(1, 3), "return.values[1]: mxshim 2.0, mxnet 3.0 (1 of 2 differ)"),
        ((1, f32(1)), (1, f32(2)), "return[1].values[0]: mxshim 1.0, mxnet 2.0 (1 of 1 differ)"),
        ((1, 2), [1, 2], "return: mxshim (1, 2), mxnet [1, 2]"),
        (1, 1.0, "return: mxshim 1, mxnet 1.0"),
        (True, 1, "return: mxshim True, mxnet 1"),
        (None, 0, "return: mxshim None, mxnet 0"),
        ([1], [1, 2], "len(return): mxshim 1, mxnet 2"),
        ({"a": 1}, {"a": 2}, 'return["a"]: mxshim 1, mxnet 2'),
        (f32(np.inf), f32(-np.inf), "return.values[0]: mxshim inf, mxnet -inf (1 of 1 differ)"),
        (np.float32(1), np.float64(1), "return.class: mxshim float32, mxnet float64"),
        (ValueError("a"), TypeError("a"), "return.class: mxshim ValueError, mxnet TypeError"),
        (ValueError("a"), ValueError("b"), "return.message: mxshim a, mxnet b"),
        (f32(1), ValueError("b"), "return: mxshim NDArray float32(1,), mxnet raised ValueError: b"),
    ],
)
def test_differences_are_told_in_words(mine, theirs, text):
    assert words(mine, theirs)[0] == text


def test_tolerance_comes_from_the_dtype():
    assert words(f32(1.000001), f32(1)) == []
    assert words(f32(1.0001), f32(1))
    assert words(NDArray([1.000001]), NDArray([1.0]))
    assert words(NDArray([2]), NDArray([1]))
    assert words(f32(1.0001), f32(1), tolerance=Tolerance(1e-3, 0.0)) == []


def test_tolerance_scales_with_the_largest_value_not_below():
    assert words(f32(1000, 1e-4), f32(1000, 0)) == []
    assert words(f32(1, 1e-4), f32(1, 0))


def test_repr_is_exact_for_equal_bits_and_tolerant_otherwise():
    theirs = observe(f32(1, 2))
    assert diff({**theirs, "repr": theirs["repr"].replace("[1.", "[ 1.")}, theirs)
    near = {**theirs, "values": [1.000001, 2.0], "repr": "\n[1.000001 2.]\n<NDArray>"}
    assert diff(near, theirs) == []
    assert diff({**near, "repr": "\n[1.000001 2.]\n<ndarray>"}, theirs)


def test_big_arrays_are_summarised_and_still_compared():
    big = np.random.default_rng(0).normal(size=(50, 100)).astype(np.float32)
    assert "values" not in observe(NDArray(big))
    assert words(NDArray(big), NDArray(big)) == []
    swapped = big.copy()
    swapped[3, [4, 5]] = swapped[3, [5, 4]]
    assert words(NDArray(swapped), NDArray(big))
    counts = np.arange(5000)
    assert words(NDArray(counts), NDArray(counts)) == []
    assert words(NDArray(counts + (counts == 77)), NDArray(counts))


def test_values_survive_the_golden_file(tmp_path):
    exact = np.array([0.1, 1e-45, 3.4e38, -0.0, np.nan, np.inf], np.float32)
    golden = Golden(tmp_path)
    golden.write("ops/test_x.py", {"b": observe(NDArray(exact)), "a": [1, 2.5]})
    lines = golden.path("ops/test_x.py").read_text().splitlines()
    assert [line[:4] for line in lines] == ["{", '"a":', '"b":', "}"] or len(lines) == 4
    back = Golden(tmp_path).cases("ops/test_x.py")
    assert np.array(back["b"]["values"], np.float32).tobytes() == exact.tobytes()
    assert diff(observe(NDArray(exact)), back["b"], tolerance=EXACT) == []
    assert golden.modules() == ["ops/test_x.py"]


def test_error_text_is_the_last_line_without_noise():
    raised = (
        'Traceback (most recent call last):\n  File "../src/x.h", line 98\nMXNetError: Check: a'
    )
    assert last_line(raised) == "MXNetError: Check: a"
    assert last_line("[12:00:01] src/a/b.cc:12: bad\n\n") == "bad"
    assert last_line("at 0x7f00aa11 failed") == "at 0x failed"
    assert last_line("") == ""


def test_attempt_observes_delayed_errors():
    class Late(NDArray):
        def asnumpy(self):
            raise ValueError("late")

    assert observe(attempt(lambda: Late([1]))) == {"error": "ValueError", "message": "late"}
    assert attempt(int, "3") == 3


def test_printed_numbers_are_read_at_tolerance():
    assert words(printed("a", 1.0), printed("a", 1.0000001)) == []
    assert words(printed("a", 1.0), printed("b", 1.0))


def test_numbers_are_the_same_everywhere():
    assert numbers("float32", (2,), seed=1) == [0.79, -1.127]
    assert numbers("float64", (2,), seed=1) == numbers("float16", (2,), seed=1)
    assert numbers("uint8", 3) == [int(n) for n in numbers("uint8", 3)]
    assert all(n >= 0 for n in numbers("uint8", 50))
    assert {type(n) for n in numbers("bool", 9)} == {bool}


def test_deviations_match_by_name_and_by_pattern(tmp_path):
    path = tmp_path / "d.toml"
    path.write_text(
        '[["ops/test_x.py::test_a[b]"]]\nkind = "crash"\nreason = "dies"\n'
        '[["ops/test_y.py::test_*[nd-?]"]]\nkind = "beyond"\nreason = "more"\n'
    )
    listed = Deviations(path)
    assert listed.find("ops/test_x.py::test_a[b]")["kind"] == "crash"
    assert listed.find("ops/test_x.py::test_a[c]") is None
    assert listed.find("ops/test_y.py::test_q[nd-1]")["kind"] == "beyond"
    assert listed.find("ops/test_y.py::test_q[nd-12]") is None
    assert listed.used == set(listed.exact)


@pytest.mark.parametrize(
    "entry",
    [
        'kind = "odd"\nreason = "x"',
        'kind = "crash"',
        'kind = "crash"\nreason = "x"\nz = 1',
        'kind = "beyond"\nreason = "x"\nvaries = true',
    ],
)
def test_deviations_need_kind_and_reason(tmp_path, entry):
    path = tmp_path / "d.toml"
    path.write_text(f'[["a::b"]]\n{entry}\n')
    with pytest.raises(ValueError, match="deviation"):
        Deviations(path)


def test_signatures_agree_when_every_call_still_works():
    def theirs(a, b=1, *args, c=None, **kwargs):
        raise NotImplementedError

    text = signature_text(theirs)
    assert text == "a, b=1, *args, !c=None, **kwargs"
    assert disagreement(text, text) is None
    assert disagreement("a, b=1, more=2, *args, !c=None, **kw", text) is None
    assert disagreement("a, b=2, *args, !c=None, **kwargs", text).startswith("default of b")
    assert disagreement("a, *args, !c=None, **kwargs", text) == "no parameter b"
    assert disagreement("b, a", "a, b") == "parameter a stands at 1, not 0"
    assert disagreement("a, z", "a") == "additional parameter z has no default"
    assert disagreement("a, axis=(0, 1)", "a, axis=_Null") is None
    assert disagreement("a", "a, **kwargs") == "no **kwargs"


def test_a_reference_that_dies_between_cases_is_started_again(tmp_path, monkeypatch):
    journal, told = recorder.Journal(tmp_path / "journal"), []
    journal.path.touch()
    outcomes = iter([(["a"], None, -6), (["b"], "c", -11), (["d"], None, 0)])

    def child(python, arguments, journal):
        finished, opened, code = next(outcomes)
        for case in finished:
            journal.append(start=case)
            journal.append(case=case, seen=1)
        if opened:
            journal.append(start=opened)
        return code, "output"

    monkeypatch.setattr(recorder, "_child", child)
    done, _ = recorder.run_reference("python", [], journal, told.append)
    assert list(done) == ["a", "b", "c", "d"] and done["c"]["seen"] == {"crash": "SIGSEGV"}
    assert told == ["SIGABRT after a", "SIGSEGV: c"]


@pytest.mark.parametrize("code", [-6, 3])
def test_a_reference_that_gets_nothing_done_is_an_error(tmp_path, monkeypatch, code):
    journal = recorder.Journal(tmp_path / "journal")
    journal.path.touch()
    monkeypatch.setattr(recorder, "_child", lambda *given: (code, "why"))
    with pytest.raises(RuntimeError, match="why"):
        recorder.run_reference("python", [], journal, print)


REFERENCE = """#!{python}
import faulthandler, os, signal, sys, time
faulthandler.enable()
print('"ready"', flush=True)
for line in sys.stdin:
    with open({log!r}, "a") as file:
        file.write(line)
    {work}
    print('"answer"', flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the reference runs on Linux")
@pytest.mark.parametrize(
    ("work", "expected", "asked"),
    [
        ("pass", "answer", 1),
        ("time.sleep(60 if os.path.getsize({log!r}) < 20 else 0)", "answer", 2),
        ("time.sleep(60)", {"crash": "hang"}, 2),
        ("os.kill(os.getpid(), signal.SIGKILL)", {"crash": "SIGKILL"}, 2),
        ("os.kill(os.getpid(), signal.SIGSEGV)", {"crash": "SIGSEGV"}, 1),
        ("os._exit(3)", {"crash": "exit 3"}, 1),
    ],
)
def test_a_reference_that_stands_still_or_was_killed_is_asked_again(
    tmp_path, monkeypatch, work, expected, asked
):
    monkeypatch.setattr(live, "ANSWER_SECONDS", 1)
    log, python = str(tmp_path / "log"), tmp_path / "python"
    work = work.format(log=log)
    python.write_text(REFERENCE.format(python=sys.executable, log=log, work=work))
    python.chmod(0o755)
    worker = live.Worker(str(python))
    assert worker.ask({"fn": "f"}) == expected
    worker.close()
    assert Path(log).read_text().count('{"fn": "f"}') == asked
    assert len(worker.repeated) == asked - 1
    for told in worker.repeated:
        stood = told.startswith("hang: ") and "line 8 in <module>" in told
        assert '{"fn": "f"}' in told and (stood or told.startswith("SIGKILL: "))
