"""`cargo xtask bench --scaling`: how cost grows with images, hidden units and experiments."""

from pathlib import Path

import train_runs
from output import median, number, say, show, write_results
from workloads import TRAINING_IMAGES, dense

# Hidden units where images vary, and images where hidden units vary.
HIDDEN, IMAGES = 256, 10_000
MANY_HIDDEN = [64, 128, 256, 512, 1_024, 2_048, 4_096]
MANY_IMAGES = [1_000, 2_000, 5_000, 10_000, 20_000, TRAINING_IMAGES]
# Epochs that count.
EPOCHS = 2
# The seed of the assignment.
SEED = 12


def sizes(jobs: int) -> list:
    """Images, hidden units and experiments side by side: every size of the problem once."""
    pairs = {(images, HIDDEN) for images in MANY_IMAGES} | {(IMAGES, hidden) for hidden in MANY_HIDDEN}
    return [(*pair, copies) for pair in sorted(pairs) for copies in sorted({1, jobs})]


def run(train: Path, repeats: int, jobs: int, out: Path) -> None:
    """Measures, prints tables, and writes them and `scaling.json`."""
    measured = {}
    for round in range(1, repeats + 1):
        say(f"round {round} of {repeats}")
        for size in sizes(jobs):
            images, hidden, copies = size
            model = {"kind": "dense", "widths": [784, hidden, 784]}
            experiment = {"id": f"hidden-{hidden}", "seed": SEED, "model": model}
            speed = train_runs.epochs(train, experiment, images, EPOCHS, copies)
            # Side by side, an epoch takes its share of the time.
            seconds = images / speed["images_per_second"]
            for what, value in (("epoch_seconds", seconds), ("peak_memory", speed["peak_memory"])):
                measured.setdefault(name_of(size, what), []).append(value)
        write_results(out / "scaling.json", {"measured": measured})
    show(tables(measured, jobs), out / "scaling.md")


def name_of(size: tuple, what: str) -> str:
    """The name of a quantity that is measured."""
    return "images={},hidden={},jobs={}/{}".format(*size, what)


def tables(measured: dict, jobs: int) -> list:
    """By images and by hidden units.

    "Time by work" compares with the next smaller size: the ratio of the times divided by the ratio
    of the operations.
    """
    columns = ["side by side", "epoch s", "GFLOP", "GFLOP/s", "time by work", "peak MB"]
    of_hidden = f"Cost of an epoch of {IMAGES} images by hidden units, 784-h-784"
    found = []
    for title, name, varied, fixed in (
        (f"Cost of an epoch by images, 784-{HIDDEN}-784", "images", 0, (1, HIDDEN)),
        (of_hidden, "hidden units", 1, (0, IMAGES)),
    ):
        rows, before = [], {}
        chosen = [size for size in sizes(jobs) if size[fixed[0]] == fixed[1]]
        for size in sorted(chosen, key=lambda size: (size[2], size[varied])):
            work = size[0] * dense(784, size[1], 784) / 1e9
            seconds, memory = (
                median(measured[name_of(size, what)]) for what in ("epoch_seconds", "peak_memory")
            )
            smaller = before.get(size[2])
            before[size[2]] = seconds / work
            numbers = [(seconds, 3), (work, 3), (work / seconds, 3)]
            numbers += [(smaller and seconds / work / smaller, 2), (memory, 3, 1e6)]
            rows.append([str(size[varied]), str(size[2]), *(number(*each) for each in numbers)])
        found.append((title, [name, *columns], rows))
    return found
