"""What the measured trainings compute, and nothing else; without PyTorch or JAX, for the tests."""

# The settings in which a step leaves no choice, as `train list --json` writes them.
FIXED = {
    "loss": "mse",
    "schedule": {"kind": "constant", "warmup_epochs": 0},
    "optimizer": {
        "kind": "adam",
        "beta1": 0.9,
        "beta2": 0.999,
        "epsilon": 1e-8,
        "weight_decay": 0.0,
    },
    "augmentation": [],
    "best_weights": False,
    "keep_state": False,
}
CHOSEN = {"epochs", "batch_size", "learning_rate", "sparsity", "corruption"}
# A corruption, but for its standard deviation.
NOISE = {"kind": "gaussian", "clip": False}

# The same of models in JAX: PyTorch builds every model.
BLOCK = {"kernel": 3, "stride": 1, "pool": 2, "norm": "none"}
FIXED_MODEL = {
    "dense": {
        "activation": "relu",
        "tied": False,
        "dropout": 0.0,
        "norm": "none",
        "skip_connections": False,
        "initialization": "pytorch",
    },
    "convolutional": {
        "blocks": [{"filters": filters, **BLOCK} for filters in (8, 16, 16)],
        "activation": "relu",
        "output": "relu",
        "initialization": "pytorch",
    },
}
CHOSEN_MODEL = {"dense": {"kind", "widths", "output"}, "convolutional": {"kind", "decoder"}}


def refuse_other_settings(training: dict) -> None:
    """Raises ValueError for a setting that the measurement would ignore."""
    found = without(training, CHOSEN)
    is_noise = all({**each, **NOISE} == each for each in training["corruption"])
    if found != FIXED or not is_noise:
        raise ValueError(f"expected {FIXED} and corruption {NOISE}, found {training}")


def refuse_other_models(model: dict) -> None:
    """Raises ValueError for a model that JAX would not compute as it is described."""
    expected = FIXED_MODEL[model["kind"]]
    if without(model, CHOSEN_MODEL[model["kind"]]) != expected:
        raise ValueError(f"expected {expected}, found {model}")


def without(settings: dict, chosen: set) -> dict:
    """The settings whose names are not `chosen`."""
    return {name: value for name, value in settings.items() if name not in chosen}
