"""Measurements of scripts that replace `train`, and an environment that a script makes."""

import contextlib
import io
import json
import os
import signal
import tempfile
import unittest
from pathlib import Path

import children
import environment
import train_runs

PYTHON = """#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
echo "$*" >> "$here/calls"
[ -e "$here/fails" ] && exit 1
[ "$2" = venv ] && mkdir -p "$4/bin" && ln -sf "$here/python" "$4/bin/python"
exit 0
"""
DEEP = {"id": "deep-ae-10", "seed": 12, "model": {"kind": "dense", "widths": [784, 30, 784]}}


class WithFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def script(self, name, text):
        path = self.folder / name
        path.write_text(text)
        path.chmod(0o755)
        return path


class Children(WithFolder):
    def test_what_a_program_costs_and_prints(self):
        status, seconds, memory = children.run(["sh", "-c", "exit 3"])
        self.assertEqual(status, 3)
        self.assertGreater(seconds, 0)
        self.assertGreater(memory, 10_000)
        self.assertEqual(children.ask("echo", '{"seconds": 0.25}'), {"seconds": 0.25})
        with self.assertRaisesRegex(RuntimeError, r"`false measure.py` failed \(exit status 1\)"):
            children.ask("false", "measure.py")

    def test_a_program_ends_with_what_it_has_started_when_it_is_enough(self):
        pids = self.folder / "pids"
        script = self.script("starts", f"#!/bin/sh\nsleep 1000 &\necho $! > {pids}; wait\n")
        status, _, _ = children.run([script], lambda: pids.exists() and pids.read_text())
        self.assertEqual(status, -signal.SIGTERM)
        self.wait_until_gone(int(pids.read_text()))

    def wait_until_gone(self, pid):
        with contextlib.suppress(ProcessLookupError):
            # Whoever adopts a process may never ask for its status.
            while "State:\tZ" not in Path(f"/proc/{pid}/status").read_text():
                os.kill(pid, 0)

    def test_a_signal_ends_the_program_that_is_waited_for(self):
        before = {number: signal.getsignal(number) for number in (2, 15, 1)}
        try:
            children.listen()
            os.kill(os.getpid(), signal.SIGTERM)
            with self.assertRaises(KeyboardInterrupt):
                children.run(["sleep", "1000"])
        finally:
            children._signals.clear()
            for number, handler in before.items():
                signal.signal(number, handler)


class TrainRuns(WithFolder):
    def test_the_first_epoch_does_not_count(self):
        rates = [{"images_per_second": rate} for rate in (1.0, 100.0, 300.0)]
        self.assertAlmostEqual(train_runs.rate(rates), 150.0)

    def test_only_whole_lines_about_epochs_count(self):
        epoch = '{"kind":"epoch","epoch":1,"loss":0.1,"images":6,"images_per_second":9.0}\n'
        step = '{"kind":"step","step":1,"epoch":1,"loss":0.1}\n'
        (self.folder / "metrics.jsonl").write_text(step + epoch + epoch[:-1])
        self.assertEqual(train_runs.finished_epochs(self.folder), [json.loads(epoch)])
        self.assertEqual(train_runs.finished_epochs(self.folder / "none"), [])

    def test_a_copy_that_ends_its_training_or_whose_loss_moves_by_rounding_has_died(self):
        def died(*copies):
            trained = [[{"loss": loss} for loss in losses] for losses in copies]
            return train_runs.one_died([self.folder], trained)

        self.assertTrue(died([0.2, 0.1], [0.2, 0.112, 0.112_000_001]))
        self.assertFalse(died([0.112, 0.112, 0.111], [0.112], []))
        (self.folder / "model.safetensors").touch()
        self.assertTrue(died([0.2, 0.1]))

    def test_a_copy_that_fails_is_reported_although_another_still_trains(self):
        message = "deep-ae-10-2     failed: the loss of step 1 is NaN"
        train = self.script("train", f"#!/bin/sh\necho '{message}' >&2\nexec sleep 1000\n")
        with self.assertRaisesRegex(RuntimeError, "the loss of step 1 is NaN"):
            train_runs.epochs(train, DEEP, 1000, 1, 2)

    def test_a_train_that_ends_early_is_reported_with_its_last_message(self):
        train = self.script("train", "#!/bin/sh\nprintf 'first\\nlast\\n\\n' >&2\nexit 1\n")
        for measure in (train_runs.epochs, lambda *_: train_runs.full_run(train, [DEEP], 1)):
            with self.assertRaisesRegex(RuntimeError, "train ended early: last"):
                measure(train, DEEP, 1000, 1, 2)


class Environment(WithFolder):
    def install(self, packages, offline=False):
        python = self.script("python", PYTHON)
        requirements = self.folder / "requirements.txt"
        requirements.write_text(packages)
        with contextlib.redirect_stdout(io.StringIO()):
            return environment.install(self.folder / "cache", offline, python, requirements)

    def calls(self):
        return len((self.folder / "calls").read_text().splitlines())

    def test_it_is_made_once_for_each_list_of_packages(self):
        self.assertTrue(self.install("torch==1").exists())
        self.assertEqual(self.calls(), 2)
        self.install("torch==1")
        self.assertEqual(self.calls(), 2)
        self.install("torch==2")
        self.assertEqual(self.calls(), 4)
        with self.assertRaisesRegex(RuntimeError, "--offline forbids"):
            self.install("torch==3", offline=True)
        self.assertEqual(self.calls(), 4)

    def test_packages_that_cannot_be_installed_leave_no_environment(self):
        (self.folder / "fails").touch()
        with self.assertRaisesRegex(RuntimeError, "Python 3.11"):
            self.install("torch==1")
        self.assertEqual([path.name for path in (self.folder / "cache").iterdir()], ["lock"])
