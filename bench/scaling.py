"""`cargo xtask bench --scaling`: how cost grows with images, units, batches, processors."""

from pathlib import Path
from typing import NamedTuple

import children
import generated
import train_runs
from output import median, number, say, show, write_results
from workloads import TRAINING_IMAGES, dense


class Size(NamedTuple):
    """Of a problem, and of what computes it: experiments side by side, threads of each."""

    images: int
    hidden: int
    batch: int
    jobs: int = 1
    threads: int = 1
    # Images that are mixed at a time, if they are on disk.
    window: int = 0

    def name(self, what: str) -> str:
        """The name of a quantity that is measured."""
        return ",".join(f"{key}={value}" for key, value in self._asdict().items()) + f"/{what}"


# One varies, while the others are these.
IMAGES, HIDDEN, BATCH = 10_000, 256, 256
MANY_IMAGES = [1_000, 2_000, 5_000, 10_000, 20_000, TRAINING_IMAGES]
MANY_HIDDEN = [64, 128, 256, 512, 1_024, 2_048, 4_096]
MANY_BATCH = [64, 128, 256, 512, 1_024, 2_048, 4_096]
# On disk, with as many others for testing as MNIST has.
MANY_ON_DISK = [100_000, 1_000_000, 10_000_000]
WINDOW, TEST_IMAGES = 65_536, 10_000
# Epochs that count.
EPOCHS = 2
COLUMNS = ["epoch s", "GFLOP", "GFLOP/s", "time by work", "peak MB"]


def groups(jobs: int) -> list:
    """The tables: title, what varies, how processors are used, sizes."""
    by_images = [Size(images, HIDDEN, BATCH) for images in MANY_IMAGES]
    by_hidden = [Size(IMAGES, hidden, BATCH) for hidden in MANY_HIDDEN]
    by_batch = [Size(IMAGES, HIDDEN, batch) for batch in MANY_BATCH]
    many_jobs, many_threads = sorted({1, jobs}), sorted({1, min(2, jobs), jobs})
    return [
        (
            f"Cost of an epoch by images, 784-{HIDDEN}-784",
            ("images", "images"),
            ("side by side", "jobs"),
            [size._replace(jobs=count) for count in many_jobs for size in by_images],
        ),
        (
            f"Cost of an epoch of {IMAGES} images by hidden units, 784-h-784",
            ("hidden units", "hidden"),
            ("side by side", "jobs"),
            [size._replace(jobs=count) for count in many_jobs for size in by_hidden],
        ),
        (
            f"Cost of an epoch of {IMAGES} images by images of a batch and threads of the one "
            f"experiment, 784-{HIDDEN}-784",
            ("batch", "batch"),
            ("threads", "threads"),
            [size._replace(threads=count) for count in many_threads for size in by_batch],
        ),
        (
            f"Cost of an epoch by images on disk, which are mixed in windows, 784-{HIDDEN}-784",
            ("images", "images"),
            ("window", "window"),
            [Size(images, HIDDEN, BATCH, window=WINDOW) for images in MANY_ON_DISK],
        ),
    ]


def sizes(jobs: int) -> list:
    """Every size once."""
    return sorted({size for *_, chosen in groups(jobs) for size in chosen})


def run(train: Path, repeats: int, jobs: int, out: Path) -> None:
    """Measures, prints tables, and writes them and `scaling.json`."""
    measured = {}
    # The seed of the assignment.
    seed = children.ask(train, "list", "--json")[0]["seed"]
    for round in range(1, repeats + 1):
        say(f"round {round} of {repeats}")
        for size in sizes(jobs):
            # What is on disk takes long, and once is enough.
            if size.window and round > 1:
                continue
            if size.window and not generated.has_space(size.images):
                say(f"no disk space for {size.images} images in {generated.folder()}")
                continue
            speed = measure(train, size, seed)
            # Side by side, an epoch takes its share of the time.
            speed["epoch_seconds"] = size.images / speed.pop("images_per_second")
            for what, value in speed.items():
                measured.setdefault(size.name(what), []).append(value)
        write_results(out / "scaling.json", {"measured": measured})
    show(tables(measured, jobs), out / "scaling.md")


def measure(train: Path, size: Size, seed: int) -> dict:
    """Images per second and peak memory of a training."""
    model = {"kind": "dense", "widths": [784, size.hidden, 784]}
    experiment = {"id": f"hidden-{size.hidden}", "seed": seed, "model": model}
    experiment["training"] = {"batch_size": size.batch}
    ways = {"jobs": size.jobs, "threads": size.threads}
    if not size.window:
        return train_runs.epochs(train, experiment, size.images, EPOCHS, **ways)
    count = size.images + TEST_IMAGES
    with generated.images(count) as path:
        data = {"source": str(path), "window": size.window, "test": TEST_IMAGES / count}
        return train_runs.epochs(train, {**experiment, "data": data}, size.images, 1, **ways)


def tables(measured: dict, jobs: int) -> list:
    """By images, by hidden units, by images of a batch, and by images on disk."""
    return [
        (title, [varied[0], way[0], *COLUMNS], rows(chosen, varied[1], way[1], measured))
        for title, varied, way, chosen in groups(jobs)
    ]


def rows(chosen: list, varied: str, way: str, measured: dict) -> list:
    """A row for each size.

    "Time by work" compares with the next smaller size: the ratio of the times divided by the ratio
    of the operations.
    """
    found, smaller = [], {}
    for size in chosen:
        if size.name("epoch_seconds") not in measured:
            continue
        used = getattr(size, way)
        work = size.images * dense(784, size.hidden, 784) / 1e9
        seconds = median(measured[size.name("epoch_seconds")])
        memory = median(measured[size.name("peak_memory")])
        growth = smaller.get(used) and seconds / work / smaller[used]
        smaller[used] = seconds / work
        cells = [(seconds, 3), (work, 3), (work / seconds, 3), (growth, 2), (memory, 3, 1e6)]
        found.append([str(getattr(size, varied)), str(used), *(number(*each) for each in cells)])
    return found
