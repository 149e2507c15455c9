"""Let arrays of tests take many blocks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mxshim._backends.numpy_kernels import channels, rows


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Cut arrays into blocks of 64 KB."""
    monkeypatch.setattr(rows, "BLOCK", 1 << 16)
    channels.layout.cache_clear()
    yield
    channels.layout.cache_clear()
