"""The results of `comparison.py` as tables; what was not measured is a dash."""

import textwrap

from comparison import PYTORCH_MODES
from output import median, number, spread, times
from workloads import TRAINING_IMAGES

OURS = ("alone", "side_by_side")
LEVERS = {"fused": "fused Adam", "channels_last": "channels-last", "in_place": "in-place ReLU"}
NOTES = """
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
    """Epochs, speeds and memory, the whole assignment, and what is beside the models."""

    def values(*name: str) -> list:
        return results["measured"].get("/".join(name), [])

    epochs, speeds = [], []
    matmul = median(values("this_project/matmul_gflops_side_by_side"))
    for id, model in results["models"].items():
        seconds = [values(id, mode, "epoch_seconds") for mode in (*OURS, *PYTORCH_MODES)]
        row = [id, *map(spread, seconds[:2])]
        for theirs in seconds[2:]:
            row += [spread(theirs), times(median(theirs), median(seconds[1]))]
        epochs.append(row)

        rates = [median(values(id, mode, "images_per_second")) for mode in OURS]
        memory = [median(values(id, mode, "peak_memory")) for mode in (*OURS, *PYTORCH_MODES)]
        operations = model["operations_per_image"] / 1e6
        row = [id, *(number(rate, 3) for rate in rates), number(operations, 3)]
        row.append(f"{number(rates[1] and rates[1] * operations / 1e3 / matmul, 2, 0.01)} %")
        row += [number(bytes, 3, 1e6) for bytes in memory]
        speeds.append([*row, best_settings(results["best_settings"].get(id))])

    measured = median(values("full_run/seconds"))
    estimated = [results["estimated_seconds"].get(mode) for mode in ("side_by_side", *PYTORCH_MODES)]
    first = estimated[0] if measured is None else measured
    name = "this project, ESTIMATED: epochs x time of an epoch, without evaluation"
    names = [name, *(f"{mode}, ESTIMATED in the same way" for mode in PYTORCH_MODES)]
    whole = [[name, number(each, 3), times(each, first)] for name, each in zip(names, estimated)]
    if measured is not None:
        name = "this project, all 17 experiments, measured to the last evaluation"
        whole.insert(0, [name, spread(values("full_run/seconds")), times(measured, first)])
    memory = number(median(values("full_run/peak_memory")), 4, 1e6)
    whole.append(["this project, peak memory in MB", memory, ""])
    count = sum(model["epochs_of_assignment"] for model in results["models"].values())

    others = []
    for name, key in (
        ("PCA, 60,000 x 784, k = 30; scikit-learn, s", "pca_seconds"),
        ("MNIST from gzip; torchvision's first read, s", "read_seconds"),
        ("matrix products on one thread, GFLOP/s", "matmul_gflops"),
        ("matrix products side by side, GFLOP/s", "matmul_gflops_side_by_side"),
    ):
        ours, theirs = values("this_project", key), values("others", key)
        ratio = times(median(theirs), median(ours))
        others.append([name, spread(ours), spread(theirs), ratio])
    difference = median(values("others/eigenvalue_difference"))
    difference = "-" if difference is None else f"{difference:.1e}"
    others.append(["largest relative difference of an eigenvalue", difference, "", ""])

    memory = [f"{mode} MB" for mode in ("alone", "side by side", *PYTORCH_MODES)]
    rates = ["alone", "side by side", "MFLOP per image", "share of matmul"]
    return [
        (
            "Seconds per epoch of 60,000 images, and how many times as long PyTorch takes",
            ["model", "alone", "side by side", "notebook", "", "tensors", "", "best", ""],
            epochs,
        ),
        (
            "Images per second, share of the matrix-multiply rate, peak memory in MB, PyTorch's best",
            ["model", *rates, *memory, "best settings"],
            speeds,
        ),
        (
            f"The assignment's {count} epochs of these models",
            ["", "seconds", "times the first line"],
            whole,
        ),
        ("Beside the models", ["", "this project", "the other", "ratio"], others),
    ]


def best_settings(settings) -> str:
    """The settings in words."""
    if settings is None:
        return "-"
    count = settings.get("processes")
    chosen = [words for name, words in LEVERS.items() if settings.get(name)]
    return ", ".join([f"{count} processes" if count else "1 process", *chosen])
