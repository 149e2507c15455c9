"""Optimizer updates in place, in pieces that stay in the cache.

Large weights are bound by memory: one pass reads and writes every array once. A piece needs several
operations, the later ones find it in the cache. ``axpy`` does two of NumPy's operations in one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import isfinite
from typing import Any

import numpy

from ..override import DECLINED, override
from .blas import Routines, routines
from .rows import Array

#: Elements of a piece: long beside what calls cost, and six arrays (weight, gradient, two states,
#: two scratch arrays) fit a cache of 2 MB.
PIECE = 1 << 16
#: BLAS counts in 32 bits.
_MOST = 1 << 31

multiply, add, divide, sqrt, square = (
    numpy.multiply, numpy.add, numpy.divide, numpy.sqrt, numpy.square
)  # fmt: skip


class Job:
    """One update of a weight: flat arrays, BLAS routines, what to do to the gradient first."""

    __slots__ = ("arrays", "axpy", "bound", "in_place", "out", "rescale", "scal", "scratch", "wd")

    def __init__(
        self, out: Array, arrays: list[Array], tools: Routines, params: dict[str, Any]
    ) -> None:
        self.out = out
        self.arrays = arrays
        self.axpy, self.scal = tools.axpy, tools.scal
        self.rescale: float = params["rescale_grad"]
        self.bound: float = params["clip_gradient" if "clip_gradient" in params else "clip_grad"]
        self.wd: float = params["wd"]
        shape = min(arrays[0].size, PIECE)
        self.scratch = (numpy.empty(shape, out.dtype), numpy.empty(shape, out.dtype))

    def pieces(self) -> Iterable[list[Array]]:
        """Yield scratch, weight, gradient and states piece by piece."""
        arrays, (first, second) = self.arrays, self.scratch
        size = arrays[0].size
        if size <= PIECE:
            yield [first, second, *arrays]
            return
        for start in range(0, size, PIECE):
            stop = start + PIECE
            if stop > size:
                first, second = first[: size - start], second[: size - start]
            yield [first, second, *[a[start:stop] for a in arrays]]

    def decayed(self, s: Array, w: Array, g: Array) -> Array:
        """Return ``clip(rescale * g) + wd * w`` in ``s``."""
        multiply(g, self.rescale, s)
        if self.bound >= 0:
            s.clip(-self.bound, self.bound, s)
        if self.wd:
            self.axpy(w, s, s.size, self.wd)
        return s

    def inside(self, s: Array, w: Array, g: Array) -> Array:
        """Return ``clip(rescale * g + wd * w)`` in ``s``."""
        multiply(g, self.rescale, s)
        if self.wd:
            self.axpy(w, s, s.size, self.wd)
        if self.bound >= 0:
            s.clip(-self.bound, self.bound, s)
        return s


def _job(target: Any, arrays: tuple[Array, ...], params: dict[str, Any]) -> Job | None:
    """Prepare an update of ``arrays`` (weight, gradient, states); None for what BLAS cannot take.

    The weight is changed in place where it is the target, else a copy of it is.
    """
    weight = arrays[0]
    dtype, shape = weight.dtype, weight.shape
    if dtype.char not in "fd" or not 0 < weight.size < _MOST:
        return None
    for a in arrays:
        if a.dtype != dtype or a.shape != shape or not a.flags.carray:
            return None
    if _overlap(arrays):
        return None
    out = weight if target is weight else weight.copy()
    flat = [a.reshape(-1) for a in (out, *arrays[1:])]
    job = Job(out, flat, routines(dtype.char), params)
    job.in_place = out is weight
    return job


def _overlap(arrays: tuple[Array, ...]) -> bool:
    """Tell whether some arrays may share memory; those that own theirs do not."""
    if len({id(a) for a in arrays}) < len(arrays):
        return True
    views = [a for a in arrays if a.base is not None]
    return any(numpy.may_share_memory(v, a) for v in views for a in arrays if a is not v)


def _usable(*factors: float) -> bool:
    """Tell whether BLAS treats factors as NumPy does: it skips the work for a factor of 0."""
    return all(f and isfinite(f) for f in factors)


def _declare(name: str, *factors: str) -> Callable[[Any], Any]:
    """Declare an update ``rule(job, params)``; calls where one of ``factors`` is 0 are left."""

    def declare(rule: Callable[[Job, dict[str, Any]], Any]) -> Any:
        def kernel(xp: Any, *arrays: Array, target: Any, **params: Any) -> Any:
            if not _usable(*[params[f] for f in factors]):
                return DECLINED
            job = _job(target, arrays, params)
            if job is None:
                return DECLINED
            return DECLINED if rule(job, params) is DECLINED else job.out

        kernel.__module__, kernel.__doc__ = rule.__module__, rule.__doc__
        override(name)(kernel)
        return rule

    return declare


@_declare("sgd_update", "lr", "rescale_grad")
def sgd_update(job: Job, params: dict[str, Any]) -> None:
    """Take ``w -= lr * (clip(rescale * g) + wd * w)``; without extras one pass over memory."""
    lr, axpy = params["lr"], job.axpy
    if job.bound < 0 and not job.wd:
        w, g = job.arrays
        axpy(g, w, w.size, -lr * job.rescale)
        return
    for s, _, w, g in job.pieces():
        axpy(job.decayed(s, w, g), w, w.size, -lr)


@_declare("sgd_mom_update", "lr", "momentum", "rescale_grad")
def sgd_mom_update(job: Job, params: dict[str, Any]) -> None:
    """Take ``m = momentum * m - lr * (clip(rescale * g) + wd * w); w += m``."""
    lr, momentum, axpy, scal = params["lr"], params["momentum"], job.axpy, job.scal
    for s, _, w, g, m in job.pieces():
        scal(momentum, m)
        if job.bound < 0:
            axpy(g, m, m.size, -lr * job.rescale)
            if job.wd:
                axpy(w, m, m.size, -lr * job.wd)
        else:
            axpy(job.decayed(s, w, g), m, m.size, -lr)
        axpy(m, w, w.size, 1.0)


@_declare("nag_mom_update", "lr", "momentum", "rescale_grad")
def nag_mom_update(job: Job, params: dict[str, Any]) -> None:
    """Take a step of Nesterov's accelerated gradient descent."""
    lr, momentum, axpy, scal = params["lr"], params["momentum"], job.axpy, job.scal
    late = job.wd and job.in_place  # decay the momentum by the new weight
    for s, t, w, g, m in job.pieces():
        n = w.size
        job.decayed(s, w, g)
        scal(momentum, m)
        if late:
            t[...] = w
        axpy(m, w, n, momentum)
        axpy(s, w, n, -(1 + momentum) * lr)
        if late:
            axpy(numpy.subtract(w, t, t), s, n, job.wd)
        axpy(s, m, n, -lr)


