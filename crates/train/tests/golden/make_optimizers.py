"""Writes optimizers.json: steps of PyTorch's optimizers, with and without gradient clipping."""

import json
from pathlib import Path

import torch
from torch import optim

STEPS = 6
SHAPES = {
    "encoder.0.weight": [3, 5],
    "encoder.0.bias": [3],
    "decoder.0.weight": [6, 2],
    "filters.weight": [2, 1, 3, 3],
}
CASES = [
    {"optimizer": {"kind": "adam"}, "learning_rate": 0.1},
    {
        "optimizer": {"kind": "adam", "beta1": 0.7, "beta2": 0.9, "epsilon": 0.01},
        "learning_rate": 0.1,
    },
    {"optimizer": {"kind": "adam", "weight_decay": 0.3}, "learning_rate": 0.1},
    {"optimizer": {"kind": "adamw"}, "learning_rate": 0.1},
    {
        "optimizer": {"kind": "adamw", "beta1": 0.8, "weight_decay": 0.5},
        "learning_rate": 0.1,
    },
    {"optimizer": {"kind": "sgd"}, "learning_rate": 0.1},
    {"optimizer": {"kind": "sgd", "momentum": 0.9}, "learning_rate": 0.1},
    {
        "optimizer": {
            "kind": "sgd",
            "momentum": 0.9,
            "nesterov": True,
            "weight_decay": 0.2,
        },
        "learning_rate": 0.1,
    },
    {"optimizer": {"kind": "muon"}, "learning_rate": 0.1},
    {
        "optimizer": {
            "kind": "muon",
            "momentum": 0.8,
            "weight_decay": 0.5,
            "adamw_learning_rate": 0.3,
        },
        "learning_rate": 0.1,
    },
    {"optimizer": {"kind": "sgd"}, "learning_rate": 0.1, "gradient_clipping": 0.5},
    {"optimizer": {"kind": "sgd"}, "learning_rate": 0.1, "gradient_clipping": 50.0},
    {"optimizer": {"kind": "adamw"}, "learning_rate": 0.1, "gradient_clipping": 3.0},
]


def make(settings, parameters):
    """The optimizers of a training, each with its learning rate."""
    constants = dict(settings["optimizer"])
    kind = constants.pop("kind")
    rate = settings["learning_rate"]
    parameters = list(parameters.values())
    if kind == "sgd":
        return [(optim.SGD(parameters, rate, **constants), rate)]
    if kind == "muon":
        adamw_rate = constants.pop("adamw_learning_rate", rate)
        matrices = [p for p in parameters if p.ndim == 2]
        others = [p for p in parameters if p.ndim != 2]
        constants.setdefault("weight_decay", 0.1)
        muon = optim.Muon(matrices, rate, adjust_lr_fn="match_rms_adamw", **constants)
        decay = constants["weight_decay"]
        return [
            (muon, rate),
            (optim.AdamW(others, adamw_rate, weight_decay=decay), adamw_rate),
        ]
    betas = constants.pop("beta1", 0.9), constants.pop("beta2", 0.999)
    epsilon = constants.pop("epsilon", 1e-8)
    rule = {"adam": optim.Adam, "adamw": optim.AdamW}[kind]
    return [(rule(parameters, rate, betas=betas, eps=epsilon, **constants), rate)]


def numbers(tensor):
    """As short as 32-bit floats allow."""
    return [float(f"{value:.9g}") for value in tensor.detach().flatten().tolist()]


def draw(shape, scale):
    return ((torch.randn(shape) * scale * 1000).round() / 1000).float()


torch.set_num_threads(1)
torch.manual_seed(1)
before = {name: draw(shape, 0.5) for name, shape in SHAPES.items()}
gradients = [
    {name: draw(shape, 1.0 if step != 3 else 0.01) for name, shape in SHAPES.items()}
    for step in range(STEPS)
]
cases = []
for settings in CASES:
    parameters = {
        name: tensor.clone().requires_grad_() for name, tensor in before.items()
    }
    optimizers = make(settings, parameters)
    after = []
    for step in range(STEPS):
        for name, parameter in parameters.items():
            parameter.grad = gradients[step][name].clone()
        if "gradient_clipping" in settings:
            torch.nn.utils.clip_grad_norm_(
                parameters.values(), settings["gradient_clipping"]
            )
        for optimizer, rate in optimizers:
            optimizer.param_groups[0]["lr"] = rate / (step + 1)
            optimizer.step()
        after.append({name: numbers(p) for name, p in parameters.items()})
    cases.append({"training": settings, "after": [after[0], after[-1]]})
content = {
    "parameters": {
        name: {
            "shape": SHAPES[name],
            "before": numbers(tensor),
            "gradients": [numbers(step[name]) for step in gradients],
        }
        for name, tensor in before.items()
    },
    "cases": cases,
}
path = Path(__file__).with_name("optimizers.json")
path.write_text(json.dumps(content) + "\n")
