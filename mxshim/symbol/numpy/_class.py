"""The symbol with NumPy's manners, ``mx.sym.np._Symbol``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..._core.semantics import check_cast
from ..symbol import Group, Symbol

_INDEX = (
    "Only integer, slice, or tuple of these types are supported! Received key={key}"  # MXNet's text
)


class _Symbol(Symbol):
    """A symbol that the functions of ``mx.sym.np`` take.

    Indexing a single output slices the array; indexing several outputs picks among them. Only
    several outputs have a length and can be iterated.
    """

    _is_np = True

    @property
    def num_outputs(self) -> int:
        """The number of outputs."""
        return len(self._entries)

    @property
    def name(self) -> str | None:
        """The name of the node; AttributeError for several outputs."""
        if len(self._entries) > 1:
            raise AttributeError(
                f"This is a Group Symbol that contains {len(self._entries)} elements and does not "
                "have a name. Use str(sym) to print the name of all the elements instead."
            )
        return super().name

    def __repr__(self) -> str:
        if len(self._entries) > 1:
            return f"<_Symbol group [{', '.join(map(str, self))}]>"
        return f"<_Symbol {self.name}>"

    def __len__(self) -> int:
        if len(self._entries) == 1:
            raise TypeError(f"{self} is not a list and does not support len().")
        return len(self._entries)

    def __iter__(self) -> Iterator[Any]:
        if len(self._entries) == 1:
            raise TypeError(f"'{self}' is not iterable.")
        return (self[i] for i in range(len(self._entries)))

    def __getitem__(self, key: Any) -> Any:
        if len(self._entries) > 1:
            return self._picked(key)
        from ._arguments import INTEGERS, invoke

        if isinstance(key, INTEGERS) and not isinstance(key, bool):
            part = invoke("_npi_slice", "slice", [self], {"begin": [key], "end": [key + 1]})
            return invoke("_npi_reshape", "reshape", [part], {"newshape": (-3, -4)})
        if isinstance(key, slice):
            given = {
                "begin": [None] if key.start is None else key.start,
                "end": [None] if key.stop is None else key.stop,
                "step": _step(key),
            }
            return invoke("_npi_slice", "slice", [self], given)
        if not isinstance(key, tuple):
            raise IndexError(_INDEX.format(key=key))
        if not key:
            return self
        begin, end, step, shape = _bounds(key)
        part = invoke("_npi_slice", "slice", [self], {"begin": begin, "end": end, "step": step})
        return invoke("_npi_reshape", "reshape", [part], {"newshape": shape})

    def _picked(self, key: Any) -> Any:
        """Return one of several outputs, or some of them as a group."""
        from ._arguments import INTEGERS

        count = len(self._entries)
        if isinstance(key, INTEGERS):
            if not -count <= key < count:
                raise IndexError("list index out of range")
            return _Symbol([self._entries[int(key)]])
        if isinstance(key, slice):
            return Group([self[i] for i in range(*key.indices(count))], _Symbol)
        raise TypeError(f"indices of symbol group must be integers or slices, not {type(key)}")

    def __setitem__(self, key: Any, value: Any) -> None:
        raise NotImplementedError

    def __deepcopy__(self, _: Any) -> Any:
        return _Symbol(list(self._entries))

    def as_np_ndarray(self) -> Any:
        """Return the symbol itself."""
        return self

    @property
    def T(self) -> Any:
        """The transpose."""
        return self.transpose()  # type: ignore[attr-defined]

    def astype(
        self,
        dtype: Any,
        order: str = "K",
        casting: str = "unsafe",
        subok: bool = True,
        copy: bool = True,
    ) -> Any:
        """Cast to ``dtype``; a copy always."""
        check_cast(order, casting, subok)
        from ._arguments import invoke

        return invoke("_npi_cast", "cast", [self], {"dtype": dtype})


def _step(key: slice) -> Any:
    if key.step == 0:
        raise ValueError("slice step cannot be zero")
    return key.step


def _bounds(key: tuple[Any, ...]) -> tuple[list[Any], list[Any], list[Any], tuple[int, ...]]:
    """Return begin, end and step of every axis, and the codes that drop the picked ones."""
    from ._arguments import INTEGERS

    begin: list[Any] = []
    end: list[Any] = []
    step: list[Any] = []
    codes = []
    for index in key:
        if isinstance(index, slice):
            step.append(_step(index))
            begin.append(index.start)
            end.append(index.stop)
            codes.append(-2)
        elif isinstance(index, INTEGERS):
            way = 1 if index >= 0 else -1  # -1 has no end behind it: count down past it
            begin.append(index)
            end.append(index + way)
            step.append(way)
            codes.append(-3)
        else:
            raise IndexError(_INDEX.format(key=key))
    return begin, end, step, (*codes, -4)
