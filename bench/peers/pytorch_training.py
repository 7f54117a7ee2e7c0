"""Training an experiment in PyTorch, in three modes.

`notebook`: MNIST from torchvision through a DataLoader, ToTensor image by image, as in the
assignment. `tensors`: all pixels in one tensor in memory, everything else by default. `best`: the
same with the settings that were found to be fastest.
"""

import logging
import time
from functools import partial
from itertools import islice

import torch
import torch._dynamo  # The optimizer imports it at its first step; here, it is done once for all.
from data import peak_memory, training_images
from notebook_models import build
from supported import refuse_other_settings
from torch import nn
from torch.utils.data import DataLoader, Subset

# Batches before the clock starts: libraries choose their kernels in the first ones.
WARM_UP = 4


def epochs_in_seconds(request, barrier=None):
    """Trains `request["epochs"]` epochs; the seconds of each, and the process's peak of memory.

    `settings` has what `best` may change. Processes side by side pass `barrier` together, once each
    has warmed up; without one there is no warm-up.
    """
    settings = request["settings"]
    torch.set_num_threads(settings.get("threads", DEFAULT_THREADS))
    torch.set_flush_denormal(settings.get("flush_denormals", False))
    training = request["experiment"]["training"]
    refuse_other_settings(training)
    model = build(request["experiment"]["model"])
    if settings.get("channels_last"):
        model = model.to(memory_format=torch.channels_last)
    for module in model.modules():
        if isinstance(module, nn.ReLU):
            module.inplace = settings.get("in_place", False)
    fused = {"fused": True} if settings.get("fused") else {}
    optimizer = torch.optim.Adam(model.parameters(), lr=training["learning_rate"], **fused)
    batches = loader_batches if request["mode"] == "notebook" else tensor_batches
    batches = batches(request, training["batch_size"])
    loss_of = partial(loss, model, training)
    if settings.get("compile"):
        # It warns that Triton, which only GPUs need, is not installed.
        logging.getLogger("torch.utils.flop_counter").setLevel(logging.ERROR)
        loss_of = torch.compile(loss_of, dynamic=False)

    if barrier:
        # The last batch may be smaller, for which the model is compiled again.
        for batch in islice(batches(), None if settings.get("compile") else WARM_UP):
            step(loss_of, optimizer, batch)
        # Warming up takes seconds, or with the compiler a minute.
        barrier.wait(300)
    seconds = []
    for _ in range(request["epochs"]):
        start = time.perf_counter()
        for batch in batches():
            step(loss_of, optimizer, batch)
        seconds.append(time.perf_counter() - start)
    return seconds, peak_memory()


def loss(model, training, target):
    """The loss that is minimized, of a batch [N, 784]."""
    x = target
    for corruption in training["corruption"]:
        x = x + corruption["std"] * torch.randn_like(x)
    reconstruction, code = model(x)
    error = nn.functional.mse_loss(reconstruction, target)
    return error + training["sparsity"] * code.abs().sum() if training["sparsity"] else error


def step(loss_of, optimizer, batch):
    """One step; its loss is read, since the assignment draws the losses of all steps."""
    loss = loss_of(batch)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def loader_batches(request, batch_size):
    """Batches [N, 784] at 0-1 scale from a DataLoader."""
    # Takes a second or two to import, and no other mode needs it.
    from torchvision.datasets import MNIST
    from torchvision.transforms import ToTensor

    images = MNIST(request["torchvision"], transform=ToTensor())
    images = Subset(images, range(request["images"]))
    loader = DataLoader(images, batch_size=batch_size, shuffle=True)
    return lambda: (batch.flatten(1) for batch, _labels in loader)


def tensor_batches(request, batch_size):
    """Batches [N, 784] at 0-1 scale from one tensor in memory."""
    images = torch.from_numpy(training_images(request)[: request["images"]])
    pixels = images.flatten(1).float() / 255
    return lambda: (pixels[order] for order in torch.randperm(len(pixels)).split(batch_size))


DEFAULT_THREADS = torch.get_num_threads()
