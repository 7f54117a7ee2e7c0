"""Loads a trained model of a run folder into the notebook's class and compares reconstructions.

python check_run.py RUN_FOLDER EXPERIMENT_ID

The class takes RUN/experiments/ID/model.safetensors by load_state_dict and reconstructs the ten
samples at 0-1 scale; they must be those of the run to 1e-5. The exit status is 1 if they are not.
"""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file

from idx import read_idx
from notebook_models import build

TOLERANCE = 1e-5


def largest_difference(run, experiment):
    """Between the class's reconstructions of the ten samples and those in the run folder."""
    folder = run / "experiments" / experiment
    model = build(json.loads((folder / "experiment.json").read_text())["model"]).eval()
    model.load_state_dict(load_file(folder / "model.safetensors"), strict=True)
    samples = torch.from_numpy(read_idx(run / "inputs" / "samples.idx"))
    expected = torch.from_numpy(read_idx(folder / "arrays" / "samples-corrected.idx"))
    with torch.no_grad():
        reconstruction, _ = model(samples.flatten(1) / 255)
    return (reconstruction - expected.flatten(1)).abs().max().item()


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python check_run.py RUN_FOLDER EXPERIMENT_ID")
    difference = largest_difference(Path(sys.argv[1]), sys.argv[2])
    print(f"{sys.argv[2]}: largest difference {difference:.1e}")
    # A comparison with NaN is false, so this also fails on one.
    sys.exit(0 if difference <= TOLERANCE else 1)
