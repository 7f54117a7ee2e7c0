"""Which settings of a training `step` in `training.py` computes; without PyTorch, for the tests."""

# The settings in which `step` leaves no choice, as `train list --json` writes them.
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


def refuse_other_settings(training: dict) -> None:
    """Raises ValueError for a setting that the measurement would ignore."""
    found = {name: value for name, value in training.items() if name not in CHOSEN}
    is_noise = all({**each, **NOISE} == each for each in training["corruption"])
    if found != FIXED or not is_noise:
        raise ValueError(f"expected {FIXED} and corruption {NOISE}, found {training}")
