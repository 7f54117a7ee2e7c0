"""Writes schedules.json: the learning rates of PyTorch's schedulers, for a rate of 1.

PyTorch's are stepped after each step of the training here, so that their lengths count steps: for
`StepLR` that is the same as stepping by epochs, and a cosine falls smoothly within an epoch. A
warm-up is `LinearLR`, from a first step that has its share of the rate.
"""

import json
from pathlib import Path

import torch
from torch.optim.lr_scheduler import (
    CosineAnnealingLR,
    LambdaLR,
    LinearLR,
    SequentialLR,
    StepLR,
)

STEPS_PER_EPOCH, EPOCHS = 4, 7
SCHEDULES = [
    {"kind": "constant"},
    {"kind": "constant", "warmup_epochs": 2},
    {"kind": "step", "every_epochs": 2},
    {"kind": "step", "every_epochs": 3, "factor": 0.5, "warmup_epochs": 1},
    {"kind": "cosine"},
    {"kind": "cosine", "warmup_epochs": 2},
    {"kind": "cosine", "minimum": 0.1},
    {"kind": "cosine", "warmup_epochs": 1, "minimum": 0.25},
]


def scheduler(optimizer, schedule):
    warmup = schedule.get("warmup_epochs", 0) * STEPS_PER_EPOCH
    if schedule["kind"] == "constant":
        main = LambdaLR(optimizer, lambda step: 1.0)
    elif schedule["kind"] == "step":
        interval = schedule["every_epochs"] * STEPS_PER_EPOCH
        main = StepLR(optimizer, interval, schedule.get("factor", 0.1))
    else:
        length = EPOCHS * STEPS_PER_EPOCH - warmup
        main = CosineAnnealingLR(optimizer, length, schedule.get("minimum", 0.0))
    if warmup == 0:
        return main
    up = LinearLR(optimizer, 1 / warmup, 1.0, total_iters=warmup - 1)
    return SequentialLR(optimizer, [up, main], [warmup])


cases = []
for schedule in SCHEDULES:
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], 1.0)
    rates = scheduler(optimizer, schedule)
    factors = []
    for _ in range(EPOCHS * STEPS_PER_EPOCH):
        factors.append(rates.get_last_lr()[0])
        optimizer.step()
        rates.step()
    cases.append({"schedule": schedule, "factors": factors})
content = {"epochs": EPOCHS, "steps_per_epoch": STEPS_PER_EPOCH, "cases": cases}
path = Path(__file__).with_name("schedules.json")
path.write_text(json.dumps(content) + "\n")
