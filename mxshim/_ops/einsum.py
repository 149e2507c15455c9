"""Einstein summation; its gradients are Einstein summations too."""

from __future__ import annotations

import string
from functools import lru_cache
from typing import Any

from .._core.errors import check_failed
from .._core.params import Int, Text
from .._core.registry import op
from .._core.semantics import equal_types

Shapes = tuple[tuple[int, ...], ...]
#: From this many elements on, a product of two operands is worth planning as a matrix product.
_LARGE = 4096


@lru_cache(maxsize=512)
def explicit(subscripts: str, shapes: Shapes) -> tuple[tuple[str, ...], str]:
    """Return one label an axis for every operand and for the result: no dots, no blanks.

    Raises MXNet's error when the subscripts do not fit the shapes.
    """
    text = subscripts.replace(" ", "")
    for character in text.replace("->", ",").replace("...", ""):
        if character not in string.ascii_letters + ",":
            raise check_failed(
                "einsum_symbols_set.test(c)", f"Character {character} is not a valid symbol."
            )
    left, arrow, right = text.partition("->")
    terms = left.split(",")
    if len(terms) != len(shapes):
        raise check_failed(
            "std: :count(ret[0].begin(), ret[0].end(), ',') + 1 == shapes.size() "
            f"({len(terms)} vs. {len(shapes)}) ",
            "Number of einsum subscripts must be equal to the number of operands.",
        )
    spare = [c for c in string.ascii_letters if c not in text]
    longest = 0
    for position, (term, shape) in enumerate(zip(terms, shapes, strict=True)):
        if "..." in term:
            hidden = len(shape) - (len(term) - 3)
            longest = max(longest, hidden)
            terms[position] = term.replace("...", "".join(spare[:hidden][::-1]))
        if len(terms[position]) != len(shape):
            raise check_failed(
                f"sh.ndim() == term.length() ({len(shape)} vs. {len(term)}) ",
                f"Einstein sum subscript {term} does not contain the correct number of indices "
                f"for operand {position}.",
            )
    dots = "".join(spare[:longest][::-1])
    if arrow:
        result = right.replace("...", dots)
    else:
        seen = "".join(t for t in left if t in string.ascii_letters)
        result = dots + "".join(sorted(c for c in set(seen) if seen.count(c) == 1))
    _check(terms, result, shapes)
    return tuple(terms), result


def _check(terms: list[str], result: str, shapes: Shapes) -> None:
    """Check the labels of the result and the lengths of equal labels."""
    lengths: dict[str, int] = {}
    for label in result:
        if result.count(label) > 1:
            raise check_failed(
                "memchr(subscripts + i + 1, label, length - i - 1) == nullptr",
                f"einstein sum subscripts string includes output subscript '{label}' multiple "
                "times",
            )
        if not any(label in term for term in terms):
            raise check_failed(
                "input_subscripts_set.test(c)",
                f"Output character {label} did not appear in the input",
            )
    for position in reversed(range(len(terms))):
        for label, length in zip(terms[position], shapes[position], strict=True):
            known = lengths.setdefault(label, length)
            if known == 1:
                lengths[label] = length
            elif length not in (1, known):
                raise check_failed(
                    "dim == 1 || dim == dimension_dict[static_cast<int>(c)]",
                    f"Size of label '{label}' for operand  {position + 1} ({length}) does not "
                    f"match previous terms ({known}).",
                )


def lengths_of(terms: tuple[str, ...], shapes: Shapes) -> dict[str, int]:
    """Return the length of every label."""
    lengths: dict[str, int] = {}
    for term, shape in zip(terms, shapes, strict=True):
        for label, length in zip(term, shape, strict=True):
            lengths[label] = max(length, lengths.get(label, 1)) if length else 0
    return lengths


@op("_npi_einsum")
def einsum(xp, *data, num_args: Int() = 0, subscripts: Text = "", optimize: Int() = 0):
    """Sum products over labelled axes, as ``numpy.einsum``."""
    for array in data[1:]:
        if array.dtype is not data[0].dtype:
            equal_types(xp, data[0], array, "_npi_einsum")
    terms, result = explicit(subscripts, tuple(a.shape for a in data))
    large = len(data) > 1 and max(a.size for a in data) >= _LARGE
    return xp.einsum(f"{','.join(terms)}->{result}", *data, optimize=bool(optimize) or large)


@einsum.shape
def _(*shapes, subscripts, **params):
    terms, result = explicit(subscripts, tuple(shapes))
    lengths = lengths_of(terms, tuple(shapes))
    return shapes, tuple(lengths[label] for label in result)


@einsum.vjp("data")
def _(xp, ct, out, *data, subscripts, **params):
    shapes = tuple(tuple(a.shape) for a in data)
    terms, result = explicit(subscripts, shapes)
    return [partial(xp, ct, result, terms, data, position) for position in range(len(data))]


def partial(xp: Any, ct: Any, result: str, terms: tuple[str, ...], data: Any, position: int) -> Any:
    """Differentiate with respect to one operand.

    The incoming gradient takes that operand's place.  Labels it alone has are filled with ones;
    a label it has twice (a diagonal) gets a new name the second time, tied by an identity matrix.
    """
    own = terms[position]
    used, operands = [result], [ct]
    for other, (term, array) in enumerate(zip(terms, data, strict=True)):
        if other != position:
            used.append(term)
            operands.append(array)
    spare = [c for c in string.ascii_letters if c not in "".join(terms) + result]
    wanted = ""
    for label, length in zip(own, data[position].shape, strict=True):
        if label in wanted:
            twin = spare.pop()
            used.append(label + twin)
            operands.append(xp.eye(length, dtype=ct.dtype))
            label = twin
        elif not any(label in term for term in used):
            used.append(label)
            operands.append(xp.ones((length,), dtype=ct.dtype))
        wanted += label
    subscripts = f"{','.join(used)}->{wanted}"
    return einsum(xp, *operands, num_args=len(operands), subscripts=subscripts)
