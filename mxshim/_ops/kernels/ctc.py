"""Connectionist temporal classification: forward and backward sums in the log domain.

Scores are (time, batch, classes), labels (batch, length).  A path alternates between blanks and
labels, so states are numbered 0 .. 2 * length: even ones are blanks.  Everything is written
without in-place writes, so that the gradient can be recorded.
"""

from __future__ import annotations

from typing import Any, NamedTuple

#: Stands for the logarithm of 0; unlike infinity it may be subtracted from itself.
NEVER = -1e30


class Paths(NamedTuple):
    """What the labels fix: classes by state, where a blank may be skipped, and the lengths."""

    classes: Any  # (batch, states)
    skips: Any  # (batch, states): the state may be entered from two states before
    last: Any  # (batch,): the number of the last state, a blank
    steps: Any  # (batch,): the length of each sequence of scores


def paths(
    xp: Any, label: Any, lengths: Any, steps: Any, blank: int, padding: int, time: int
) -> Paths:
    """Lay out the states of each label sequence; without ``lengths`` it ends at the padding."""
    count, width = label.shape
    label = label.astype("int64")
    if lengths is None:
        lengths = xp.cumprod(label != padding, axis=1).sum(axis=1)
    lengths = lengths.astype("int64")
    inside = xp.arange(width)[None, :] < lengths[:, None]
    blanks = xp.full((count, width), blank, "int64")
    pairs = xp.stack([blanks, xp.where(inside, label, blank)], axis=2)
    gap = xp.full((count, 1), blank, "int64")
    classes = xp.concatenate([pairs.reshape((count, 2 * width)), gap], axis=1)
    odd = xp.arange(2, 2 * width + 1)[None, :] % 2 == 1
    differ = (classes[:, 2:] != classes[:, :-2]) & odd
    skips = xp.concatenate([xp.zeros((count, min(2, 2 * width + 1)), bool), differ], axis=1)
    steps = xp.full((count,), time, "int64") if steps is None else steps.astype("int64")
    return Paths(classes, skips, 2 * lengths, steps)


def _log_sum(xp: Any, *terms: Any) -> Any:
    """Add numbers given by their logarithms."""
    most = terms[0]
    for term in terms[1:]:
        most = xp.where(term > most, term, most)
    most = xp.stop(most) if hasattr(xp, "record") else most
    total = xp.exp(terms[0] - most)
    for term in terms[1:]:
        total = total + xp.exp(term - most)
    return most + xp.log(total)


def _late(xp: Any, values: Any, by: int) -> Any:
    """Shift states up: what stood in state s stands in s + by."""
    gap = xp.full((values.shape[0], by), NEVER, values.dtype)
    return xp.concatenate([gap, values[:, :-by]], axis=1)[:, : values.shape[1]]


def _early(xp: Any, values: Any, by: int) -> Any:
    """Shift states down: what stood in state s stands in s - by."""
    gap = xp.full((values.shape[0], by), NEVER, values.dtype)
    return xp.concatenate([values[:, by:], gap], axis=1)[:, : values.shape[1]]


def log_softmax(xp: Any, scores: Any) -> Any:
    """Return the logarithms of the classes' probabilities."""
    most = scores.max(axis=2, keepdims=True)
    most = xp.stop(most) if hasattr(xp, "record") else most
    shifted = scores - most
    return shifted - xp.log(xp.exp(shifted).sum(axis=2, keepdims=True))


def emissions(xp: Any, logs: Any, way: Paths) -> Any:
    """Return the logarithms of the states' probabilities (time, batch, states)."""
    index = xp.broadcast_to(way.classes, (logs.shape[0], *way.classes.shape))
    return xp.take_along_axis(logs, index, axis=2)


def forward_sums(xp: Any, seen: Any, way: Paths) -> list[Any]:
    """Return for each step the sums over the paths that lead to each state."""
    start = xp.arange(seen.shape[2])[None, :] < 2
    sums = [xp.where(start, seen[0], NEVER)]
    for step in range(1, seen.shape[0]):
        last = sums[-1]
        skipped = xp.where(way.skips, _late(xp, last, 2), NEVER)
        moved = _log_sum(xp, last, _late(xp, last, 1), skipped) + seen[step]
        sums.append(xp.where((step < way.steps)[:, None], moved, last))
    return sums


def backward_sums(xp: Any, seen: Any, way: Paths) -> list[Any]:
    """Return for each step the sums over the paths that lead on from each state."""
    states = xp.arange(seen.shape[2])[None, :]
    ends = (states == way.last[:, None]) | (states == way.last[:, None] - 1)
    final = xp.where(ends, 0.0, NEVER).astype(seen.dtype)
    skips = xp.concatenate(
        [way.skips[:, 2:], xp.zeros((len(way.skips), 2), bool)], axis=1
    )[:, : seen.shape[2]]  # fmt: skip
    sums = [final]
    for step in reversed(range(seen.shape[0] - 1)):
        ahead = sums[-1] + seen[step + 1]
        skipped = xp.where(skips, _early(xp, ahead, 2), NEVER)
        moved = _log_sum(xp, ahead, _early(xp, ahead, 1), skipped)
        sums.append(xp.where((step < way.steps - 1)[:, None], moved, final))
    return sums[::-1]


def losses(xp: Any, last: Any, way: Paths) -> Any:
    """Return minus the logarithm of the labels' probability, NEVER's negative when it is 0."""
    states = xp.arange(last.shape[1])[None, :]
    ends = (states == way.last[:, None]) | (states == way.last[:, None] - 1)
    kept = xp.where(ends, last, NEVER)
    most = kept.max(axis=1, keepdims=True)
    most = xp.stop(most) if hasattr(xp, "record") else most
    return -(most[:, 0] + xp.log(xp.exp(kept - most).sum(axis=1)))


def possible(xp: Any, loss: Any, way: Paths) -> Any:
    """Tell which labels fit into their sequences."""
    return (loss < -NEVER / 2) & (way.steps > 0)


def slopes(xp: Any, scores: Any, way: Paths) -> Any:
    """Return the gradients of the losses with respect to the scores."""
    logs = log_softmax(xp, scores)
    seen = emissions(xp, logs, way)
    sums = forward_sums(xp, seen, way)
    loss = losses(xp, sums[-1], way)
    fits = possible(xp, loss, way)
    onward = xp.stack(backward_sums(xp, seen, way), axis=0)
    share = xp.stack(sums, axis=0) + onward + xp.where(fits, loss, 0.0)[None, :, None]
    share = xp.exp(xp.where(fits[None, :, None], share, NEVER))
    classes = way.classes[:, :, None] == xp.arange(scores.shape[2])
    taken = xp.matmul(xp.transpose(share, (1, 0, 2)), classes.astype(scores.dtype))
    here = (xp.arange(scores.shape[0])[:, None] < way.steps) & fits
    return xp.where(here[:, :, None], xp.exp(logs) - xp.transpose(taken, (1, 0, 2)), 0.0)
