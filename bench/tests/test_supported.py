"""What PyTorch and JAX are measured with, against the settings that the real `train` writes."""

import os
import sys
import unittest
from pathlib import Path

import children
from workloads import WORKLOADS

sys.path.append(str(Path(children.__file__).with_name("peers")))
from supported import refuse_other_models, refuse_other_settings

TRAIN = os.environ.get("TRAIN")


@unittest.skipUnless(TRAIN, "TRAIN is not set")
class SupportedSettings(unittest.TestCase):
    def setUp(self):
        experiments = children.ask(TRAIN, "list", "--json")
        self.trainings = {each["id"]: each.get("training") for each in experiments}
        self.models = {each["id"]: each["model"] for each in experiments}

    def test_every_measured_experiment_is_accepted(self):
        for id in WORKLOADS:
            with self.subTest(id):
                refuse_other_settings(self.trainings[id])
                refuse_other_models(self.models[id])

    def test_other_settings_are_refused(self):
        noisy = self.trainings["denoising-ae-0.3"]
        for name, value in (
            ("loss", "l1"),
            ("schedule", {"kind": "constant", "warmup_epochs": 1}),
            ("optimizer", {**noisy["optimizer"], "weight_decay": 0.1}),
            ("gradient_clipping", 1.0),
            ("corruption", [{"kind": "masking", "share": 0.1}]),
            ("corruption", [{"kind": "gaussian", "std": 0.3, "clip": True}]),
        ):
            with self.subTest(name), self.assertRaisesRegex(ValueError, name):
                refuse_other_settings({**noisy, name: value})

    def test_other_models_are_refused(self):
        for id, name, value in (
            ("deep-ae-10", "activation", "gelu"),
            ("deep-ae-10", "top_k", 3),
            ("conv-ae-deconv", "blocks", []),
            ("conv-ae-deconv", "output", "sigmoid"),
        ):
            with self.subTest(name), self.assertRaisesRegex(ValueError, name):
                refuse_other_models({**self.models[id], name: value})
