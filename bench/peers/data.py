"""The images that all are trained on, and the memory of a process; without PyTorch or JAX."""

import resource
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path.append(str(PROJECT / "crates/ae-models/tests/golden"))
from idx import read_idx


def training_images(request):
    """All of them as bytes, [N, 28, 28]."""
    return read_idx(Path(request["data"]) / "mnist/train-images-idx3-ubyte.gz")


def peak_memory():
    """Of this process, in bytes; without pages of the libraries that it never touched."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
