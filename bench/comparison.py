"""Every model of the assignment, of this project and of its peers, PyTorch and JAX, in turn."""

import json
from pathlib import Path

import children
import train_runs
from output import median, say, write_results
from workloads import TRAINING_IMAGES, WORKLOADS

MEASURE = Path(__file__).resolve().parent / "peers/measure.py"
PEERS = ("pytorch", "jax")
# What is measured of them; see `peers/pytorch_training.py` and `peers/jax_training.py`.
PEER_MODES = ("notebook", "tensors", "best", "jax")


def new_results(ids: list, images: int, epochs: int, jobs: int) -> dict:
    """What `bench.json` holds, without measurements."""
    names = ("epochs_of_assignment", "operations_per_image")
    models = {id: dict(zip(names, WORKLOADS[id])) for id in ids}
    sizes = {"images": images, "epochs": epochs, "jobs": jobs}
    found = {"settings": {}, "estimated_seconds": {}, "measured": {}}
    return {**sizes, "models": models, **found}


def add(results: dict, group: str, **values: float) -> None:
    """Adds measurements under names such as `deep-ae-10/alone/epoch_seconds`."""
    for name, value in values.items():
        results["measured"].setdefault(f"{group}/{name}", []).append(value)


def add_speed(results: dict, group: str, speed: dict) -> None:
    """Adds the speed of a model; an epoch is scaled to all training images."""
    add(results, group, epoch_seconds=TRAINING_IMAGES / speed["images_per_second"], **speed)


def add_baselines(results: dict, ours: dict, theirs) -> None:
    """Adds what models are compared with, of this project and of the others if there are any."""
    eigenvalues = [side.pop("explained_variance") for side in (ours, theirs) if side]
    add(results, "this_project", **ours)
    if theirs:
        largest = max(abs(our / their - 1) for our, their in zip(*eigenvalues))
        add(results, "others", eigenvalue_difference=largest, **theirs)


def measure(results: dict, repeats: int, train: Path, python, out: Path) -> None:
    """Repeats every measurement, both sides in turn, and writes `bench.json` after each model.

    `python` is that of the peers, or None.
    """
    images, epochs, jobs = results["images"], results["epochs"], results["jobs"]
    assignment = children.ask(train, "list", "--json")
    experiments = [each for each in assignment if each["id"] in results["models"]]
    for round in range(1, repeats + 1):
        say(f"round {round} of {repeats}")
        ours = children.ask(train, "measure", "--jobs", str(jobs), "--data", str(train_runs.DATA))
        add_baselines(results, ours, python and ask(python, "baselines"))
        for experiment in experiments:
            id = experiment["id"]
            say(f"  {id}")
            for mode, copies, threads in (("alone", 1, jobs), ("side_by_side", jobs, 1)):
                speed = train_runs.epochs(train, experiment, images, epochs, copies, threads)
                add_speed(results, f"{id}/{mode}", speed)
            for peer in PEERS if python else ():
                work = {"experiment": experiment, "images": images, "epochs": epochs}
                chosen = results["settings"].setdefault(id, {})
                answer = ask(python, peer, settings=chosen, **work)
                chosen.update(answer["settings"])
                for mode, speed in answer["speeds"].items():
                    add_speed(results, f"{id}/{mode}", speed)
            save(results, out)


def run_whole(results: dict, train: Path, python, assignment: list, out: Path) -> None:
    """Runs the experiments `assignment` to the end: this project with every evaluation, and after
    it each peer, which only trains, with the settings that were chosen before, the longest first.
    torch.compile is left out: to compile takes longer than these trainings.
    """
    say("the whole assignment")
    seconds, memory = train_runs.full_run(train, assignment, results["jobs"])
    add(results, "full_run", seconds=seconds, peak_memory=memory)
    save(results, out)
    for mode in PEER_MODES if python else ():
        say(f"  {mode}")

        def cost(each: dict) -> float:
            name = f"{like(each, assignment)}/{mode}/epoch_seconds"
            return each["training"]["epochs"] * median(results["measured"][name])

        trained = [each for each in assignment if "training" in each]
        trained.sort(key=cost, reverse=True)
        chosen = [results["settings"][like(each, assignment)].get(mode, {}) for each in trained]
        chosen = [{**settings, "compile": False} for settings in chosen]
        work = {"experiments": trained, "settings": chosen, "mode": mode, "images": TRAINING_IMAGES}
        peer = "jax" if mode == "jax" else "pytorch"
        add(results, f"full_run/{mode}", seconds=ask(python, f"{peer}_whole", **work)["seconds"])
        save(results, out)


def like(experiment: dict, assignment: list) -> str:
    """The id of the measured experiment that costs the same: an equal model, equally corrupted."""

    def cost(each: dict) -> tuple:
        return each["model"], bool(each["training"]["corruption"])

    measured = [each for each in assignment if each["id"] in WORKLOADS]
    return next(each["id"] for each in measured if cost(each) == cost(experiment))


def ask(python: Path, task: str, **request) -> dict:
    """Asks `measure.py` for one of its tasks."""
    request.update(task=task, data=str(train_runs.DATA))
    return children.ask(python, MEASURE, json.dumps(request))


def save(results: dict, out: Path) -> None:
    """Estimates the time of all epochs from that of the measured ones, and writes `bench.json`."""
    for mode in ("side_by_side", *PEER_MODES):
        names = {f"{id}/{mode}/epoch_seconds": id for id in results["models"]}
        if names.keys() <= results["measured"].keys():
            results["estimated_seconds"][mode] = sum(
                WORKLOADS[id][0] * median(results["measured"][name]) for name, id in names.items()
            )
    write_results(out / "bench.json", results)
