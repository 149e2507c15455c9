"""Samples of activations."""

from __future__ import annotations

import numpy as np

from . import Sample

AWAY = np.array([[-1.3, -0.4, 0.7], [0.2, 1.9, -2.1]])

SAMPLES = [
    *(
        Sample("Activation", [AWAY], {"act_type": kind}, wrt=(0,))
        for kind in ("relu", "sigmoid", "softrelu", "softsign", "tanh")
    ),
    *(
        Sample("LeakyReLU", [AWAY], {"act_type": kind}, wrt=(0,))
        for kind in ("leaky", "elu", "gelu")
    ),
    Sample("LeakyReLU", [AWAY, (1,)], {"act_type": "prelu"}, wrt=(0, 1)),
    Sample("LeakyReLU", [AWAY, (3,)], {"act_type": "prelu"}, wrt=(0, 1)),
    Sample("LeakyReLU", [AWAY], {"act_type": "selu"}, grad=False),
    Sample("LeakyReLU", [AWAY], {"act_type": "rrelu"}, wrt=(0,)),
    Sample("LeakyReLU", [AWAY], {"act_type": "rrelu"}, wrt=(0,), training=True, random=True),
]
