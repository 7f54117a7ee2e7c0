"""Measures PyTorch, torchvision and scikit-learn for `cargo xtask bench`.

Its argument is a request in JSON, whose "task" names one of the two functions at the end; it prints
the answer in JSON. Every measurement has fresh processes, so that none inherits the state of
another: copies of one that has loaded PyTorch and done nothing with it.
"""

import hashlib
import json
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stdout
from pathlib import Path
from threading import BrokenBarrierError

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["training"])
# What `choose` trains on for each candidate.
CANDIDATE = {"mode": "best", "images": 10 * 256, "epochs": 3}
# Components of the PCA, as in `train measure`.
COMPONENTS = 30

_barrier = None


def side_by_side(function, request, count=1):
    """The results of `function` for `request` in `count` processes at once."""
    barrier = CONTEXT.Barrier(count)
    with ProcessPoolExecutor(count, CONTEXT, initializer=_keep, initargs=(barrier,)) as pool:
        futures = [pool.submit(_run, function, request) for _ in range(count)]
    # One that failed breaks the barrier for the others: its error is the cause.
    errors = [future.exception() for future in futures if future.exception()]
    for error in sorted(errors, key=lambda error: isinstance(error, BrokenBarrierError)):
        raise error
    return [future.result() for future in futures]


def _keep(barrier):
    global _barrier
    _barrier = barrier


def _run(function, request):
    try:
        return function(request)
    except BaseException:
        _barrier.abort()
        raise


def _seconds_and_memory(request):
    # Here, so that the process that only waits does not load PyTorch.
    from training import epochs_in_seconds

    return epochs_in_seconds(request, _barrier)


def train(request):
    """Images per second in each epoch, of all processes together, and the sum of their memory."""
    count = request["settings"].get("processes", 1)
    seconds, memory = zip(*side_by_side(_seconds_and_memory, request, count))
    return [sum(request["images"] / each for each in epoch) for epoch in zip(*seconds)], sum(memory)


def choose(request):
    """The settings for `best`: each lever is tried in turn, and kept if it is faster."""
    levers = [{"processes": os.cpu_count(), "threads": 1}, {"fused": True}, {"in_place": True}]
    if request["experiment"]["model"]["kind"] == "convolutional":
        levers.insert(2, {"channels_last": True})
    settings, best = {"flush_denormals": True}, 0.0
    for lever in [{}, *levers]:
        candidate = {**settings, **lever}
        rate = max(train({**request, **CANDIDATE, "settings": candidate})[0])
        if rate > best:
            best, settings = rate, candidate
    return settings


def pca(request):
    """Seconds of scikit-learn's fit, once the pixels are floats, and its eigenvalues."""
    from sklearn.decomposition import PCA
    from training import training_images

    images = training_images(request).reshape(-1, 784).astype("float64")
    start = time.perf_counter()
    model = PCA(COMPONENTS, svd_solver="covariance_eigh").fit(images)
    seconds = time.perf_counter() - start
    return {"pca_seconds": seconds, "explained_variance": model.explained_variance_.tolist()}


def read(request):
    """Seconds of torchvision's first read of both sets from the gzip files, in a new folder."""
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
    return {"read_seconds": time.perf_counter() - start}


def baselines(request):
    """What `pca` and `read` measure."""
    return {**side_by_side(pca, request)[0], **side_by_side(read, request)[0]}


def speeds(request):
    """The speed of an experiment in each mode; `best_settings` are chosen if there are none."""
    # For the notebook.
    side_by_side(read, request)
    best_settings = request["best_settings"] or choose(request)
    answer = {"best_settings": best_settings}
    for mode in ("notebook", "tensors", "best"):
        # An epoch as in the notebook is long enough.
        epochs = 1 if mode == "notebook" else request["epochs"]
        settings = best_settings if mode == "best" else {}
        rates, memory = train({**request, "mode": mode, "settings": settings, "epochs": epochs})
        mean = len(rates) / sum(1 / rate for rate in rates)
        answer[mode] = {"images_per_second": mean, "peak_memory": memory}
    return answer


if __name__ == "__main__":
    # Where the process that has loaded PyTorch looks for `training`.
    os.chdir(Path(__file__).resolve().parent)
    asked = json.loads(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        asked["torchvision"] = folder
        print(json.dumps({"baselines": baselines, "speeds": speeds}[asked["task"]](asked)))
