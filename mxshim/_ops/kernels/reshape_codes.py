"""What the special codes in target shapes mean: those of nd, of np and of npx."""

from __future__ import annotations

from ..._core.errors import check_failed, shape_text
from ..._core.shapes import ShapeT, size

SPLIT_BOTH = "Split dims cannot both be -1."


def legacy_target(shape: ShapeT, codes: ShapeT, reverse: bool = False) -> ShapeT:
    """Resolve nd's codes and raise unless the size stays."""
    return _same_size(shape, legacy_codes(shape, codes, reverse))


def legacy_codes(shape: ShapeT, codes: ShapeT, reverse: bool = False) -> ShapeT:
    """Resolve nd's codes: 0 keep, -1 infer, -2 keep the rest, -3 merge two, -4 split in two."""
    if min(codes, default=1) > 0:
        return tuple(codes)
    if reverse:
        return _legacy(shape[::-1], tuple(codes)[::-1])[::-1]
    return _legacy(shape, tuple(codes))


def _legacy(shape: ShapeT, codes: ShapeT) -> ShapeT:
    rank, count = len(shape), len(codes)
    out: list[int] = []
    unknown, source, i = -1, 0, 0
    while i < count:
        code = codes[i]
        if code == 0:
            if source >= rank:
                raise check_failed(f"src_idx < dshape_len ({source} vs. {rank}) ")
            out.append(shape[source])
            source += 1
        elif code == -1:
            if unknown >= 0:
                raise check_failed(
                    f"inf_idx < 0 ({unknown} vs. 0) ", "One and only one dim can be inferred"
                )
            unknown = len(out)
            out.append(1)
            source += 1
        elif code == -2:
            out += shape[source:]
            source = rank
        elif code == -3:
            if source >= rank - 1:
                raise check_failed(f"src_idx < dshape_len-1 ({source} vs. {rank - 1}) ")
            out.append(shape[source] * shape[source + 1])
            source += 2
        elif code == -4:
            if i + 2 >= count:
                raise check_failed(f"i + 2 < params_len ({i + 2} vs. {count}) ")
            if source >= rank:
                raise check_failed(f"src_idx < dshape_len ({source} vs. {rank}) ")
            out += _split(shape[source], codes[i + 1], codes[i + 2])
            source += 1
            i += 2
        else:
            if code < -4:
                raise check_failed(
                    f"dim_size >= -1 ({code} vs. -1) ",
                    f"shape dim size must be >= -1, while received {code}",
                )
            out.append(code)
            source += 1
        i += 1
    return _infer(shape, out, unknown)


def _split(whole: int, first: int, second: int) -> tuple[int, int]:
    if first == -1 and second == -1:
        raise check_failed("d1 != -1 || d2 != -1", SPLIT_BOTH)
    if first == -1:
        first = whole // second
    if second == -1:
        second = whole // first
    if first * second != whole:
        raise check_failed(
            "d1 * d2 == static_cast<IType>(d0) || static_cast<IType>(d0) == IType(-1)",
            f"Split dims {first}, {second} do not divide original dim {whole}",
        )
    return first, second


def _infer(shape: ShapeT, out: list[int], unknown: int) -> ShapeT:
    if unknown >= 0:
        others = size(tuple(out))
        out[unknown] = size(shape) // others if others else 0
    return tuple(out)


def _same_size(shape: ShapeT, target: ShapeT) -> ShapeT:
    if size(shape) != size(target):
        raise check_failed(
            f"oshape.Size() == dshape.Size() ({size(target)} vs. {size(shape)}) ",
            "Target shape size is different to source. "
            f"Target: {shape_text(target)}\nSource: {shape_text(shape)}",
        )
    return target


ONE_UNKNOWN = "Can only specify one unknown dimension"


