"""Small operations: what a call costs before there is anything to compute."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from row import Row, Variants

#: label, statement on x, y (2, 3), z (3, 2) in nd and np (F, G: operators), the same in PyTorch
OPERATIONS = [
    ("x + y", "x + y", "x + y"), ("x * y", "x * y", "x * y"), ("x / y", "x / y", "x / y"),
    ("x + 2", "x + 2.0", "x + 2.0"), ("2 - x", "2.0 - x", "2.0 - x"),
    ("x ** 2", "x ** 2", "x ** 2"), ("-x", "-x", "-x"), ("x > y", "x > y", "x > y"),
    ("exp", "F.exp(x)", "F.exp(x)"), ("log", "F.log(y)", "F.log(y)"),
    ("sqrt", "F.sqrt(y)", "F.sqrt(y)"), ("tanh", "F.tanh(x)", "F.tanh(x)"),
    ("maximum", "F.maximum(x, y)", "F.maximum(x, y)"), ("sum", "x.sum()", "x.sum()"),
    ("sum axis", "x.sum(axis=1)", "x.sum(1)"), ("mean", "x.mean()", "x.mean()"),
    ("max axis", "x.max(axis=0)", "x.amax(0)"), ("reshape", "x.reshape((3, 2))", "x.reshape(3, 2)"),
    ("x.T", "x.T", "x.T"), ("dot", "F.dot(x, z)", "F.mm(x, z)"), ("x[1]", "x[1]", "x[1]"),
    ("x[0:1]", "x[0:1]", "x[0:1]"), ("expand_dims", "F.expand_dims(x, 0)", "x.unsqueeze(0)"),
    ("concat", "F.concat(x, y, dim=0) if F is nd else F.concatenate([x, y])", "F.cat([x, y])"),
    ("softmax", "G.softmax(x)", "F.softmax(x, -1)"), ("relu", "G.relu(x)", "F.relu(x)"),
]  # fmt: skip
CHAIN = 100


def _variables(mx: Any, front: str) -> dict[str, Any]:
    F, G = (mx.nd, mx.nd) if front == "nd" else (mx.np, mx.npx)
    x = F.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]])
    made = {"x": x, "y": x + 1, "z": F.array([[1.0, 2], [3, 4], [5, 6]])}
    for array in made.values():
        array.attach_grad()
    return {"F": F, "G": G, "nd": mx.nd, **made}


def _call(statement: str, variables: dict[str, Any]) -> Callable[[], Any]:
    """Compile a statement to a function without arguments."""
    code = compile(f"lambda: {statement}", statement, "eval")
    return eval(code, variables)  # type: ignore[no-any-return]


def _ours(statement: str, front: str, recorded: bool) -> Callable[[Any], Variants]:
    def make(mx: Any) -> Variants:
        call = _call(statement, _variables(mx, front))
        if not recorded:
            return {"imperative": call}
        record = mx.autograd.record

        def calls() -> None:
            with record():
                for _ in range(CHAIN):
                    call()

        return {"imperative": calls}

    return make


def _theirs(statement: str, recorded: bool) -> Callable[[Any], Variants]:
    def make(torch: Any) -> Variants:
        x = torch.tensor([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]], requires_grad=recorded)
        y = (x.detach() + 1).requires_grad_(recorded)
        z = torch.tensor([[1.0, 2], [3, 4], [5, 6]], requires_grad=recorded)
        call = _call(statement, {"F": torch, "x": x, "y": y, "z": z})
        if not recorded:
            return {"imperative": call}

        def calls() -> None:
            for _ in range(CHAIN):
                call()

        return {"imperative": calls}

    return make


def _chain(front: str, *ways: str) -> Callable[[Any], Variants]:
    def make(mx: Any) -> Variants:
        variables = _variables(mx, front)
        x, y = variables["x"], variables["y"]

        def forward() -> Any:
            with mx.autograd.record():
                h = x
                for _ in range(CHAIN):
                    h = h * y
            return h

        variants = {"forward": forward, "both ways": lambda: forward().backward()}
        return {way: variants[way] for way in ways}

    return make


def _torch_chain(*ways: str) -> Callable[[Any], Variants]:
    def make(torch: Any) -> Variants:
        x = torch.ones(2, 3, requires_grad=True)
        y = torch.full((2, 3), 1.01, requires_grad=True)

        def forward() -> Any:
            h = x
            for _ in range(CHAIN):
                h = h * y
            return h

        def both() -> None:
            x.grad = y.grad = None
            h = forward()
            h.backward(torch.ones_like(h))

        variants = {"forward": forward, "both ways": both}
        return {way: variants[way] for way in ways}

    return make


ROWS = [
    Row(
        f"{front} {label}{', recorded' if recorded else ''}",
        f"small operations{', recorded' if recorded else ''}",
        _ours(ours, front, recorded), _theirs(theirs, recorded), front, 0.25, torch_target=1.0,
        per=CHAIN if recorded else 1,
    )
    for recorded in (False, True) for front in ("nd", "np") for label, ours, theirs in OPERATIONS
]  # fmt: skip
ROWS += [
    Row(f"{front} chain of {CHAIN}, {way}", "chains", _chain(front, way), _torch_chain(way), front,
        torch_target=1.0)
    for front in ("nd", "np") for way in ("forward", "both ways")
]  # fmt: skip
ROWS += [
    Row(f"{front} backward per node", "chains", _chain(front, "forward", "both ways"),
        _torch_chain("forward", "both ways"), front, 0.12, torch_target=1.0, per=CHAIN,
        difference=True)
    for front in ("nd", "np")
]  # fmt: skip
