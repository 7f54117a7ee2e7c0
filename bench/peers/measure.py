"""Measures PyTorch, JAX, torchvision and scikit-learn for `cargo xtask bench`.

Its argument is a request in JSON, whose "task" names one of the functions at the end; it prints the
answer in JSON. Every measurement has fresh processes, so that none inherits the state of another:
copies of one that has loaded the library and done nothing with it.
"""

import hashlib
import importlib
import json
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import redirect_stdout
from functools import partial
from pathlib import Path
from threading import BrokenBarrierError

CONTEXT = multiprocessing.get_context("forkserver")
# What `choose` trains on for each candidate.
CANDIDATE = {"images": 10 * 256, "epochs": 3}
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
    # Here, so that the process that only waits does not load the library.
    return importlib.import_module(TRAINING[request["task"]]).epochs_in_seconds(request, _barrier)


def train(request):
    """Images per second in each epoch, of all processes together, and the sum of their memory."""
    count = request["settings"].get("processes", 1)
    seconds, memory = zip(*side_by_side(_seconds_and_memory, request, count))
    return [sum(request["images"] / each for each in epoch) for epoch in zip(*seconds)], sum(memory)


def whole(request):
    """The seconds in which the experiments of `request` are trained to the last epoch, in their
    order, each in a process of its own; as many at a time as its settings say."""
    work = [
        {**request, "experiment": each, "settings": settings, "epochs": each["training"]["epochs"]}
        for each, settings in zip(request["experiments"], request["settings"])
    ]
    # For the notebook; and what the processes are copies of has loaded the library then.
    side_by_side(read, request)
    start = time.perf_counter()
    for count in sorted({each["settings"].get("processes", 1) for each in work}):
        group = [each for each in work if each["settings"].get("processes", 1) == count]
        with ThreadPoolExecutor(count) as pool:
            list(pool.map(partial(side_by_side, _train_whole), group))
    return {"seconds": time.perf_counter() - start}


def _train_whole(request):
    return importlib.import_module(TRAINING[request["task"]]).epochs_in_seconds(request)


def choose(request, settings, levers):
    """The fastest settings: each lever is tried in turn, and kept if it is faster."""
    best = 0.0
    for lever in [{}, *levers]:
        candidate = {**settings, **lever}
        try:
            rate = max(train({**request, **CANDIDATE, "settings": candidate})[0])
        except Exception as error:
            # It needs a C++ compiler, and Python's headers.
            if "compile" not in lever:
                raise
            reason = str(error).strip().split("\n")[0]
            print(f"torch.compile fails here and is left out: {reason}", file=sys.stderr)
            continue
        if rate > best:
            best, settings = rate, candidate
    return settings


def speed(request):
    """The speed of an experiment in a mode."""
    rates, memory = train(request)
    mean = len(rates) / sum(1 / rate for rate in rates)
    return {"images_per_second": mean, "peak_memory": memory}


def pca(request):
    """Seconds of scikit-learn's fit, once the pixels are floats, and its eigenvalues."""
    from data import training_images
    from sklearn.decomposition import PCA

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


def pytorch(request):
    """PyTorch's speed in each mode, and the settings of `best`, chosen if there are none yet."""
    # For the notebook.
    side_by_side(read, request)
    levers = [ONE_THREAD_EACH, {"fused": True}, {"in_place": True}, {"compile": True}]
    if request["experiment"]["model"]["kind"] == "convolutional":
        levers.insert(2, {"channels_last": True})
    best = request["settings"].get("best")
    best = best or choose({**request, "mode": "best"}, {"flush_denormals": True}, levers)
    # An epoch as in the notebook is long enough.
    notebook = speed({**request, "mode": "notebook", "settings": {}, "epochs": 1})
    tensors = speed({**request, "mode": "tensors", "settings": {}})
    speeds = {
        "notebook": notebook,
        "tensors": tensors,
        "best": speed({**request, "mode": "best", "settings": best}),
    }
    return {"settings": {"best": best}, "speeds": speeds}


def jax(request):
    """JAX's speed, and its settings, chosen if there are none yet."""
    chosen = request["settings"].get("jax")
    chosen = chosen or choose(request, {}, [{"scan": True}, ONE_THREAD_EACH])
    return {"settings": {"jax": chosen}, "speeds": {"jax": speed({**request, "settings": chosen})}}


ONE_THREAD_EACH = {"processes": os.cpu_count(), "threads": 1}
# The module that trains, or that the first process loads.
TRAINING = {
    "baselines": "pytorch_training",
    "pytorch": "pytorch_training",
    "pytorch_whole": "pytorch_training",
    "jax": "jax_training",
    "jax_whole": "jax_training",
}
TASKS = {
    "baselines": baselines,
    "pytorch": pytorch,
    "pytorch_whole": whole,
    "jax": jax,
    "jax_whole": whole,
}


if __name__ == "__main__":
    # Where the process that has loaded the library looks for the modules.
    os.chdir(Path(__file__).resolve().parent)
    asked = json.loads(sys.argv[1])
    CONTEXT.set_forkserver_preload([TRAINING[asked["task"]]])
    with tempfile.TemporaryDirectory() as folder:
        asked["torchvision"] = folder
        print(json.dumps(TASKS[asked["task"]](asked)))
