"""`cargo xtask bench --scaling`: how cost grows with images, hidden units and experiments."""

from pathlib import Path

import children
import train_runs
from output import median, number, say, show, write_results
from workloads import TRAINING_IMAGES, dense

# Hidden units where images vary, and images where hidden units vary.
HIDDEN, IMAGES = 256, 10_000
MANY_HIDDEN = [64, 128, 256, 512, 1_024, 2_048, 4_096]
MANY_IMAGES = [1_000, 2_000, 5_000, 10_000, 20_000, TRAINING_IMAGES]
# Epochs that count.
EPOCHS = 2
COLUMNS = ["side by side", "epoch s", "GFLOP", "GFLOP/s", "time by work", "peak MB"]


def sizes(jobs: int) -> list:
    """Images, hidden units, and experiments side by side: every size of the problem once."""
    pairs = {(count, HIDDEN) for count in MANY_IMAGES} | {(IMAGES, count) for count in MANY_HIDDEN}
    return [(*pair, copies) for pair in sorted(pairs) for copies in sorted({1, jobs})]


def name_of(size: tuple, what: str) -> str:
    """The name of a quantity that is measured."""
    return "images={},hidden={},jobs={}/{}".format(*size, what)


def run(train: Path, repeats: int, jobs: int, out: Path) -> None:
    """Measures, prints tables, and writes them and `scaling.json`."""
    measured = {}
    # The seed of the assignment.
    seed = children.ask(train, "list", "--json")[0]["seed"]
    for round in range(1, repeats + 1):
        say(f"round {round} of {repeats}")
        for size in sizes(jobs):
            images, hidden, copies = size
            model = {"kind": "dense", "widths": [784, hidden, 784]}
            experiment = {"id": f"hidden-{hidden}", "seed": seed, "model": model}
            speed = train_runs.epochs(train, experiment, images, EPOCHS, copies)
            # Side by side, an epoch takes its share of the time.
            speed["epoch_seconds"] = images / speed.pop("images_per_second")
            for what, value in speed.items():
                measured.setdefault(name_of(size, what), []).append(value)
        write_results(out / "scaling.json", {"measured": measured})
    show(tables(measured, jobs), out / "scaling.md")


def tables(measured: dict, jobs: int) -> list:
    """By images and by hidden units."""
    of_images = [size for size in sizes(jobs) if size[1] == HIDDEN]
    of_hidden = [size for size in sizes(jobs) if size[0] == IMAGES]
    title = f"Cost of an epoch by images, 784-{HIDDEN}-784"
    other = f"Cost of an epoch of {IMAGES} images by hidden units, 784-h-784"
    return [
        (title, ["images", *COLUMNS], rows(of_images, 0, measured)),
        (other, ["hidden units", *COLUMNS], rows(of_hidden, 1, measured)),
    ]


def rows(chosen: list, varied: int, measured: dict) -> list:
    """A row for each size.

    "Time by work" compares with the next smaller size: the ratio of the times divided by the ratio
    of the operations.
    """
    found, smaller = [], {}
    for size in sorted(chosen, key=lambda size: size[2]):
        images, hidden, copies = size
        work = images * dense(784, hidden, 784) / 1e9
        seconds = median(measured[name_of(size, "epoch_seconds")])
        memory = median(measured[name_of(size, "peak_memory")])
        growth = smaller.get(copies) and seconds / work / smaller[copies]
        smaller[copies] = seconds / work
        cells = [(seconds, 3), (work, 3), (work / seconds, 3), (growth, 2), (memory, 3, 1e6)]
        found.append([str(size[varied]), str(copies), *(number(*cell) for cell in cells)])
    return found
