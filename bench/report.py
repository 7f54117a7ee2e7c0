"""The results of `comparison.py` as tables; what was not measured is a dash."""

import textwrap

from comparison import PEER_MODES
from output import median, number, spread, times
from workloads import TRAINING_IMAGES

MODES = ("alone", "side_by_side", *PEER_MODES)
# As the tables call the peers.
NAMES = dict(zip(PEER_MODES, ("PyTorch, notebook", "PyTorch, tensors", "PyTorch, best", "JAX")))
LEVERS = {
    "fused": "fused Adam",
    "channels_last": "channels-last",
    "in_place": "in-place ReLU",
    "compile": "torch.compile",
    "scan": "an epoch in one scan",
}
PRODUCTS = ("libtorch", "faer")
NOTES = """\
Each value is the median of {repeats} measurements in turn (smallest to largest). A measurement
trains {epochs} epochs {sizes} after a warm-up. This project: `train run`, one experiment alone with
{jobs} threads, or {jobs} side by side on one thread each, images of all counted. PyTorch: notebook
= DataLoader and ToTensor; tensors = pixels in memory, default settings; best = the fastest of what
was tried: one process per processor, fused Adam, channels-last, in-place ReLU, torch.compile,
denormals flushed. JAX: pixels in memory, jax.jit and Adam of Optax; the fastest of a compiled step,
an epoch as one compiled scan, one process per processor. Epochs of this project are timed without
the shuffle before and the checkpoint after them, those of the peers with the shuffle. A model that
dies has less to compute and is not measured: the next seed is taken. Shares: the operations of the
model's definition, side by side, of the rate of the best library's matrix products side by side,
and of the peak of the cores: multiply-adds of the widest vectors without access to memory, the
fastest millisecond. Products by zeros (black pixels, padding, unpooling, dead units) are counted,
though this project skips many of them. The whole assignment (`--full`) is run once by each: this project from the start of its process to
the last evaluation; the peers from loaded libraries to the last step, with the settings of the model of
the same cost, but without torch.compile, since to compile takes longer than these trainings. Two sparse
models die in it, after which this project computes less, and the peers do not."""


def notes(results: dict) -> str:
    """What a reader must know about the tables."""
    sizes = f"of {results['images']} images, scaled to {TRAINING_IMAGES},"
    repeats = len(results["measured"]["this_project/peak_gflops"])
    return textwrap.fill(NOTES.format(repeats=repeats, sizes=sizes, **results), 100)


def tables(results: dict) -> list:
    """Each is a title, the titles of the columns, and rows."""

    def values(*name: str) -> list:
        return results["measured"].get("/".join(name), [])

    models, estimated = results["models"], results["estimated_seconds"]
    sides = [values("this_project", f"{name}_gflops_side_by_side") for name in PRODUCTS]
    product = max(map(median, sides))
    peak = median(values("this_project/peak_gflops_side_by_side"))
    speeds = {id: speed_row(id, models[id], [product, peak], values) for id in models}
    count = sum(model["epochs_of_assignment"] for model in models.values())
    return [
        (
            "Seconds per epoch of 60,000 images, and how many times as long the peers take",
            ["model", "alone", "side by side"]
            + [column for mode in PEER_MODES for column in (NAMES[mode], "")]
            + ["fastest peer", ""],
            [epoch_row(id, values) for id in models],
        ),
        (
            "Images per second, and the share of what the machine computes at most",
            "model,alone,side by side,MFLOP per image,share of the best product,share of the peak"
            ",PyTorch's best settings,JAX's settings".split(","),
            [[*speeds[id], *settings_cells(results["settings"].get(id, {}))] for id in models],
        ),
        (
            "Peak memory in MB",
            ["model", "alone", "side by side", *NAMES.values()],
            [memory_row(id, values) for id in models],
        ),
        (
            f"The assignment's {count} epochs of these models",
            ["", "seconds", "times the first line"],
            whole_rows(estimated, values),
        ),
        ("Beside the models", ["", "this project", "the other", "ratio"], other_rows(values)),
    ]


