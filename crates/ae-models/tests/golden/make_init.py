"""Writes init.json: how PyTorch draws the first weights of its layers.

For each layer, drawn many times: the maximum magnitude and the standard deviation of the weight and
of the bias. The first comes close to the bound of a uniform distribution, the second to bound /
sqrt(3).
"""

import json
from pathlib import Path

import torch
from torch import nn

DRAWS = 2000
LAYERS = {
    "encoder.0": lambda: nn.Linear(784, 64),
    "decoder.0": lambda: nn.Linear(64, 784),
    "encoder_conv1.0": lambda: nn.Conv2d(1, 8, 3),
    "encoder_conv3.0": lambda: nn.Conv2d(16, 16, 3),
    "decoder_conv2.0": lambda: nn.ConvTranspose2d(16, 8, 4),
    "decoder_conv3.0": lambda: nn.ConvTranspose2d(8, 1, 4),
}

torch.manual_seed(0)
statistics = {}
for name, make in LAYERS.items():
    layers = [make() for _ in range(DRAWS)]
    for part in ["weight", "bias"]:
        values = torch.stack([getattr(layer, part).detach() for layer in layers])
        statistics[f"{name}.{part}"] = {
            "maximum": round(values.abs().max().item(), 6),
            "std": round(values.std().item(), 6),
        }
path = Path(__file__).with_name("init.json")
path.write_text(json.dumps(statistics, indent=2) + "\n")
