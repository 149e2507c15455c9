"""Files of optimizer states: MXNet's are read, dangerous ones are refused."""

from __future__ import annotations

import base64
import contextlib
import os
import pickle
import random

import pytest

import mxshim as mx
from mxshim.optimizer import _states

# Written by MXNet 1.9.1: Trainer.save_states after three steps of sgd with momentum 0.9.
BY_MXNET = base64.b64decode(
    "gASVUgIAAAAAAAB9lChLAIwVbXhuZXQubmRhcnJheS5uZGFycmF5lIwHTkRBcnJheZSTlE6FlFKUfZSMBmhhbmRs"
    "ZZSMCGJ1aWx0aW5zlIwJYnl0ZWFycmF5lJOUQyjJ+pP5AAAAAAEAAAACAAAAAAAAAAEAAAAAAAAAAAAAAEYiacJG"
    "ImnClIWUUpRzYksBaANoBFKUfZRoB2gKQ0DJ+pP5AAAAAAIAAAACAAAAAAAAAAMAAAAAAAAAAQAAAAAAAAAAAAAA"
    "lgExw5YBscMywQTElgExw5YBscMywQTElIWUUpRzYnWMGW14bmV0Lm9wdGltaXplci5vcHRpbWl6ZXKUjANTR0SU"
    "k5QpgZR9lCiMDHJlc2NhbGVfZ3JhZJRHP/AAAAAAAACMDGxyX3NjaGVkdWxlcpROjAJscpRHP7mZmZmZmZqMAndk"
    "lEcAAAAAAAAAAIwHbHJfbXVsdJR9lIwHd2RfbXVsdJR9lIwQYmVnaW5fbnVtX3VwZGF0ZZRLAIwKbnVtX3VwZGF0"
    "ZZRLA4wYX2FsbF9pbmRleF91cGRhdGVfY291bnRzlH2USwB9lChLAEsDSwFLA3VzjBNfaW5kZXhfdXBkYXRlX2Nv"
    "dW50lGgkjA1jbGlwX2dyYWRpZW50lE6MD211bHRpX3ByZWNpc2lvbpSJjA1hZ2dyZWdhdGVfbnVtlEsEjAhpZHgy"
    "bmFtZZR9lIwIc3ltX2luZm+UKYwOYWxsb3dfbnBfYXJyYXmUiYwIbW9tZW50dW2URz/szMzMzMzNjAtsYXp5X3Vw"
    "ZGF0ZZSIdWKGlC4="
)


def test_reads_what_mxnet_wrote():
    states, optimizer = _states.loads(BY_MXNET)
    assert sorted(states) == [0, 1]
    assert [state.shape for state in states.values()] == [(2,), (2, 3)]
    assert type(optimizer) is mx.optimizer.SGD
    assert (optimizer.lr, optimizer.momentum, optimizer.num_update) == (0.1, 0.9, 3)
    assert optimizer.param_dict == {}


def test_writes_names_that_mxnet_knows():
    data = _states.dumps(({0: mx.nd.ones((2,))}, mx.optimizer.Adam()))
    assert b"mxshim" not in data
    assert b"cmxnet.ndarray.ndarray\nNDArray\n" in data
    assert b"cmxnet.optimizer.optimizer\nAdam\n" in data


@pytest.mark.parametrize("state", [None, (), [], {"a": None}], ids=str)
def test_nested_states(state):
    ones = mx.nd.ones((2,))
    back = _states.loads(_states.dumps({0: (state, [ones]), "name": 2.5}))
    assert back["name"] == 2.5
    assert back[0][0] == state
    assert back[0][1][0].asnumpy().tolist() == [1, 1]


class Evil:
    def __reduce__(self):
        return os.system, ("echo this must not run",)


class Sized:
    """Ask for memory by a number."""

    def __reduce__(self):
        return bytearray, (1 << 40,)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("evil", [Evil(), Sized(), pytest, print, mx.nd.save])
def test_dangerous_pickles_are_refused(evil, protocol):
    if evil is pytest:
        evil = random.Random
    with pytest.raises(mx.MXNetError, match="cannot read the file of optimizer states"):
        _states.loads(pickle.dumps({0: evil}, protocol=protocol))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no pickle",
        b"\x80\x02N",
        b"\x80\x05\x96" + b"\xff" * 7 + b"\x00.",  # BYTEARRAY8 of a huge size
        b"\x80\x02Nr\xff\xff\xff\x7f.",  # LONG_BINPUT far behind the memo's end
    ],
    ids=["empty", "text", "cut", "huge", "memo"],
)
def test_damaged_pickles_end_well(data):
    try:
        assert _states.loads(data) is None
    except mx.MXNetError as error:
        assert "cannot read the file of optimizer states" in str(error)


def test_mutations_end_well():
    draws = random.Random(11)
    for _ in range(500):
        data = bytearray(BY_MXNET)
        for _ in range(draws.randint(1, 4)):
            data[draws.randrange(len(data))] = draws.randrange(256)
        with contextlib.suppress(mx.MXNetError):
            _states.loads(bytes(data))


def test_cuts_are_refused():
    for size in range(0, len(BY_MXNET), 7):
        with pytest.raises(mx.MXNetError):
            _states.loads(BY_MXNET[:size])


@mx.optimizer.register
class Slow(mx.optimizer.SGD):
    """An optimizer that only this file knows."""


def test_own_optimizer_is_found_by_its_name():
    _, back = _states.loads(_states.dumps(({}, Slow(learning_rate=0.3))))
    assert type(back) is Slow
    assert back.lr == 0.3


def test_arrays_are_written_under_the_semantics_in_force():
    with mx.util.np_shape(True):
        data = _states.dumps({0: mx.nd.ones((2,)), 1: mx.nd.ones(())})
    assert "\xca\xfa\x93\xf9".encode() in data
    assert _states.loads(data)[1].shape == ()
    assert "\xc9\xfa\x93\xf9".encode() in _states.dumps({0: mx.nd.ones((2,))})


def test_sparse_states():
    rows = mx.nd.sparse.row_sparse_array(([[1, 2], [3, 4]], [0, 2]), shape=(4, 2))
    back = _states.loads(_states.dumps({0: rows}))[0]
    assert back.stype == "row_sparse"
    assert back.asnumpy().tolist() == [[1, 2], [0, 0], [3, 4], [0, 0]]
