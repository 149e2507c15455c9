"""Large arrays: memory, vector and matrix work, and the optimizers' steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from row import Row, Shape, Variants, cut


def _random(mx: Any, shape: Shape) -> Any:
    return mx.nd.random.uniform(-1, 1, shape=shape)


def _plain(statement: str, *shapes: Shape) -> Callable[[Any], Variants]:
    """Time a statement on random arrays a, b, c of these shapes."""

    def make(mx: Any) -> Variants:
        arrays = {name: _random(mx, shape) for name, shape in zip("abc", shapes)}
        return {"imperative": eval(f"lambda: {statement}", {"nd": mx.nd, "mx": mx, **arrays})}

    return make


def _both(statement: str, *shapes: Shape) -> Callable[[Any], Variants]:
    """Time a statement on variables together with its gradient."""

    def make(mx: Any) -> Variants:
        arrays = {name: _random(mx, shape) for name, shape in zip("abc", shapes)}
        for array in arrays.values():
            array.attach_grad()
        call = eval(f"lambda: {statement}", {"nd": mx.nd, "mx": mx, **arrays})

        def run() -> None:
            with mx.autograd.record():
                out = call()
            out.backward()

        return {"imperative": run}

    return make


def _torch(statement: str, *shapes: Shape, backward: bool = False) -> Callable[[Any], Variants]:
    def make(torch: Any) -> Variants:
        arrays = {
            name: (torch.rand(shape) * 2 - 1).requires_grad_(backward)
            for name, shape in zip("abc", shapes)
        }
        scope = {"torch": torch, "F": torch.nn.functional, **arrays}
        call = eval(f"lambda: {statement}", scope)
        if not backward:
            return {"imperative": call}
        head = torch.ones_like(call())

        def run() -> None:
            for array in arrays.values():
                array.grad = None
            call().backward(head)

        return {"imperative": run}

    return make


ROWS = []
MILLION = (1000, 1000)
#: label, statement, the same in PyTorch, shapes; forward alone
FORWARD = [
    ("a + b", "a + b", "a + b", MILLION, MILLION),
    ("a * b + c", "a * b + c", "a * b + c", *[MILLION] * 3),
    ("exp", "nd.exp(a)", "torch.exp(a)", MILLION), ("tanh", "nd.tanh(a)", "torch.tanh(a)", MILLION),
    ("relu", "nd.relu(a)", "torch.relu(a)", MILLION),
    ("sigmoid", "nd.sigmoid(a)", "torch.sigmoid(a)", MILLION),
    ("gelu", "nd.LeakyReLU(a, act_type='gelu')", "F.gelu(a)", MILLION),
    ("sum", "nd.sum(a)", "a.sum()", MILLION),
    ("sum axis 0", "nd.sum(a, axis=0)", "a.sum(0)", MILLION),
    ("sum axis 1", "nd.sum(a, axis=1)", "a.sum(1)", MILLION),
    ("mean", "nd.mean(a)", "a.mean()", MILLION),
    ("max axis 1", "nd.max(a, axis=1)", "a.amax(1)", MILLION),
    ("argmax axis 1", "nd.argmax(a, axis=1)", "a.argmax(1)", MILLION),
    ("transpose", "nd.transpose(a)", "a.t().contiguous()", MILLION),
    ("transpose heads", "nd.transpose(a, axes=(0, 2, 1, 3))", "a.permute(0, 2, 1, 3).contiguous()",
     (64, 50, 8, 32)),
    ("concat", "nd.concat(a, b, dim=1)", "torch.cat([a, b], 1)", MILLION, MILLION),
    ("slice", "a[100:900, 100:900]", "a[100:900, 100:900].contiguous()", MILLION),
    ("dot", "nd.dot(a, b)", "a @ b", (256, 256), (256, 256)),
    ("dot", "nd.dot(a, b)", "a @ b", (512, 512), (512, 512)),
    ("dot", "nd.dot(a, b)", "a @ b", (1024, 1024), (1024, 1024)),
    ("dot transposed", "nd.dot(a, b, transpose_b=True)", "a @ b.t()", (256, 784), (256, 784)),
    ("dot transposed first", "nd.dot(a, b, transpose_a=True)", "a.t() @ b", (256, 784), (256, 256)),
    ("dot (H, W, 3)", "nd.dot(a, b)", "a @ b", (400, 500, 3), (3, 3)),
    ("batch_dot", "nd.batch_dot(a, b, transpose_b=True)", "torch.bmm(a, b.transpose(1, 2))",
     (512, 50, 32), (512, 50, 32)),
    ("fully connected", "nd.FullyConnected(a, b, c, num_hidden=256)", "F.linear(a, b, c)",
     (256, 784), (256, 784), (256,)),
]  # fmt: skip
#: The same both ways.
TRAINED = [
    ("a * b + c", "a * b + c", "a * b + c", *[MILLION] * 3),
    ("tanh", "nd.tanh(a)", "torch.tanh(a)", MILLION),
    ("relu", "nd.relu(a)", "torch.relu(a)", MILLION),
    ("gelu", "nd.LeakyReLU(a, act_type='gelu')", "F.gelu(a)", MILLION),
    ("mean axis 1", "nd.mean(a, axis=1)", "a.mean(1)", MILLION),
    ("batch_dot", "nd.batch_dot(a, b, transpose_b=True)", "torch.bmm(a, b.transpose(1, 2))",
     (512, 50, 32), (512, 50, 32)),
    ("fully connected", "nd.FullyConnected(a, b, c, num_hidden=256)", "F.linear(a, b, c)",
     (256, 784), (256, 784), (256,)),
]  # fmt: skip
ROWS += [
    Row(f"{label} {shapes[0]}", "large arrays", _plain(ours, *shapes), _torch(theirs, *shapes),
        torch_target=1.1)
    for label, ours, theirs, *shapes in FORWARD
]  # fmt: skip
ROWS += [
    Row(f"{label} {shapes[0]}, both ways", "large arrays", _both(ours, *shapes),
        _torch(theirs, *shapes, backward=True), torch_target=1.1)
    for label, ours, theirs, *shapes in TRAINED
]  # fmt: skip
#: label, statement, the same in PyTorch, shapes; forward, then both ways
ROWWISE = [
    (f"{name} {shape} axis {axis}", f"nd.{name}(a, axis={axis})", f"F.{name}(a, {axis})", shape)
    for name in ("softmax", "log_softmax")
    for shape, axis in (((128, 10), -1), ((256, 1000), -1), ((64, 12, 64, 64), -1),
                        ((64, 10, 28, 28), 1))
]  # fmt: skip
ROWWISE += [
    (f"layer norm {shape}", "nd.LayerNorm(a, b, c)", f"F.layer_norm(a, ({shape[-1]},), b, c)",
     shape, shape[-1:], shape[-1:])
    for shape in ((64, 128, 256), (32, 50, 768))
]  # fmt: skip
ROWS += [
    Row(f"{label}{', both ways' if backward else ''}", "softmax and layer norm",
        (_both if backward else _plain)(ours, *shapes),
        _torch(theirs, *shapes, backward=backward), target=0.8, plain_target=0.8, torch_target=1.1)
    for label, ours, theirs, *shapes in ROWWISE for backward in (False, True)
]  # fmt: skip


def _loss(rows: int, classes: int) -> Callable[[Any], Variants]:
    def make(mx: Any) -> Variants:
        data, labels = _random(mx, (rows, classes)), mx.nd.arange(rows) % classes
        data.attach_grad()
        loss = mx.gluon.loss.SoftmaxCrossEntropyLoss()

        def run() -> None:
            with mx.autograd.record():
                out = loss(data, labels)
            out.backward()

        return {"imperative": run}

    return make


def _torch_loss(rows: int, classes: int) -> Callable[[Any], Variants]:
    def make(torch: Any) -> Variants:
        data = torch.rand(rows, classes, requires_grad=True)
        labels, head = torch.arange(rows) % classes, torch.ones(rows)

        def run() -> None:
            data.grad = None
            loss = torch.nn.functional.cross_entropy(data, labels, reduction="none")
            loss.backward(head)

        return {"imperative": run}

    return make


def _embedding(backward: bool) -> Callable[[Any], Variants]:
    def make(mx: Any) -> Variants:
        weight = _random(mx, (10000, 256))
        index = mx.nd.floor(mx.nd.random.uniform(0, 10000, shape=(64, 50)))
        weight.attach_grad()

        def run() -> Any:
            return mx.nd.Embedding(index, weight, input_dim=10000, output_dim=256)

        def both() -> None:
            with mx.autograd.record():
                out = run()
            out.backward()

        return {"imperative": both if backward else run}

    return make


def _torch_embedding(backward: bool) -> Callable[[Any], Variants]:
    def make(torch: Any) -> Variants:
        weight = torch.rand(10000, 256, requires_grad=backward)
        index, head = torch.randint(10000, (64, 50)), torch.ones(64, 50, 256)

        def run() -> Any:
            return torch.nn.functional.embedding(index, weight)

        def both() -> None:
            weight.grad = None
            run().backward(head)

        return {"imperative": both if backward else run}

    return make


def _optimizer(name: str, options: dict[str, Any], size: int) -> Callable[[Any], Variants]:
    def make(mx: Any) -> Variants:
        shape = (cut(size // 1000), 1000)
        weight, gradient = _random(mx, shape), _random(mx, shape)
        rule = mx.optimizer.create(name, **options)
        state = rule.create_state(0, weight)
        return {"imperative": lambda: rule.update(0, weight, gradient, state)}

    return make


def _torch_optimizer(name: str, options: dict[str, Any], size: int) -> Callable[[Any], Variants]:
    def make(torch: Any) -> Variants:
        weight = torch.rand(size // 1000, 1000, requires_grad=True)
        weight.grad = torch.rand(size // 1000, 1000)
        return {"imperative": getattr(torch.optim, name)([weight], **options).step}

    return make


for rows, classes in ((256, 10), (128, 10000)):
    ROWS.append(Row(
        f"softmax cross-entropy ({rows}, {classes}), both ways", "losses and embedding",
        _loss(rows, classes), _torch_loss(rows, classes), torch_target=1.1,
    ))  # fmt: skip
for backward in (False, True):
    ROWS.append(Row(
        f"embedding 10000 x 256, 64 x 50{', both ways' if backward else ''}",
        "losses and embedding", _embedding(backward), _torch_embedding(backward),
        target=1.0 if backward else None, torch_target=1.1,
    ))  # fmt: skip
for size in (10**6, 10**7):
    for label, name, options, twin, twin_options in (
        ("sgd", "sgd", {"learning_rate": 0.01}, "SGD", {"lr": 0.01}),
        ("sgd momentum", "sgd", {"learning_rate": 0.01, "momentum": 0.9}, "SGD",
         {"lr": 0.01, "momentum": 0.9}),
        ("adam", "adam", {"learning_rate": 0.01}, "Adam", {"lr": 0.01}),
    ):  # fmt: skip
        ROWS.append(Row(
            f"{label}, {size // 10**6} M", "optimizer steps", _optimizer(name, options, size),
            _torch_optimizer(twin, twin_options, size), target=0.8, torch_target=1.1,
        ))  # fmt: skip
