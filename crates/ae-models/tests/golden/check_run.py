"""Loads a trained model of a run folder into PyTorch and compares reconstructions.

python check_run.py RUN_FOLDER EXPERIMENT_ID

A class of notebook_models takes RUN/experiments/ID/model.safetensors by load_state_dict; PCA is three
lines. The model reconstructs the samples at 0-1 scale; they must be those of the run to 1e-5. The exit
status is 1 if they are not.
"""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file

from idx import read_idx
from notebook_models import build

TOLERANCE = 1e-5


def reconstruct(folder, images):
    """Images of 0-1, [N, P], as the experiment in this folder reconstructs them."""
    spec = json.loads((folder / "experiment.json").read_text())["model"]
    weights = load_file(folder / "model.safetensors")
    if spec["kind"] == "pca":
        centered = 255 * images.double() - weights["mean"]
        codes = centered @ weights["components"].T
        return (codes @ weights["components"] + weights["mean"]) / 255
    model = build(spec).eval()
    model.load_state_dict(weights, strict=True)
    with torch.no_grad():
        return model(images)[0]


def samples(run, folder):
    """The samples that the experiment reconstructed, [N, P] of 0-1."""
    own = folder / "arrays" / "samples.idx"
    if own.exists():
        return torch.from_numpy(read_idx(own)).flatten(1)
    return torch.from_numpy(read_idx(run / "inputs" / "samples.idx")).flatten(1) / 255


def largest_difference(run, experiment):
    """Between PyTorch's reconstructions of the samples and those in the run folder."""
    folder = run / "experiments" / experiment
    if not (folder / "model.safetensors").exists():
        sys.exit(f"{folder}: expected a finished experiment, found no model.safetensors")
    expected = torch.from_numpy(read_idx(folder / "arrays" / "samples-corrected.idx"))
    difference = reconstruct(folder, samples(run, folder)) - expected.flatten(1)
    return difference.abs().max().item()


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python check_run.py RUN_FOLDER EXPERIMENT_ID")
    difference = largest_difference(Path(sys.argv[1]), sys.argv[2])
    print(f"{sys.argv[2]}: largest difference {difference:.1e}")
    # A comparison with NaN is false, so this also fails on one.
    sys.exit(0 if difference <= TOLERANCE else 1)
