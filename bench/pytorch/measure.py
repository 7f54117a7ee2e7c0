"""Measures PyTorch, torchvision and scikit-learn for `cargo xtask bench`.

Each line of standard input is a request in JSON, whose "task" names one of the functions below; each
gets one line of standard output, the answer in JSON. Paths in requests are absolute.
"""

import gzip
import hashlib
import json
import os
import shutil
import sys
import time
from contextlib import redirect_stdout
from pathlib import Path

from processes import Processes

# What `choose` trains on for each candidate.
CANDIDATE = {"mode": "best", "images": 10 * 256, "epochs": 3}


def train(request):
    """Images per second of an experiment in one mode, and the peak memory."""
    with Processes(request.get("settings", {}).get("processes", 1)) as processes:
        rates, memory = processes.train(request)
    mean = len(rates) / sum(1 / rate for rate in rates)
    return {"images_per_second": mean, "peak_memory": memory}


def choose(request):
    """The settings for `best`: each lever is tried in turn, and kept if it is faster."""
    cores = os.cpu_count()
    levers = [
        {"processes": cores, "threads": 1},
        {"fused": True},
        {"channels_last": True},
        {"in_place": True},
    ]
    if request["experiment"]["model"]["kind"] != "convolutional":
        levers.remove({"channels_last": True})
    settings = {"flush_denormals": True}
    with Processes(cores) as processes:

        def fastest(settings):
            rates, _ = processes.train({**request, **CANDIDATE, "settings": settings})
            return max(rates)

        best = fastest(settings)
        for lever in levers:
            rate = fastest({**settings, **lever})
            if rate > best:
                best, settings = rate, {**settings, **lever}
    return settings


def pca(request):
    """Seconds of scikit-learn's fit, once the pixels are floats, and its eigenvalues."""
    import numpy as np
    from sklearn.decomposition import PCA

    images = images_of(request).astype(np.float64)
    start = time.perf_counter()
    model = PCA(request["components"], svd_solver="covariance_eigh").fit(images)
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "explained_variance": model.explained_variance_.tolist()}


def images_of(request):
    """The training images as bytes, [N, 784]."""
    import numpy as np

    content = gzip.open(Path(request["data"]) / "mnist/train-images-idx3-ubyte.gz").read()
    return np.frombuffer(content, np.uint8, offset=16).reshape(-1, 784)


def read(request):
    """Seconds of torchvision's first read of both sets from the gzip files."""
    from torchvision.datasets import MNIST

    raw = Path(request["torchvision"]) / "MNIST/raw"
    raw.mkdir(parents=True)
    for file in (Path(request["data"]) / "mnist").glob("*.gz"):
        shutil.copy(file, raw)
    # The same content was compressed again for this project, so the files' digests differ.
    digests = {file.name: hashlib.md5(file.read_bytes()).hexdigest() for file in raw.iterdir()}
    MNIST.resources = [(name, digests[name]) for name, _ in MNIST.resources]
    start = time.perf_counter()
    with redirect_stdout(sys.stderr):
        for is_train in (True, False):
            # Finds the files there, and unpacks them: nothing is downloaded.
            MNIST(request["torchvision"], train=is_train, download=True)
    return {"seconds": time.perf_counter() - start}


def answer(request):
    task = {"train": train, "choose": choose, "pca": pca, "read": read}[request["task"]]
    if task in (train, choose):
        return task(request)
    with Processes(1) as processes:
        return processes.run(task, request)


if __name__ == "__main__":
    # Where the process that has loaded PyTorch looks for `training`.
    os.chdir(Path(__file__).resolve().parent)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)