def _moments(job: Job, s: Array, mean: Array, var: Array, beta1: float, beta2: float) -> None:
    """Update the running means of the gradient ``s`` and of its square; ``s`` is used up."""
    n = s.size
    job.scal(beta1, mean)
    job.axpy(s, mean, n, 1 - beta1)
    square(s, s)
    job.scal(beta2, var)
    job.axpy(s, var, n, 1 - beta2)


@_declare("adam_update", "lr", "beta1", "beta2")
def adam_update(job: Job, params: dict[str, Any]) -> None:
    """Take a step of Adam."""
    lr, beta1, beta2 = params["lr"], params["beta1"], params["beta2"]
    epsilon = numpy.asarray(params["epsilon"], job.out.dtype)
    for s, _, w, g, mean, var in job.pieces():
        _moments(job, job.inside(s, w, g), mean, var, beta1, beta2)
        add(sqrt(var, s), epsilon, s)
        job.axpy(divide(mean, s, s), w, w.size, -lr)


@_declare("rmsprop_update", "lr", "gamma1")
def rmsprop_update(job: Job, params: dict[str, Any]) -> None:
    """Take a step of RMSProp."""
    lr, gamma, bound = params["lr"], params["gamma1"], params["clip_weights"]
    epsilon = numpy.asarray(params["epsilon"], job.out.dtype)
    for s, t, w, g, n in job.pieces():
        job.inside(s, w, g)
        job.scal(gamma, n)
        job.axpy(square(s, t), n, n.size, 1 - gamma)
        sqrt(add(n, epsilon, t), t)
        job.axpy(divide(s, t, s), w, w.size, -lr)
        if bound >= 0:
            w.clip(-bound, bound, w)


