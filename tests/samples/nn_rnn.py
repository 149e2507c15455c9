"""Samples of the fused recurrent network."""

from __future__ import annotations

from . import Sample

SMALL = {"state_size": 2, "num_layers": 1}
DEEP = {"state_size": 2, "num_layers": 2, "bidirectional": True, "state_outputs": True}

SAMPLES = [
    Sample("RNN", [(3, 2, 2), (12,), (1, 2, 2)], {**SMALL, "mode": "rnn_tanh"}),
    Sample("RNN", [(3, 2, 2), (12,), (1, 2, 2)], {**SMALL, "mode": "rnn_relu"}),
    Sample("RNN", [(3, 2, 2), (36,), (1, 2, 2)], {**SMALL, "mode": "gru"}),
    Sample("RNN", [(3, 2, 2), (48,), (1, 2, 2), (1, 2, 2)], {**SMALL, "mode": "lstm"}),
    Sample("RNN", [(2, 1, 2), (168,), (4, 1, 2)], {**DEEP, "mode": "gru"}),
    Sample("RNN", [(2, 1, 2), (224,), (4, 1, 2), (4, 1, 2)], {**DEEP, "mode": "lstm"}),
    Sample(
        "RNN",
        [(2, 1, 2), (63,), (1, 1, 1), (1, 1, 3)],
        {"state_size": 3, "num_layers": 1, "mode": "lstm", "projection_size": 1},
    ),
]
