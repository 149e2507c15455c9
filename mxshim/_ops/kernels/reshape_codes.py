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


def numpy_target(shape: ShapeT, codes: ShapeT) -> ShapeT:
    """Resolve np's only code: -1 is inferred."""
    if codes.count(-1) > 1:
        raise check_failed("unknown_axis < 0", "One and only one dim can be inferred")
    if min(codes, default=0) < -1:
        raise check_failed(
            f"dim_size >= -1 ({min(codes)} vs. -1) ",
            f"shape dim size must be >= -1, while received {min(codes)}",
        )
    out = list(codes)
    unknown = out.index(-1) if -1 in codes else -1
    if unknown >= 0:
        out[unknown] = 1
    return _same_numpy(shape, _infer(shape, out, unknown))


def _same_numpy(shape: ShapeT, target: ShapeT) -> ShapeT:
    if size(shape) != size(target):
        raise check_failed(
            f"target_shape.Size() == src.Size() ({size(target)} vs. {size(shape)}) ",
            f"Cannot reshape array of size {size(shape)} into shape {shape_text(target)}",
        )
    return target


def numpyx_target(shape: ShapeT, codes: ShapeT, reverse: bool = False) -> ShapeT:
    """Resolve npx's codes: -1 infer, -2 keep, -3 drop a 1, -4 keep the rest, -5 merge, -6 split."""
    if reverse:
        turned = tuple(codes)[::-1]
        at = 0
        fixed: list[int] = []
        while at < len(turned):  # "-6 a b" reads "b a -6" from the right
            if at + 2 < len(turned) and turned[at + 2] == -6:
                fixed += [-6, turned[at], turned[at + 1]]
                at += 3
            else:
                fixed.append(turned[at])
                at += 1
        return numpyx_target(shape[::-1], tuple(fixed))[::-1]
    rank, count = len(shape), len(codes)
    out: list[int] = []
    unknown, source, i = -1, 0, 0
    while i < count:
        code = codes[i]
        if code == -1:
            if unknown >= 0:
                raise check_failed(
                    f"unknown_axis < 0 ({unknown} vs. 0) ", "One and only one dim can be inferred"
                )
            unknown = len(out)
            out.append(1)
            source += 1
        elif code == -2:
            _inside(source, rank, "-2")
            out.append(shape[source])
            source += 1
        elif code == -3:
            _inside(source, rank, "-3")
            if shape[source] != 1:
                raise check_failed(
                    f"src[src_inx] == 1 ({shape[source]} vs. 1) ",
                    "Encountered unexpected -3 on a dimension whose size is not 1",
                )
            source += 1
        elif code == -4:
            out += shape[source:]
            source = rank
        elif code == -5:
            _inside(source + 1, rank, "-5")
            out.append(shape[source] * shape[source + 1])
            source += 2
        elif code == -6:
            if i + 2 >= count:
                raise check_failed(f"i + 2 < newshape.ndim() ({i + 2} vs. {count}) ")
            _inside(source, rank, "-6")
            out += _split(shape[source], codes[i + 1], codes[i + 2])
            source += 1
            i += 2
        elif code < -6:
            raise check_failed(
                f"newshape[i] >= -6 ({code} vs. -6) ",
                f"Dimension size must be greater than or equal to -6, while received {code}",
            )
        else:
            out.append(code)
            source += 1
        i += 1
    return _same_numpy(shape, _infer(shape, out, unknown))


def _inside(source: int, rank: int, code: str) -> None:
    if source >= rank:
        raise check_failed(
            f"src_inx < src.ndim() ({source} vs. {rank}) ",
            f"Unmatching dimension for {code}: the shape has {rank} axes",
        )
