"""The log likelihood of marked Hawkes processes (Bacry et al., Hawkes processes in finance)."""

from __future__ import annotations

from .._core.dtypes import int32
from .._core.errors import check_failed, mxnet_error
from .._core.registry import op

#: Inputs by MXNet's names for them, the letters of their shapes: samples, marks, time steps.
_INPUTS = {
    "Mu": "NK", "Alpha": "K", "Beta": "K", "State": "NK", "IATimes": "NT", "Marks": "NT",
    "ValidLength": "N", "MaxTime": "N",
}  # fmt: skip


def _shape(*shapes):
    """Check that the shapes fit each other; the lags name samples and steps, lda the marks."""
    for (name, letters), shape in zip(_INPUTS.items(), shapes, strict=True):
        if shape is not None and len(shape) != len(letters):
            raise check_failed(
                f"in_attrs->at(hawkesll: :k{name}).ndim() == {len(letters)} "
                f"({len(shape)} vs. {len(letters)}) "
            )
    lda, lags = shapes[0], shapes[4]
    sizes = {"N": lags[0], "T": lags[1], "K": lda[1]}
    for (name, letters), shape in zip(_INPUTS.items(), shapes, strict=True):
        for axis, letter in enumerate(letters if shape is not None else ""):
            if shape[axis] != sizes[letter]:
                raise check_failed(
                    f"in_attrs->at(hawkesll: :k{name})[{axis}] == {letter} "
                    f"({shape[axis]} vs. {sizes[letter]}) "
                )
    inputs = tuple(tuple(sizes[letter] for letter in letters) for letters in _INPUTS.values())
    return inputs, [(sizes["N"],), (sizes["N"], sizes["K"])]


def _check_types(*arrays):
    for (name, _), array in zip(_INPUTS.items(), arrays, strict=True):
        wanted = "int32" if name == "Marks" else arrays[0].dtype.name
        if array.dtype.name != wanted:
            raise mxnet_error(
                f"Type inconsistent, Provided = {array.dtype.name}, inferred type = {wanted}"
            )


@op("_contrib_hawkesll", shape=_shape, visible=2, order=1)
def hawkesll(xp, lda, alpha, beta, state, lags, marks, valid_length, max_time):
    """Return the log likelihood (N,) of N sequences of events, and the last state (N, K).

    An event of mark k at time t has the rate ``lda[k] + alpha[k] * beta[k] * s``, where s sums
    ``exp(-beta[k] * (t - t'))`` over the earlier events t' of the mark; ``state`` (N, K) is s at
    time 0. ``lags`` (N, T) are the times since the event before, ``marks`` (N, T, int32) in [0, K);
    the first ``valid_length`` (N,) of each row count. A sequence is seen until ``max_time`` (N,).
    Gradients flow from the likelihood to ``lda`` (N, K), ``alpha`` (K,) and ``beta`` (K,).
    """
    arrays = lda, alpha, beta, state, lags, marks, valid_length, max_time
    _shape(*(array.shape for array in arrays))
    _check_types(*arrays)
    state, last = state.copy(), xp.zeros_like(state)
    total = xp.zeros((lags.shape[0],), lda.dtype)
    for rows, kind, time in _events(xp, lda, lags, marks, valid_length):
        at = rows, kind
        gap, held = time - last[at], state[at]
        fade = xp.exp(-beta[kind] * gap)
        rate = lda[at] + alpha[kind] * beta[kind] * held * fade
        total[rows] += xp.log(rate) - lda[at] * gap - alpha[kind] * held * (1 - fade)
        state[at] = 1 + held * fade
        last[at] = time
    gap = max_time[:, None] - last
    fade = xp.exp(-beta * gap)
    rest = lda * gap + alpha * state * (1 - fade)
    return total - rest.sum(axis=1), state * fade


hawkesll.outputs = ("output", "out_state")


def _types(inputs):
    lda = inputs[0]  # mxnet: the others tell nothing
    return [int32 if name == "Marks" else lda for name in _INPUTS], [lda, lda]


hawkesll.type_rule = _types


def _events(xp, lda, lags, marks, valid_length):
    """Give step by step the samples that have an event: their numbers, its mark and its time."""
    if valid_length.shape[0] and float(valid_length.max()) > lags.shape[1]:  # MXNet reads beyond
        raise mxnet_error(f"valid_length is {float(valid_length.max()):g} of {lags.shape[1]} steps")
    times = xp.cumsum(lags, axis=1)
    for step in range(lags.shape[1]):
        rows = xp.nonzero(valid_length > step)[0]
        if not rows.shape[0]:
            return
        kind = marks[rows, step]
        if bool(((kind < 0) | (kind >= lda.shape[1])).any()):
            raise mxnet_error(f"marks must lie in [0, {lda.shape[1]}), got {kind.tolist()}")
        yield rows, kind, times[rows, step]


@hawkesll.vjp("lda", "alpha", "beta")
def _(xp, ct, out, lda, alpha, beta, state, lags, marks, valid_length, max_time):
    # mxnet: the state that is returned passes no gradient; test_hawkesll_through_the_state
    state, last, slope = state.copy(), xp.zeros_like(state), xp.zeros_like(state)
    by_lda, by_alpha, by_beta = (xp.zeros_like(state) for _ in range(3))
    for rows, kind, time in _events(xp, lda, lags, marks, valid_length):
        at = rows, kind
        a, b, gap, held, moved = alpha[kind], beta[kind], time - last[at], state[at], slope[at]
        fade = xp.exp(-b * gap)
        rate = lda[at] + a * b * held * fade
        by_lda[at] += 1 / rate - gap
        by_alpha[at] += b * held * fade / rate - held * (1 - fade)
        by_beta[at] += a * fade * (held * (1 - b * gap) + b * moved) / rate
        by_beta[at] -= a * (moved * (1 - fade) + held * gap * fade)
        slope[at] = fade * (moved - gap * held)
        state[at] = 1 + held * fade
        last[at] = time
    gap = max_time[:, None] - last
    fade = xp.exp(-beta * gap)
    by_lda -= gap
    by_alpha -= state * (1 - fade)
    by_beta -= alpha * (slope * (1 - fade) + state * gap * fade)
    head = ct[0][:, None]
    return head * by_lda, (head * by_alpha).sum(axis=0), (head * by_beta).sum(axis=0)


@hawkesll.vjp("state")
def _(xp, ct, out, lda, alpha, beta, state, *rest):
    # mxnet: the first state gets no gradient either; test_hawkesll
    return xp.zeros_like(state)


def _refuse(name):
    def refuse(xp, ct, out, *arrays):
        raise check_failed(
            f"req[hawkesll: :k{name}] == OpReqType::kNullOp (1 vs. 0) ",
            "",
            "hawkesll has gradients with respect to lda, alpha and beta only",
        )

    return refuse


for _input, _name in zip(hawkesll.inputs[4:], list(_INPUTS)[4:], strict=True):
    hawkesll.vjp(_input)(_refuse(_name))
