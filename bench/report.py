"""The results of `comparison.py` as tables; what was not measured is a dash."""

import textwrap

from comparison import PYTORCH_MODES
from output import median, number, spread, times
from workloads import TRAINING_IMAGES

MODES = ("alone", "side_by_side", *PYTORCH_MODES)
LEVERS = {"fused": "fused Adam", "channels_last": "channels-last", "in_place": "in-place ReLU"}
NOTES = """\
Each value is the median of {repeats} measurements in turn (smallest to largest). A measurement
trains {epochs} epochs {sizes} after a warm-up. This project: `train run`, one experiment alone, or
{jobs} side by side on one thread each, images of all counted. PyTorch: notebook = DataLoader and
ToTensor; tensors = pixels in memory, default settings; best = the fastest of what was tried: one
process per processor, fused Adam, channels-last, in-place ReLU, denormals flushed. Epochs of this
project are timed without the shuffle before and the checkpoint after them, PyTorch's with the
shuffle (randperm). A model that dies has less to compute and is not measured: the next seed is
taken. Share of matmul: the operations of the model's definition, side by side, of the rate of
matrix products side by side; products by zeros (black pixels, padding, unpooling, dead units) are
counted, though this project skips many of them."""


def notes(results: dict) -> str:
    """What a reader must know about the tables."""
    sizes = f"of {results['images']} images"
    if results["images"] < TRAINING_IMAGES:
        sizes += f", scaled to {TRAINING_IMAGES} (`--full` takes all of them)"
    repeats = len(results["measured"]["this_project/matmul_gflops"])
    return textwrap.fill(NOTES.format(repeats=repeats, sizes=sizes, **results), 100)


def tables(results: dict) -> list:
    """Each is a title, the titles of the columns, and rows."""

    def values(*name: str) -> list:
        return results["measured"].get("/".join(name), [])

    models, estimated = results["models"], results["estimated_seconds"]
    matmul = median(values("this_project/matmul_gflops_side_by_side"))
    speeds = {id: speed_row(id, models[id], matmul, values) for id in models}
    count = sum(model["epochs_of_assignment"] for model in models.values())
    return [
        (
            "Seconds per epoch of 60,000 images, and how many times as long PyTorch takes",
            ["model", "alone", "side by side", "notebook", "", "tensors", "", "best", ""],
            [epoch_row(id, values) for id in models],
        ),
        (
            "Images per second, share of the rate of matmul, peak memory in MB, PyTorch's best",
            "model,alone,side by side,MFLOP per image,share of matmul,alone MB,side by side MB,"
            "notebook MB,tensors MB,best MB,best settings".split(","),
            [[*speeds[id], in_words(results["best_settings"].get(id))] for id in models],
        ),
        (
            f"The assignment's {count} epochs of these models",
            ["", "seconds", "times the first line"],
            whole_rows(estimated, values),
        ),
        ("Beside the models", ["", "this project", "the other", "ratio"], other_rows(values)),
    ]


def epoch_row(id: str, values) -> list:
    alone, ours, *pytorch = [values(id, mode, "epoch_seconds") for mode in MODES]
    cells = [(spread(theirs), times(median(theirs), median(ours))) for theirs in pytorch]
    return [id, spread(alone), spread(ours), *(cell for pair in cells for cell in pair)]


def speed_row(id: str, model: dict, matmul: float, values) -> list:
    rates = [median(values(id, mode, "images_per_second")) for mode in MODES[:2]]
    memory = [median(values(id, mode, "peak_memory")) for mode in MODES]
    operations = model["operations_per_image"]
    share = rates[1] and rates[1] * operations / 1e9 / matmul
    cells = [*(number(rate, 3) for rate in rates), number(operations, 3, 1e6)]
    return [id, *cells, f"{number(share, 2, 0.01)} %", *(number(each, 3, 1e6) for each in memory)]


def in_words(settings) -> str:
    """PyTorch's settings."""
    if settings is None:
        return "-"
    count = settings.get("processes")
    chosen = [words for name, words in LEVERS.items() if settings.get(name)]
    return ", ".join([f"{count} processes" if count else "1 process", *chosen])


def whole_rows(estimated: dict, values) -> list:
    measured, memory = values("full_run/seconds"), median(values("full_run/peak_memory"))
    first = median(measured) or estimated["side_by_side"]
    names = {
        "this project, ESTIMATED: epochs x time of an epoch, without evaluation": "side_by_side",
        **{f"{mode}, ESTIMATED likewise, without evaluation": mode for mode in PYTORCH_MODES},
    }
    seconds = {name: estimated.get(mode) for name, mode in names.items()}
    rows = [[name, number(each, 3), times(each, first)] for name, each in seconds.items()]
    if measured:
        name = "this project, all 17 experiments, measured to the last evaluation"
        rows.insert(0, [name, spread(measured), times(first, first)])
    return [*rows, ["this project, peak memory in MB", number(memory, 4, 1e6), ""]]


def other_rows(values) -> list:
    rows = []
    for name, key in (
        ("PCA, 60,000 x 784, k = 30; scikit-learn, s", "pca_seconds"),
        ("MNIST from gzip; torchvision's first read, s", "read_seconds"),
        ("matrix products on one thread, GFLOP/s", "matmul_gflops"),
        ("matrix products side by side, GFLOP/s", "matmul_gflops_side_by_side"),
    ):
        ours, theirs = values("this_project", key), values("others", key)
        rows.append([name, spread(ours), spread(theirs), times(median(theirs), median(ours))])
    difference = median(values("others/eigenvalue_difference"))
    cell = "-" if difference is None else f"{difference:.1e}"
    return [*rows, ["largest relative difference of an eigenvalue", cell, "", ""]]
