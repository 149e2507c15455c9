"""Damage files: small random changes, lengths that lie, blocks that come twice or elsewhere."""

from __future__ import annotations

import json
import random
import struct
import time
import tracemalloc

from mxshim._core.errors import InvalidParam, MXNetError, NotImplementedInShim

SECONDS = 2.0
BYTES = 200 * 2**20
#: Errors of ours. Not their subclasses: a UnicodeDecodeError is a ValueError and says nothing.
CLEAR = (MXNetError, InvalidParam, NotImplementedInShim, ValueError)
WORDS = [0, 1, 2, 3, 5, 0x7F, 0x80, 0xFFFF, 2**20, 2**29, 2**31 - 1, 2**31, 2**32 - 1]
LONG_WORDS = [*WORDS, 2**32, 2**40, 2**62, 2**63 - 1, 2**63, 2**64 - 1]
NUMBERS = [-1, -(2**31), 2**31, 2**63, 2**64, 10**30, 0.5, 1e308, True, None, "x", [], {}, [0]]
TEXTS = [
    "",
    "x",
    "-1",
    "(2,",
    "(" * 300,
    "1" * 5000,
    "1e999",
    "nan",
    "\0",
    "é",
    "[[[[",
    "999999999",
]


def damaged_bytes(whole: bytes, count: int, seed: int) -> list[bytes]:
    """Return ``count`` changed versions of a file, the same for the same seed."""
    draws = random.Random(seed)
    kinds = [
        _flip, _byte, _cut, _insert, _delete, _twice, _swap, _word, _long_word, _word, _long_word,
    ]  # fmt: skip
    return [_changed(whole, draws, kinds) for _ in range(count)]


def _changed(whole, draws, kinds):
    data = bytearray(whole)
    while bytes(data) == whole:
        for _ in range(draws.choice([1, 1, 1, 2, 4])):
            draws.choice(kinds)(data, draws)
    return bytes(data)


def _place(data, draws, size=1):
    return draws.randrange(max(1, len(data) - size + 1))


def _flip(data, draws):
    if data:
        data[_place(data, draws)] ^= 1 << draws.randrange(8)


def _byte(data, draws):
    if data:
        data[_place(data, draws)] = draws.randrange(256)


def _cut(data, draws):
    del data[_place(data, draws) :]


def _insert(data, draws):
    at = _place(data, draws)
    data[at:at] = draws.randbytes(draws.choice([1, 4, 8, 40]))


def _delete(data, draws):
    at = _place(data, draws)
    del data[at : at + draws.choice([1, 4, 8, 40])]


def _twice(data, draws):
    at, size = _place(data, draws), draws.choice([4, 8, 16, 64])
    data[at:at] = data[at : at + size] * draws.choice([1, 1, 50])


def _swap(data, draws):
    size = draws.choice([4, 8, 16])
    one, two = sorted((_place(data, draws, size), _place(data, draws, size)))
    if two - one >= size:
        data[one : one + size], data[two : two + size] = (
            data[two : two + size],
            data[one : one + size],
        )


def _word(data, draws):
    at = _place(data, draws, 4) // 4 * 4
    data[at : at + 4] = struct.pack("<I", draws.choice(WORDS))


def _long_word(data, draws):
    at = _place(data, draws, 8) // draws.choice([4, 8]) * 4
    data[at : at + 8] = struct.pack("<Q", draws.choice(LONG_WORDS))


def damaged_json(text: str, count: int, seed: int) -> list[bytes]:
    """Return changed versions of a JSON text: half in its values, half in its bytes."""
    draws = random.Random(seed)
    half = count // 2
    made = [_changed_json(text, draws) for _ in range(half)]
    return made + damaged_bytes(text.encode(), count - half, seed)


def _changed_json(text, draws):
    data = json.loads(text)
    for _ in range(draws.choice([1, 1, 2, 3])):
        _change_value(data, draws)
    return json.dumps(data).encode()


def _change_value(data, draws):
    """Walk down at random and change something there."""
    holder = data
    while True:
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        if not keys:
            return
        key = draws.choice(keys)
        below = holder[key]
        if not isinstance(below, (dict, list)) or not below or draws.random() < 0.15:
            break
        holder = below
    kind = draws.randrange(6)
    if kind == 0:
        del holder[key]
    elif kind == 1 and isinstance(holder, list):
        holder.append(below)
    elif kind == 2 and isinstance(holder, list):
        other = draws.randrange(len(holder))
        holder[key], holder[other] = holder[other], holder[key]
    elif isinstance(below, str):
        holder[key] = draws.choice(TEXTS)
    elif isinstance(below, int):
        holder[key] = draws.choice([*NUMBERS, below + 1, below - 1, draws.randrange(12)])
    else:
        holder[key] = draws.choice([*NUMBERS, [below], {"nodes": below}])


def judge(read, name: str):
    """Read a file; return what was read, or None for a clear error that names it.

    Any other error, more than two seconds or 200 MB fail the test. Takes ``tracemalloc`` running.
    """
    tracemalloc.reset_peak()
    before, start = tracemalloc.get_traced_memory()[0], time.perf_counter()
    try:
        found = read()
    except CLEAR as error:
        assert type(error) in CLEAR, f"{type(error).__name__}: {error}"
        assert name in str(error), f"the error does not name the file: {error}"
        assert len(str(error)) < 20000
        found = None
    seconds = time.perf_counter() - start
    peak = tracemalloc.get_traced_memory()[1] - before
    assert seconds < SECONDS, f"{seconds} s"
    assert peak < BYTES, f"{peak} bytes"
    return found
