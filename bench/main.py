"""`cargo xtask bench`: how fast training is, beside PyTorch, JAX and the machine's limits."""

import argparse
import os
import sys
import tempfile
from pathlib import Path

import children
import comparison
import environment
import report
import scaling
from output import show
from workloads import WORKLOADS

# What is trained for a measurement: the speed hardly depends on how many images there are.
IMAGES, EPOCHS = 6_000, 3
RESULTS = Path(__file__).resolve().parents[1] / "runs/bench"


def at_least_one(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a number of at least 1, found {text!r}")
    return int(text)


def known_ids(text: str) -> list:
    for id in text.split(","):
        if id not in WORKLOADS:
            known = ", ".join(WORKLOADS)
            raise argparse.ArgumentTypeError(f"expected some of {known}, found {id!r}")
    return text.split(",")


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser("cargo xtask bench", allow_abbrev=False)
    parser.description = "Measures how fast training is, alone or beside PyTorch and JAX."
    for name, help in {
        "--with-peers": "measure PyTorch, JAX, torchvision and scikit-learn too; installed once",
        "--full": "also run the whole assignment, by each peer too: an hour with peers",
        "--scaling": "instead, how cost grows with images, hidden units, batches, processors",
        "--offline": "never use the network",
        # Only look whether the arguments are right. `cargo xtask` alone uses it.
        "--check": argparse.SUPPRESS,
    }.items():
        parser.add_argument(name, action="store_true", help=help)
    for name, metavar, type, default, help in (
        ("--repeats", "N", at_least_one, 3, "repetitions of every measurement, in turn (3)"),
        ("--only", "ID,...", known_ids, [], "only these models, like deep-ae-10,conv-ae-unpool"),
        ("--out", "DIR", Path, RESULTS, "folder for the results (runs/bench)"),
        # `cargo xtask` adds these.
        ("--train", "FILE", Path, None, argparse.SUPPRESS),
        ("--cache", "DIR", Path, None, argparse.SUPPRESS),
        ("--jobs", "N", at_least_one, None, argparse.SUPPRESS),
    ):
        parser.add_argument(name, metavar=metavar, type=type, default=default, help=help)
    found = parser.parse_args()
    if found.scaling and (found.with_peers or found.full or found.only):
        parser.error("--scaling cannot be used with --with-peers, --full or --only")
    if found.full and found.only:
        parser.error("--full runs the whole assignment, and cannot be used with --only")
    if not found.check and None in (found.train, found.cache, found.jobs):
        parser.error("it must be started as `cargo xtask bench`, which adds the paths it needs")
    return found


def bench(options: argparse.Namespace) -> None:
    """Measures and writes; what was measured before an error is in `bench.json`."""
    python = environment.install(options.cache, options.offline) if options.with_peers else None
    options.out.mkdir(parents=True, exist_ok=True)
    if options.scaling:
        return scaling.run(options.train, options.repeats, options.jobs, options.out)
    ids = [id for id in WORKLOADS if not options.only or id in options.only]
    results = comparison.new_results(ids, IMAGES, EPOCHS, options.jobs)
    comparison.measure(results, options.repeats, options.train, python, options.out)
    show(report.tables(results), options.out / "bench.md", report.notes(results))
    if options.full:
        assignment = children.ask(options.train, "list", "--json")
        comparison.run_whole(results, options.train, python, assignment, options.out)
        show(report.tables(results), options.out / "bench.md", report.notes(results))


def main() -> int:
    options = parse()
    if options.check:
        return 0
    children.listen()
    try:
        # What a child process that is stopped leaves there does not outlive this program.
        with tempfile.TemporaryDirectory() as temporary:
            os.environ["TMPDIR"] = temporary
            bench(options)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except (OSError, RuntimeError) as error:
        print(f"error: {error}\n`cargo xtask doctor` looks for causes.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
