"""JAX against PyTorch: skipped where Python cannot import both."""

import importlib.util
import sys
import unittest
from pathlib import Path

import comparison

sys.path.append(str(Path(comparison.__file__).with_name("peers")))
PEERS = all(importlib.util.find_spec(name) for name in ("jax", "optax", "torch"))

DENSE = {
    "kind": "dense",
    "widths": [784, 32, 8, 32, 784],
    "activation": "relu",
    "output": "relu",
    "tied": False,
    "dropout": 0.0,
    "norm": "none",
    "initialization": "pytorch",
}
BLOCK = {"kernel": 3, "stride": 1, "pool": 2, "norm": "none"}
CONVOLUTIONAL = {
    "kind": "convolutional",
    "blocks": [{"filters": filters, **BLOCK} for filters in (8, 16, 16)],
    "activation": "relu",
    "output": "relu",
    "initialization": "pytorch",
}
TRAINING = {"batch_size": 8, "learning_rate": 1e-3, "sparsity": 0.0, "corruption": []}


@unittest.skipUnless(PEERS, "JAX, Optax and PyTorch are not installed")
class SameLosses(unittest.TestCase):
    def test_losses_from_the_same_weights_agree(self):
        for name, model, training in (
            ("dense", DENSE, {}),
            ("sigmoid", {**DENSE, "output": "sigmoid"}, {}),
            ("sparse", DENSE, {"sparsity": 1e-3}),
            ("unpool", {**CONVOLUTIONAL, "decoder": "unpool"}, {}),
            ("deconv", {**CONVOLUTIONAL, "decoder": "deconv"}, {}),
            ("deconv-unpool", {**CONVOLUTIONAL, "decoder": "deconv-unpool"}, {}),
        ):
            with self.subTest(name):
                both, pytorch = losses({"model": model, "training": {**TRAINING, **training}})
                self.assertEqual(len(pytorch), 6)
                self.assertLess(pytorch[-1], pytorch[0])
                for jax in both:
                    self.assertEqual(len(jax), 6)
                    for ours, theirs in zip(jax, pytorch):
                        self.assertLess(abs(ours / theirs - 1), 1e-4)

    def test_the_noise_has_its_standard_deviation(self):
        noisy = {**TRAINING, "corruption": [{"kind": "gaussian", "std": 0.5, "clip": False}]}
        (clean, _), _ = losses({"model": DENSE, "training": TRAINING})
        both, pytorch = losses({"model": DENSE, "training": noisy})
        for jax in both:
            self.assertNotEqual(jax[0], clean[0])
            self.assertLess(abs(jax[0] / pytorch[0] - 1), 0.05)


def losses(experiment):
    """Of an epoch, whose last batch is smaller: in both ways of JAX, and in PyTorch."""
    import jax
    import numpy as np
    import torch
    from jax_models import from_pytorch
    from jax_training import new_state, scanned_epoch, stepped_epoch
    from notebook_models import build
    from pytorch_training import loss, step

    torch.set_num_threads(1)
    torch.manual_seed(1)
    model, training = build(experiment["model"]), experiment["training"]
    weights = [each.detach().numpy().copy() for each in model.parameters()]
    layers = enumerate(zip(weights[::2], weights[1::2]))
    parameters = [from_pytorch(experiment["model"], *layer, number) for number, layer in layers]
    state = new_state(experiment, parameters)
    random = np.random.default_rng(2)
    # Not zero at the borders, where paddings would go unnoticed.
    pixels = random.uniform(0.1, 1.0, (44, 784)).astype("float32")
    order = random.permutation(len(pixels))

    found = []
    for epoch in (stepped_epoch, scanned_epoch):
        # A step takes over the memory of its state.
        copy = jax.tree.map(jax.numpy.copy, state)
        _, values = epoch(experiment)(copy, jax.numpy.asarray(pixels), order, jax.random.key(3))
        found.append(np.asarray(values).tolist())

    optimizer = torch.optim.Adam(model.parameters(), lr=training["learning_rate"])
    batches = torch.from_numpy(pixels[order]).split(training["batch_size"])
    expected = [step(lambda each: loss(model, training, each), optimizer, each) for each in batches]
    return found, expected
