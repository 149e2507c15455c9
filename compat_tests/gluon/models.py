"""Networks for the file tests: every builder takes ``mx`` and makes the same network on both sides.

``MODELS`` maps a name to a ``Model``: what builds the network, and the shapes of its inputs. The
models of the zoo stand there under their own names, at the smallest images they take.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from compat_tests.inputs import arrays


class Model(NamedTuple):
    """Describe a network: its builder and the shapes of its inputs.

    Inputs are integers below ``integers`` where that is given. ``dtype`` is that of training:
    normalization over a handful of values enlarges rounding errors a thousandfold each step, so
    deep networks train in float64, where what remains would be a real difference. ``np`` networks
    take NumPy-like arrays and run under np semantics.
    """

    build: Any
    shapes: tuple
    integers: int = 0
    dtype: str = "float32"
    np: bool = False

    def inputs(self, mx, dtype="float32"):
        """Make the inputs, the same numbers everywhere."""
        front = mx.np if self.np else mx.nd
        if self.integers:
            return arrays(front, "int32", *self.shapes, low=0, high=self.integers - 1)
        return arrays(front, dtype, *self.shapes)


MODELS = {}

IMAGE = {"alexnet": 63, "densenet": 221, "inception": 299, "squeezenet": 213}
"""The side of the images by family; 32 for the others."""


def side(name):
    """Return the side of the images that a model of the zoo gets."""
    return next((size for family, size in IMAGE.items() if name.startswith(family)), 32)


ZOO = (
    "alexnet",
    "densenet121",
    "inceptionv3",
    "mobilenet0.25",
    "mobilenet0.5",
    "mobilenet0.75",
    "mobilenet1.0",
    "mobilenetv2_0.25",
    "mobilenetv2_0.5",
    "mobilenetv2_0.75",
    "mobilenetv2_1.0",
    "resnet18_v1",
    "resnet18_v2",
    "resnet34_v1",
    "resnet34_v2",
    "resnet50_v1",
    "resnet50_v2",
    "squeezenet1.0",
    "squeezenet1.1",
    "vgg11",
    "vgg11_bn",
    "vgg13",
)


def _zoo(name):
    def build(mx):
        return mx.gluon.model_zoo.vision.get_model(name, classes=10, prefix="net_")

    return build


for _name in ZOO:
    _size = side(_name)
    _batch = 4 if _size == 32 else 1
    MODELS[_name] = Model(_zoo(_name), ((_batch, 3, _size, _size),), dtype="float64")


def model(*shapes, **options):
    """Enter the builder under its own name."""

    def enter(build):
        MODELS[build.__name__] = Model(build, shapes, **options)
        return build

    return enter


def block_of(mx, make, run):
    """Make a block: ``make(block, nn)`` sets its parts, ``run(block, F, *inputs)`` computes."""

    class Custom(mx.gluon.HybridBlock):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            with self.name_scope():
                make(self, mx.gluon.nn)

        def hybrid_forward(self, F, *inputs, **params):
            return run(self, F, *inputs, **params)

    return Custom(prefix="net_")


# ---- layers in a row


@model((4, 6))
def mlp(mx):
    nn = mx.gluon.nn
    net = nn.HybridSequential(prefix="net_")
    with net.name_scope():
        net.add(nn.Dense(8, activation="relu"), nn.Dense(6, use_bias=False), nn.BatchNorm())
        net.add(nn.LeakyReLU(0.1), nn.Dense(3))
    return net


@model((2, 1, 28, 28))
def lenet(mx):
    nn = mx.gluon.nn
    net = nn.HybridSequential(prefix="net_")
    with net.name_scope():
        net.add(nn.Conv2D(6, 5, padding=2, activation="sigmoid"), nn.AvgPool2D(2, 2))
        net.add(nn.Conv2D(16, 5, activation="sigmoid"), nn.AvgPool2D(2, 2))
        net.add(nn.Flatten(), nn.Dense(20, activation="tanh"), nn.Dense(10))
    return net


@model((2, 3, 8, 8))
def autoencoder(mx):
    nn = mx.gluon.nn
    net = nn.HybridSequential(prefix="net_")
    with net.name_scope():
        net.add(nn.Conv2D(4, 3, strides=2, padding=1), nn.InstanceNorm(), nn.ELU())
        net.add(nn.Conv2DTranspose(3, 4, strides=2, padding=1), nn.HybridLambda("sigmoid"))
    return net


@model((2, 4, 12))
def convolutions_1d(mx):
    nn = mx.gluon.nn
    net = nn.HybridSequential(prefix="net_")
    with net.name_scope():
        net.add(nn.PReLU(), nn.Conv1D(6, 3, groups=2), nn.MaxPool1D(2), nn.LayerNorm(axis=1))
        net.add(nn.GlobalAvgPool1D(), nn.Dense(2))
    return net


# ---- recurrent layers and cells


def _recurrent(mx, cls, *args, **kwargs):
    def make(block, nn):
        block.rnn = getattr(mx.gluon.rnn, cls)(*args, **kwargs)
        block.head = nn.Dense(3, flatten=False)

    return block_of(mx, make, lambda block, F, x: block.head(block.rnn(x)))


@model((5, 2, 4))
def rnn_relu(mx):
    return _recurrent(mx, "RNN", 6)


@model((5, 2, 4))
def rnn_tanh_stack(mx):
    return _recurrent(mx, "RNN", 6, num_layers=2, activation="tanh")


@model((5, 2, 4))
def lstm_stack(mx):
    return _recurrent(mx, "LSTM", 6, num_layers=2)


@model((2, 5, 4))
def lstm_both_ways(mx):
    return _recurrent(mx, "LSTM", 4, layout="NTC", bidirectional=True)


@model((5, 2, 4))
def gru_stack(mx):
    return _recurrent(mx, "GRU", 6, num_layers=2, bidirectional=True)


@model((5, 2, 4), (1, 2, 6), (1, 2, 6))
def lstm_with_states(mx):
    def make(block, nn):
        block.rnn = mx.gluon.rnn.LSTM(6)

    def run(block, F, x, h, c):
        out, states = block.rnn(x, [h, c])
        return out, states[0], states[1]

    return block_of(mx, make, run)


def _unrolled(mx, make_cell, length=4):
    def make(block, nn):
        block.cell = make_cell(mx.gluon.rnn)
        block.head = nn.Dense(3)

    def run(block, F, x):
        out, _ = block.cell.unroll(length, x, layout="NTC", merge_outputs=True)
        return block.head(out)

    return block_of(mx, make, run)


@model((2, 4, 5))
def rnn_cell(mx):
    return _unrolled(mx, lambda rnn: rnn.RNNCell(6))


@model((2, 4, 5))
def lstm_cell(mx):
    return _unrolled(mx, lambda rnn: rnn.LSTMCell(6))


@model((2, 4, 5))
def gru_cells(mx):
    def stack(rnn):
        cell = rnn.HybridSequentialRNNCell()
        with cell.name_scope():
            cell.add(rnn.GRUCell(5))
            cell.add(rnn.ResidualCell(rnn.GRUCell(5)))
        return cell

    return _unrolled(mx, stack)


@model((2, 4, 5))
def cells_both_ways(mx):
    return _unrolled(mx, lambda rnn: rnn.BidirectionalCell(rnn.LSTMCell(3), rnn.GRUCell(3)))


# ---- blocks of their own


@model((3, 5))
def own_parameters(mx):
    def make(block, nn):
        block.scale = block.params.get("scale", shape=(5, 4), init=mx.init.Normal(0.5))
        block.shift = block.params.get("shift", shape=(1, 4), init="ones")

    def run(block, F, x, scale, shift):
        moved = F.broadcast_add(F.dot(x, scale), shift).tanh() * 2
        return F.broadcast_sub(moved, F.sqrt(F.abs(shift)).sum(axis=0))

    return block_of(mx, make, run)


@model((3, 4), (3, 4))
def two_inputs_two_outputs(mx):
    def make(block, nn):
        block.left, block.right = nn.Dense(5), nn.Dense(5)

    def run(block, F, x, y):
        both = F.concat(block.left(x), block.right(y), dim=1)
        return F.softmax(both), F.slice_axis(both, axis=1, begin=2, end=6) + 1

    return block_of(mx, make, run)


@model((4, 3), integers=7)
def embedding(mx):
    def make(block, nn):
        block.embed = nn.Embedding(7, 5)
        block.head = nn.Dense(2)

    return block_of(mx, make, lambda block, F, x: block.head(F.mean(block.embed(x), axis=1)))


@model((3, 6))
def tied(mx):
    def make(block, nn):
        block.first = nn.Dense(6, in_units=6, activation="tanh")
        block.second = nn.Dense(6, in_units=6, params=block.first.params)

    return block_of(mx, make, lambda block, F, x: block.second(block.first(x)) + x)


@model((2, 5, 8))
def attention(mx):
    def make(block, nn):
        block.query, block.key, block.value, block.mix = (
            nn.Dense(8, flatten=False, use_bias=False) for _ in range(4)
        )
        block.norm = nn.LayerNorm()
        block.wide, block.narrow = nn.Dense(16, flatten=False), nn.Dense(8, flatten=False)
        block.act = nn.GELU()

    def heads(F, x):
        split = F.transpose(F.reshape(x, shape=(0, 0, 2, -1)), axes=(0, 2, 1, 3))
        return F.reshape(split, shape=(-1, 0, 0), reverse=True)

    def run(block, F, x):
        query, key, value = (heads(F, f(x)) for f in (block.query, block.key, block.value))
        scores = F.softmax(F.batch_dot(query, key, transpose_b=True) / 2, axis=-1)
        mixed = F.reshape(F.batch_dot(scores, value), shape=(-1, 2, 0, 0), reverse=True)
        mixed = F.reshape(F.transpose(mixed, axes=(0, 2, 1, 3)), shape=(0, 0, -1))
        x = block.norm(x + block.mix(mixed))
        return x + block.narrow(block.act(block.wide(x)))

    return block_of(mx, make, run)


@model((2, 4, 6, 6))
def split_and_gate(mx):
    def make(block, nn):
        block.conv = nn.Conv2D(8, 3, padding=1)
        block.norm = nn.GroupNorm(2)
        block.pool = nn.GlobalAvgPool2D()
        block.gate = nn.Dense(4, activation="sigmoid")

    def run(block, F, x):
        left, right = F.split(block.norm(block.conv(x)), num_outputs=2, axis=1)
        gate = F.expand_dims(F.expand_dims(block.gate(block.pool(left)), axis=2), axis=3)
        return F.where(F.broadcast_mul(right, gate) > 0, left, -left)

    return block_of(mx, make, run)


@model((2, 3, 6, 6))
def part_of_a_network(mx):
    net = mx.gluon.model_zoo.vision.DenseNet(4, 3, [2, 2], dropout=0.0, prefix="net_")
    return net.features[4:7]


# ---- control flow


@model((5, 2, 4), (2, 6), (2, 6))
def foreach_cell(mx):
    def make(block, nn):
        block.cell = mx.gluon.rnn.LSTMCell(6, input_size=4)
        block.head = nn.Dense(3, flatten=False)

    def run(block, F, x, h, c):
        steps, states = F.contrib.foreach(block.cell, x, [h, c])
        return block.head(steps), states[0], states[1]

    return block_of(mx, make, run)


@model((5, 2, 4), (2, 4))
def foreach_running_sum(mx):
    def make(block, nn):
        block.before = nn.Dense(4, flatten=False)

    def run(block, F, x, state):
        def step(data, total):
            total = total + data
            return F.tanh(total) * data, total

        steps, last = F.contrib.foreach(step, block.before(x), state)
        return F.concat(steps, F.expand_dims(last, axis=0), dim=0)

    return block_of(mx, make, run)


@model((3, 4), (1,))
def while_loop_of_powers(mx):
    """Loop over data alone: MXNet's compiled gradient of a parameter used in a loop is garbage."""

    def make(block, nn):
        block.before, block.after = nn.Dense(4, in_units=4), nn.Dense(3, in_units=4)

    def run(block, F, x, start):
        def step(count, held):
            held = F.tanh(held * held) + held
            return held, [count + 1, held]

        steps, states = F.contrib.while_loop(
            lambda count, held: count < 3, step, [start * 0, block.before(x)], max_iterations=5
        )
        steps = F.slice_axis(steps, axis=0, begin=0, end=3)
        return block.after(states[1]), steps, states[0]

    return block_of(mx, make, run)


