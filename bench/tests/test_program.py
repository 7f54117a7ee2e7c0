"""The program, and its measurements of the real `train`, whose path is in the variable TRAIN."""

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import children
import comparison
import scaling
import train_runs

MAIN = Path(comparison.__file__).with_name("main.py")
TRAIN = os.environ.get("TRAIN")
QUIET = contextlib.redirect_stdout(io.StringIO())


class Arguments(unittest.TestCase):
    def test_what_is_wrong_is_said(self):
        for arguments, problem in (
            (["--only", "standard-ae-64,no-such-model"], "found 'no-such-model'"),
            (["--repeats", "0"], "at least 1, found '0'"),
            (["--ful"], "--ful"),
            (["--scaling", "--full"], "--scaling cannot be used with"),
            (["--full", "--only", "standard-ae-64"], "cannot be used with --only"),
        ):
            command = [sys.executable, MAIN, *arguments, "--check"]
            found = subprocess.run(command, stderr=subprocess.PIPE, text=True)
            self.assertEqual(found.returncode, 2, found.stderr)
            self.assertIn(problem, found.stderr)

    def test_an_error_points_to_the_doctor(self):
        with tempfile.TemporaryDirectory() as cache:
            command = [sys.executable, MAIN, "--with-peers", "--offline"]
            command += ["--train", "none", "--cache", cache, "--jobs", "1"]
            found = subprocess.run(command, stderr=subprocess.PIPE, text=True)
        self.assertEqual(found.returncode, 1)
        self.assertIn("--offline forbids", found.stderr)
        self.assertIn("cargo xtask doctor", found.stderr)


@unittest.skipUnless(TRAIN, "TRAIN is not set")
class RealTrain(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.out, self.temporary = Path(folder.name) / "out", Path(folder.name) / "temporary"
        self.out.mkdir()
        self.temporary.mkdir()

    def json(self, name):
        return json.loads((self.out / name).read_text())

    def test_rates_memory_and_a_full_run_are_measured(self):
        short = {"id": "short", "training_images": 300, "training": {"epochs": 1}}
        short["model"] = {"kind": "dense", "widths": [784, 64, 784]}
        results = comparison.new_results(["standard-ae-64"], 600, 2, 2)
        with QUIET:
            comparison.measure(results, 1, TRAIN, None, self.out)
            comparison.run_whole(results, TRAIN, None, [short], self.out)
        found = self.json("bench.json")
        for name, least in (
            ("this_project/peak_gflops", 0),
            ("this_project/peak_gflops_side_by_side", 0),
            ("this_project/libtorch_gflops_side_by_side", 0),
            ("this_project/faer_gflops_side_by_side", 0),
            ("this_project/pca_seconds", 0),
            ("this_project/read_seconds", 0),
            ("standard-ae-64/alone/images_per_second", 0),
            ("standard-ae-64/side_by_side/epoch_seconds", 0),
            ("full_run/seconds", 0),
            # libtorch and the data alone are more than this.
            ("standard-ae-64/alone/peak_memory", 100e6),
            ("full_run/peak_memory", 100e6),
        ):
            self.assertGreater(found["measured"][name]["median"], least, name)
            self.assertEqual(len(found["measured"][name]["values"]), 1)
        self.assertEqual(found["models"]["standard-ae-64"]["operations_per_image"], 501_760)
        self.assertGreater(found["estimated_seconds"]["side_by_side"], 0)
        self.assertNotIn("standard-ae-64/notebook/images_per_second", found["measured"])

    def test_each_peer_trains_the_whole_assignment_with_its_settings(self):
        assignment = children.ask(TRAIN, "list", "--json")
        trained = [each for each in assignment if "training" in each]
        like = {each["id"]: comparison.like(each, assignment) for each in trained}
        self.assertEqual(set(like.values()), set(comparison.WORKLOADS))
        self.assertEqual(like["deep-ae-20"], "deep-ae-10")
        self.assertEqual(like["denoising-ae-0.9"], "denoising-ae-0.3")
        results = comparison.new_results(comparison.WORKLOADS, 600, 2, 2)
        for id in comparison.WORKLOADS:
            results["settings"][id] = {"best": {"fused": id.startswith("deep")}, "jax": {}}
            for mode in comparison.PEER_MODES:
                comparison.add(results, f"{id}/{mode}", epoch_seconds=9 if "conv" in id else 1)
        asked = []

        def ask(_, task, **request):
            asked.append((task, request))
            return {"seconds": 30.0}

        full_run = mock.patch("train_runs.full_run", return_value=(10.0, 1e8))
        with full_run, mock.patch("comparison.ask", ask), QUIET:
            comparison.run_whole(results, TRAIN, "python", assignment, self.out)
        tasks = [(task, request["mode"]) for task, request in asked]
        modes = [("pytorch_whole", mode) for mode in ("notebook", "tensors", "best")]
        self.assertEqual(tasks, [*modes, ("jax_whole", "jax")])
        _, best = asked[2]
        ids = [each["id"] for each in best["experiments"]]
        self.assertEqual(len(ids), 16)
        self.assertIn("conv", ids[0])
        fused = {id for id, settings in zip(ids, best["settings"]) if settings.get("fused")}
        self.assertEqual(fused, {"deep-ae-10", "deep-ae-20"})
        self.assertEqual(self.json("bench.json")["measured"]["full_run/jax/seconds"]["median"], 30)

    def test_a_train_that_fails_is_reported_with_its_last_message(self):
        [experiment] = children.ask(TRAIN, "list", "--json")[3:4]
        with mock.patch("train_runs.DATA", self.out):
            with self.assertRaisesRegex(RuntimeError, "expected images"):
                train_runs.epochs(TRAIN, experiment, 600, 1, 1)

    def test_scaling_shows_what_it_measured(self):
        short = {"MANY_IMAGES": [300, 600], "MANY_HIDDEN": [16, 32], "MANY_BATCH": [64, 256]}
        base = {"IMAGES": 300, "HIDDEN": 16, "EPOCHS": 1, "MANY_ON_DISK": [700], "WINDOW": 100}
        measure = mock.patch("train_runs.epochs", wraps=train_runs.epochs)
        with mock.patch.multiple("scaling", **short, **base), measure as measured, QUIET:
            scaling.run(TRAIN, 1, 2, self.out)
        seeds = {call.args[1]["seed"] for call in measured.call_args_list}
        self.assertEqual(seeds, {each["seed"] for each in children.ask(TRAIN, "list", "--json")})
        # Of 2 x 3 sizes by images and hidden units, and 2 x 2 by batch and threads, of which one is
        # shared; and of one size on disk.
        self.assertEqual(len(self.json("scaling.json")["measured"]), 2 * 10)
        tables = (self.out / "scaling.md").read_text()
        self.assertIn("| 600 | 2 |", tables)
        self.assertIn("| 700 | 100 |", tables)

    def test_a_signal_ends_the_program_and_its_training_and_leaves_no_folder(self):
        command = [sys.executable, MAIN, "--scaling", "--out", self.out, "--train", TRAIN]
        command += ["--cache", self.out, "--jobs", "2"]
        environment = {**os.environ, "TMPDIR": str(self.temporary)}
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        bench = subprocess.Popen(command, env=environment, **quiet)
        try:
            while not list(self.temporary.rglob("metrics.jsonl")):
                self.assertIsNone(bench.poll())
        finally:
            bench.send_signal(signal.SIGTERM)
        self.assertEqual(bench.wait(), 130)
        self.assertEqual(list(self.temporary.iterdir()), [])