def epoch_row(id: str, values) -> list:
    alone, ours, *peers = [values(id, mode, "epoch_seconds") for mode in MODES]
    cells = [(spread(theirs), times(median(theirs), median(ours))) for theirs in peers]
    fastest = min(
        (mode for mode, theirs in zip(PEER_MODES, peers) if theirs),
        key=lambda mode: median(values(id, mode, "epoch_seconds")),
        default=None,
    )
    last = (NAMES[fastest], cells[PEER_MODES.index(fastest)][1]) if fastest else ("-", "-")
    return [id, spread(alone), spread(ours), *(cell for pair in (*cells, last) for cell in pair)]


def speed_row(id: str, model: dict, limits: list, values) -> list:
    """Rates, operations, and the shares of `limits`, in GFLOP/s."""
    rates = [median(values(id, mode, "images_per_second")) for mode in MODES[:2]]
    operations = model["operations_per_image"]
    shares = [rates[1] and rates[1] * operations / 1e9 / limit for limit in limits]
    cells = [*(number(rate, 3) for rate in rates), number(operations, 3, 1e6)]
    return [id, *cells, *(f"{number(share, 2, 0.01)} %" for share in shares)]


def memory_row(id: str, values) -> list:
    return [id, *(number(median(values(id, mode, "peak_memory")), 3, 1e6) for mode in MODES)]


def settings_cells(settings: dict) -> list:
    """Those of PyTorch's best and of JAX."""
    return [in_words(settings.get(mode)) for mode in ("best", "jax")]


def in_words(settings) -> str:
    """A peer's settings."""
    if settings is None:
        return "-"
    count = settings.get("processes")
    chosen = [words for name, words in LEVERS.items() if settings.get(name)]
    return ", ".join([f"{count} processes" if count else "1 process", *chosen])


def whole_rows(estimated: dict, values) -> list:
    """Whole runs where there are any, or else estimates, called so."""
    ours, memory = median(values("full_run/seconds")), median(values("full_run/peak_memory"))
    if ours:
        seconds = {"this project, all 17 experiments with every evaluation": ours}
        theirs = {mode: median(values("full_run", mode, "seconds")) for mode in PEER_MODES}
        seconds.update({f"{NAMES[mode]}, training alone": theirs[mode] for mode in PEER_MODES})
    else:
        ours = estimated["side_by_side"]
        seconds = {"this project, ESTIMATED: epochs x time of an epoch": ours}
        names = {f"{NAMES[mode]}, ESTIMATED likewise": mode for mode in PEER_MODES}
        seconds.update({name: estimated.get(mode) for name, mode in names.items()})
    rows = [[name, number(each, 3), times(each, ours)] for name, each in seconds.items()]
    return [*rows, ["this project, peak memory in MB", number(memory, 4, 1e6), ""]]


def other_rows(values) -> list:
    rows = []
    for name, key in (
        ("PCA, 60,000 x 784, k = 30; scikit-learn, s", "pca_seconds"),
        ("MNIST from gzip; torchvision's first read, s", "read_seconds"),
        *rate_names("the cores' peak", "peak"),
        *rate_names("matrix products of libtorch", "libtorch"),
        *rate_names("matrix products of faer", "faer"),
    ):
        ours, theirs = values("this_project", key), values("others", key)
        rows.append([name, spread(ours), spread(theirs), times(median(theirs), median(ours))])
    difference = median(values("others/eigenvalue_difference"))
    cell = "-" if difference is None else f"{difference:.1e}"
    return [*rows, ["largest relative difference of an eigenvalue", cell, "", ""]]


def rate_names(what: str, key: str) -> list:
    """The names and keys of a rate of `train measure`, in which the other side has no part."""
    return [
        (f"{what} on one thread, GFLOP/s", f"{key}_gflops"),
        (f"{what} side by side, GFLOP/s", f"{key}_gflops_side_by_side"),
    ]