@model((3, 4), (1,))
def cond_of_layers(mx):
    def make(block, nn):
        block.left, block.right = nn.Dense(4, in_units=4), nn.Dense(4, in_units=4)

    def run(block, F, x, flag):
        return F.contrib.cond(
            flag * flag >= 0, lambda: block.left(x), lambda: F.relu(block.right(x))
        )

    return block_of(mx, make, run)


# ---- networks of NumPy-like operators


@model((2, 1, 12, 12), np=True)
def np_lenet(mx):
    nn = mx.gluon.nn
    net = nn.HybridSequential(prefix="net_")
    with net.name_scope():
        net.add(nn.Conv2D(4, 3, padding=1, activation="relu"), nn.AvgPool2D(2, 2), nn.BatchNorm())
        net.add(nn.Dense(8, activation="tanh"), nn.Dense(3))
    return net


@model((3, 5), np=True)
def np_parameters(mx):
    def make(block, nn):
        block.scale = block.params.get("scale", shape=(5, 4), init=mx.init.Normal(0.5))
        block.shift = block.params.get("shift", shape=(4,), init="ones")
        block.head = nn.Dense(2)

    def run(block, F, x, scale, shift):
        hidden = F.npx.relu(F.np.dot(x, scale) + shift)
        hidden = hidden - hidden.mean(axis=1, keepdims=True)
        both = F.np.concatenate([hidden, F.np.exp(-hidden * hidden)], axis=1)
        return block.head(both), F.npx.softmax(both, axis=-1)

    return block_of(mx, make, run)


@model((2, 5, 6), np=True)
def np_attention(mx):
    def make(block, nn):
        block.query, block.key, block.value = (
            nn.Dense(6, flatten=False, use_bias=False) for _ in range(3)
        )
        block.norm = nn.LayerNorm()

    def run(block, F, x):
        scores = F.npx.batch_dot(block.query(x), block.key(x), transpose_b=True) / 6**0.5
        mixed = F.npx.batch_dot(F.npx.softmax(scores, axis=-1), block.value(x))
        return block.norm(x + mixed).transpose(0, 2, 1).reshape(-1, 30)

    return block_of(mx, make, run)


@model((5, 2, 4), (2, 2, 6), (2, 2, 6), np=True)
def np_lstm(mx):
    def make(block, nn):
        block.rnn = mx.gluon.rnn.LSTM(6, num_layers=2)

    def run(block, F, x, h, c):
        out, states = block.rnn(x, [h, c])
        return F.np.tanh(out), states[0], states[1]

    return block_of(mx, make, run)