def numpy_target(shape: ShapeT, codes: ShapeT) -> ShapeT:
    """Resolve np's only code: -1 is inferred."""
    count, unknown, known = size(shape), -1, 1
    words = f"Cannot reshape array of size {count} into shape {shape_text(codes)}"
    for position, code in enumerate(codes):
        if code >= 0:
            known *= code
            continue
        if code != -1:
            raise check_failed(
                f"param.newshape[i] == -1 ({code} vs. -1) ",
                "The shape dimension size to inferred must be -1",
            )
        if unknown >= 0:
            raise check_failed("!has_unknown_dim_size", ONE_UNKNOWN)
        unknown = position
    if unknown < 0:
        if known != count:
            raise check_failed(f"src.Size() == dst->Size() ({count} vs. {known}) ", words)
        return tuple(codes)
    _divides(count, known, words)
    return (*codes[:unknown], count // known, *codes[unknown + 1 :])


def _divides(count: int, known: int, words: str) -> None:
    if known == 0:
        raise check_failed("known_dim_size_prod != 0 (0 vs. 0) ", words)
    if count % known:
        raise check_failed(f"src.Size() % known_dim_size_prod == 0 ({count % known} vs. 0) ", words)


def numpyx_target(shape: ShapeT, codes: ShapeT, reverse: bool = False) -> ShapeT:
    """Resolve npx's codes: -1 infer, -2 keep, -3 drop a 1, -4 keep the rest, -5 merge, -6 split."""
    for code in codes:
        if code < -6:
            raise check_failed(
                f"param.newshape[i] >= -6 ({code} vs. -6) ",
                "Dimension size must be greater than or equal to -6",
            )
    words = (
        f"Cannot reshape array of shape {shape_text(shape)} into shape {shape_text(codes)} "
        f", reverse = {int(reverse)}"
    )
    if reverse:
        return _numpyx(shape[::-1], tuple(codes)[::-1], words)[::-1]
    return _numpyx(shape, tuple(codes), words)


def _numpyx(shape: ShapeT, codes: ShapeT, words: str) -> ShapeT:
    rank, source, unknown = len(shape), 0, -1
    out: list[int] = []
    pending = iter(range(len(codes)))
    for i in pending:
        code = codes[i]
        if code >= 0:
            out.append(code)
            source += 1
        elif code == -1:
            unknown = _unknown(unknown, len(out))
            out.append(-1)
            source += 1
        elif code == -2:
            out.append(shape[_inside(source, rank)])
            source += 1
        elif code == -3:
            if shape[_inside(source, rank)] != 1:
                raise check_failed(
                    f"src[src_inx] == 1 ({shape[source]} vs. 1) ",
                    "-3 index should only be used to skip dimension size 1",
                )
            source += 1
        elif code == -4:
            out += shape[source:]
            source = rank
        elif code == -5:
            if source >= rank - 1:
                raise check_failed(
                    f"src_inx < src.ndim()-1 ({source} vs. {rank - 1}) ",
                    "Not enough dimensions left for the product",
                )
            out.append(shape[source] * shape[source + 1])
            source += 2
        else:
            out += _pieces(shape, codes, i, source)
            source += 1
            next(pending), next(pending)
    return _fill(shape, out, out.index(-1) if -1 in out else -1, words)


def _unknown(known: int, position: int) -> int:
    if known >= 0:
        raise check_failed("!has_unknown_dim_size", ONE_UNKNOWN)
    return position


def _pieces(shape: ShapeT, codes: ShapeT, i: int, source: int) -> tuple[int, int]:
    """Return the two lengths that a -6 at ``codes[i]`` splits an axis into."""
    if i + 2 >= len(codes):
        raise check_failed(f"i + 2 < target.ndim() ({i + 2} vs. {len(codes)}) ")
    first, second = codes[i + 1], codes[i + 2]
    whole = shape[_inside(source, len(shape))]
    if first == -1 and second == -1:
        raise check_failed("!has_unknown_dim_size", ONE_UNKNOWN)
    if first == -1:
        first = whole // second
    elif second == -1:
        second = whole // first
    if first * second != whole:
        raise check_failed(
            "d1 * d2 == static_cast<dim_t>(d0) || static_cast<dim_t>(d0) == dim_t(-1)",
            f"Split dims {first}, {second} do not divide original dim {whole}",
        )
    return first, second


def _inside(source: int, rank: int) -> int:
    if source >= rank:
        raise check_failed(
            f"src_inx < src.ndim() ({source} vs. {rank}) ",
            "Unmatching dimension of proposed new shape",
        )
    return source


def _fill(shape: ShapeT, out: list[int], unknown: int, words: str) -> ShapeT:
    count = size(shape)
    if unknown >= 0:
        out[unknown] = 1
        known = size(tuple(out))
        _divides(count, known, words)
        out[unknown] = count // known
    if size(tuple(out)) != count:
        raise check_failed(f"src.Size() == target_size ({count} vs. {size(tuple(out))}) ", words)
    return tuple(out)
