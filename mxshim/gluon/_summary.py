"""The table that ``Block.summary`` prints."""

from __future__ import annotations

from ..ndarray import NDArray

_LINE = "{:>20}  {:>42} {:>15}"


class _Counts:
    """Count the parameters of the blocks that ran, each shared one noticed."""

    def __init__(self):
        self.rows = []
        self.total = self.trainable = self.shared = 0
        self._seen = set()

    def add(self, block, _, outputs):
        """Add a row for a block; this is its forward hook."""
        own = 0
        for param in block.params.values():
            size = param.data().size
            own += size
            self.trainable += 0 if param.grad_req == "null" else size
            self.shared += size if param in self._seen else 0
            self._seen.add(param)
        self.total += own
        # The input is row 0, so the number of a block is its row.
        self.rows.append((f"{type(block).__name__}-{len(self.rows)}", shape_text(outputs), own))


def print_summary(net, inputs, containers):
    """Run ``net`` on ``inputs`` and print a row for every block that is not a container."""
    counts = _Counts()
    counts.rows.append(("Input", shape_text(inputs), 0))
    hooks = []

    def watch(block):
        assert not getattr(block, "_active", False), (
            f'"{block.name}" must not be hybridized to print summary.'
        )
        if not isinstance(block, containers):
            hooks.append(block.register_forward_hook(counts.add))

    try:
        net.apply(watch)
        net(*inputs)
        _print_table(counts)
    finally:
        for hook in hooks:
            hook.detach()


def shape_text(args):
    """Write the shapes of nested arrays: ``(2, 3)``, or ``(2, 3), (4,)`` for several."""
    shapes = _shapes(args)
    return str(shapes)[1:-1] if isinstance(shapes, list) else str(shapes)


def _shapes(args):
    if isinstance(args, (list, tuple)):
        return [_shapes(item) for item in args]
    return args.shape if isinstance(args, NDArray) else args


def _print_table(counts):
    print("-" * 80)
    print(_LINE.format("Layer (type)", "Output Shape", "Param #"))
    print("=" * 80)
    for row in counts.rows:
        print(_LINE.format(*row))
    print("=" * 80)
    print("Parameters in forward computation graph, duplicate included")
    print(f"   Total params: {counts.total}")
    print(f"   Trainable params: {counts.trainable}")
    print(f"   Non-trainable params: {counts.total - counts.trainable}")
    print(f"Shared params in forward computation graph: {counts.shared}")
    print(f"Unique parameters in model: {counts.total - counts.shared}")
    print("-" * 80)
