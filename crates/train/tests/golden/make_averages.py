"""Makes averages.json: averages of weights along a training, as PyTorch's AveragedModel computes them.

    python make_averages.py

PyTorch 2.13.0 made the file that is here.
"""

import json
from pathlib import Path

import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn, get_swa_multi_avg_fn

UPDATES = 7
SIZE = 11


def averages(weights, function):
    """The averaged weights after each update."""
    model = torch.nn.Linear(SIZE, 1, bias=False)
    averaged = AveragedModel(model, multi_avg_fn=function)
    after = []
    for step in weights:
        with torch.no_grad():
            model.weight.copy_(step.view(1, SIZE))
        averaged.update_parameters(model)
        after.append(averaged.module.weight.detach().view(-1).tolist())
    return after


torch.manual_seed(3)
weights = [torch.randn(SIZE) for _ in range(UPDATES)]
golden = {
    "weights": [step.tolist() for step in weights],
    "averages": [
        {"averaging": {"kind": "exponential", "decay": decay}, "after": averages(weights, get_ema_multi_avg_fn(decay))}
        for decay in [0.999, 0.9, 0.25]
    ]
    + [{"averaging": {"kind": "mean", "from_epoch": 1}, "after": averages(weights, get_swa_multi_avg_fn())}],
}
path = Path(__file__).parent / "averages.json"
path.write_text(json.dumps(golden, indent=1) + "\n")
