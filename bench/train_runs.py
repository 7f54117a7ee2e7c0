"""Measurements of this project: the real `train run`, stopped once it has trained enough epochs."""

import json
import statistics
import subprocess
import tempfile
from pathlib import Path

import children

DATA = Path(__file__).resolve().parents[1] / "data"
# More epochs than fit in any measurement.
ENDLESS = 100_000
# How many seeds are tried until no model dies.
MAX_SEEDS = 20


def run(train: Path, experiments: list, options: dict, folder: Path, is_enough=lambda: False):
    """Runs `train run` in `folder`, where the file `messages` receives its standard error.

    `options` are numbers, such as that of its `--jobs`.
    """
    (folder / "experiments.json").write_text(json.dumps(experiments))
    command = [train, "run", "--device", "cpu", "--data", DATA]
    command += [f"--{name}={value}" for name, value in options.items()]
    command += ["--experiments", folder / "experiments.json", "--out", folder / "run"]
    with open(folder / "messages", "w") as messages:
        return children.run(command, is_enough, stdout=subprocess.DEVNULL, stderr=messages)


def failure(folder: Path) -> RuntimeError:
    """Why `run` ended early: its last message."""
    said = (folder / "messages").read_text().split("\n")
    return RuntimeError(f"train ended early: {next(filter(None, said[::-1]), 'without a message')}")


def full_run(train: Path, experiments: list, jobs: int):
    """Seconds and peak memory of a run from its start to the last evaluation."""
    with tempfile.TemporaryDirectory() as folder:
        status, seconds, memory = run(train, experiments, {"jobs": jobs}, Path(folder))
        if status != 0:
            raise failure(Path(folder))
    return seconds, memory


def epochs(
    train: Path, experiment: dict, images: int, count: int, jobs: int, threads: int = 1
) -> dict:
    """Trains `experiment` on its first `images` images, `jobs` copies of it side by side.

    They share `threads` threads, at least one each. Each takes an epoch to warm up, and `count` epochs
    that count. A model that dies has less to compute, so if one does, all are trained with the next
    seed. The images per second are those of all copies added up.
    """
    training = {**experiment.get("training", {}), "epochs": ENDLESS}
    endless = {**experiment, "training_images": images, "training": training}
    ids = [f"{experiment['id']}-{number}" for number in range(1, jobs + 1)]
    for seed in range(experiment["seed"], experiment["seed"] + MAX_SEEDS):
        copies = [{**endless, "id": id, "seed": seed} for id in ids]
        speed = living_epochs(train, copies, count, threads)
        if speed:
            return speed
    raise RuntimeError(f"a copy of {experiment['id']} died with each of {MAX_SEEDS} seeds")


def living_epochs(train: Path, copies: list, count: int, threads: int):
    """The speed of `copies` side by side; None if one of them died."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = [folder / "run/experiments" / copy["id"] for copy in copies]

        def is_enough() -> bool:
            trained = [finished_epochs(copy) for copy in found]
            # The others would continue without one that has failed, because its loss is NaN.
            for line in (folder / "messages").read_text().splitlines():
                if any(line.startswith(copy.name) for copy in found) and " failed: " in line:
                    raise RuntimeError(f"train: {line}")
            return all(len(copy) > count for copy in trained) or one_died(found, trained)

        options = {"jobs": len(copies), "threads": max(len(copies), threads)}
        _, _, memory = run(train, copies, options, folder, is_enough)
        trained = [finished_epochs(copy) for copy in found]
        if one_died(found, trained):
            return None
        if any(len(copy) < 2 for copy in trained):
            raise failure(folder)
    return {"images_per_second": sum(map(rate, trained)), "peak_memory": memory}


def finished_epochs(experiment: Path) -> list:
    """The finished epochs in `metrics.jsonl`; its last line may not be whole yet."""
    metrics = experiment / "metrics.jsonl"
    lines = metrics.read_text().split("\n")[:-1] if metrics.exists() else []
    # To parse the lines about steps would take time from what is measured.
    return [json.loads(line) for line in lines if "images_per_second" in line]


def rate(trained: list) -> float:
    """The mean images per second of all epochs but the first.

    In the first, libraries choose their kernels and memory is touched for the first time. All have
    the same number of images, so it is the harmonic mean.
    """
    return statistics.harmonic_mean([epoch["images_per_second"] for epoch in trained[1:]])


def one_died(found: list, trained: list) -> bool:
    """Whether a copy has died.

    `train` ends the training of a dead model and saves it, while all others train longer than any
    measurement. Before it notices, the loss shows it, which then moves by rounding only.
    """
    losses = [[epoch["loss"] for epoch in copy[-2:]] for copy in trained if len(copy) > 1]
    has_stopped = any(abs(before - last) < 1e-6 * before for before, last in losses)
    return has_stopped or any((copy / "model.safetensors").exists() for copy in found)