@_declare("rmspropalex_update", "lr", "gamma1", "gamma2")
def rmspropalex_update(job: Job, params: dict[str, Any]) -> None:
    """Take a step of centred RMSProp with momentum."""
    lr, gamma, bound = params["lr"], params["gamma1"], params["clip_weights"]
    epsilon = numpy.asarray(params["epsilon"], job.out.dtype)
    for s, t, w, g, n, mean, delta in job.pieces():
        job.inside(s, w, g)
        job.scal(gamma, n)
        job.axpy(square(s, t), n, n.size, 1 - gamma)
        job.scal(gamma, mean)
        job.axpy(s, mean, n.size, 1 - gamma)
        numpy.subtract(n, square(mean, t), t)
        sqrt(add(t, epsilon, t), t)
        job.scal(params["gamma2"], delta)
        job.axpy(divide(s, t, s), delta, n.size, -lr)
        add(w, delta, w)
        if bound >= 0:
            w.clip(-bound, bound, w)


@_declare("ftrl_update", "lr")
def ftrl_update(job: Job, params: dict[str, Any]) -> Any:
    """Take a step of follow the regularized leader."""
    lr, bound, wd = params["lr"], params["lamda1"], job.wd
    if bound < 0:
        return DECLINED
    job.wd = 0.0
    for s, t, w, g, z, n in job.pieces():
        job.decayed(s, w, g)
        add(z, s, z)
        sqrt(n, t)
        add(n, square(s, s), n)
        sqrt(n, s)
        multiply(numpy.subtract(s, t, t), w, t)
        job.axpy(t, z, z.size, -1 / lr)
        job.scal(1 / lr, s)
        add(s, params["beta"] / lr + wd, s)
        z.clip(-bound, bound, w)  # sign(z) * bound - z where |z| is larger, else 0
        numpy.subtract(w, z, w)
        divide(w, s, w)
    return None


@_declare("ftml_update", "lr", "beta1", "beta2")
def ftml_update(job: Job, params: dict[str, Any]) -> Any:
    """Take a step of follow the moving leader."""
    beta1, beta2, count = params["beta1"], params["beta2"], params["t"]
    if count < 1 or beta1 >= 1 or beta2 >= 1:
        return DECLINED
    speed, inverse = (1 - beta1**count) / params["lr"], 1 / (1 - beta2**count)
    axpy, scal = job.axpy, job.scal
    for s, t, w, g, d, v, z in job.pieces():
        n = w.size
        job.inside(s, w, g)
        scal(beta2, v)
        axpy(square(s, t), v, n, 1 - beta2)
        scal(beta1, z)
        axpy(s, z, n, 1 - beta1)
        sqrt(multiply(v, inverse, t), t)
        add(t, params["epsilon"], t)
        scal(speed, t)
        scal(-beta1, d)
        add(d, t, d)
        numpy.subtract(z, multiply(d, w, s), z)
        d[...] = t
        divide(z, t, w)
        scal(-1.0, w)
    return None


@_declare("signum_update", "lr", "momentum", "rescale_grad")
def signum_update(job: Job, params: dict[str, Any]) -> None:
    """Take a step of fixed length by the sign of the averaged gradient."""
    lr, momentum, kept = params["lr"], params["momentum"], 1 - params["lr"] * params["wd_lh"]
    for s, _, w, g, m in job.pieces():
        job.decayed(s, w, g)
        job.scal(momentum, m)
        job.axpy(s, m, m.size, momentum - 1)
        if kept != 1:
            multiply(w, kept, w)
        job.axpy(numpy.sign(m, s), w, w.size, lr)
