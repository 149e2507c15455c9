"""What the d2l libraries rely on in passing, found by running them; a case for each."""

from __future__ import annotations

import pytest


@pytest.mark.np
def test_trainer_steps_by_an_array(mx):
    """The translator's loop steps by the number of tokens, which is an array."""
    net = mx.gluon.nn.Dense(1)
    net.initialize(mx.init.One())
    trainer = mx.gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.1})
    for tokens in (mx.np.array(3), mx.np.array([3.0]).sum()):
        with mx.autograd.record():
            loss = (net(mx.np.ones((2, 3))) - 1).sum()
        loss.backward()
        trainer.step(tokens)
    return net.weight.data(), net.bias.data()


USES = {
    "sum": lambda x, other: x.sum(),
    "scalar": lambda x, other: x + 1,
    "both": lambda x, other: x * x,
    "first": lambda x, other: x - other,
    "second": lambda x, other: other - x,
    "comparison": lambda x, other: x > 1,
    "method": lambda x, other: x.argmax(axis=0),
    "slice": lambda x, other: x[1:],
    "element": lambda x, other: x[1],
    "every second": lambda x, other: x[::2],
    "chosen": lambda x, other: x[(other - 1).astype("int32")],
    "shaped": lambda x, other: x.reshape((3, 1)),
    "turned": lambda x, other: x.reshape((3, 1)).T,
    "detached": lambda x, other: x.detach(),
    "copy": lambda x, other: x.copy(),
    "cast": lambda x, other: x.astype("int32"),
    "moved": lambda x, other: x.as_in_context(other.context),
}


@pytest.mark.parametrize("kind", ["cpu_shared", "cpu_pinned"])
@pytest.mark.parametrize("use", USES)
def test_results_leave_the_memory_of_the_loader(mx, front, use, kind):
    x = front.array([1.0, 2.0, 3.0], ctx=mx.Context(kind, 0))
    return str(USES[use](x, front.array([3.0, 1.0, 2.0])).context)


@pytest.mark.parametrize("kind", ["cpu_shared", "cpu_pinned"])
def test_gradients_leave_the_memory_of_the_loader(mx, front, kind):
    x = front.array([1.0, 2.0, 3.0], ctx=mx.Context(kind, 0))
    x.attach_grad()
    with mx.autograd.record():
        y = x * x
    y.backward()
    return str(x.context), str(y.context), str(x.grad.context), x.grad.asnumpy()
