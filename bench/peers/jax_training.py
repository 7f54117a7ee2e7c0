"""Training an experiment in JAX, with Adam of Optax and all pixels in memory.

Compiled is a step, which gathers its batch, or with the setting `scan` a whole epoch as one scan of
such steps. A scan is faster for dense models; its convolutions are slow on a CPU.
"""

import os
import time
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import optax
from data import peak_memory, training_images
from jax_models import forward, new_parameters
from supported import refuse_other_settings


def epochs_in_seconds(request, barrier=None):
    """Trains `request["epochs"]` epochs; the seconds of each, and the process's peak of memory.

    Processes side by side pass `barrier` together, once each has compiled and trained an epoch;
    without one there is no such epoch.
    """
    if request["settings"].get("threads") == 1:
        # Read when JAX computes for the first time.
        os.environ["NPROC"] = "1"
        os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
    experiment = request["experiment"]
    refuse_other_settings(experiment["training"])
    random = np.random.default_rng(experiment["seed"])
    images = training_images(request)[: request["images"]]
    pixels = jnp.asarray(images.reshape(-1, 784).astype("float32") / 255)
    state = new_state(experiment, new_parameters(experiment["model"], random))
    train = scanned_epoch if request["settings"].get("scan") else stepped_epoch
    train = train(experiment)

    def epoch(state, number):
        order = random.permutation(len(images))
        state, losses = train(state, pixels, order, jax.random.key(number))
        # The assignment draws the losses of all steps.
        np.asarray(losses)
        return state

    if barrier:
        state = epoch(state, 0)
        barrier.wait(300)
    seconds = []
    for number in range(1, request["epochs"] + 1):
        start = time.perf_counter()
        state = epoch(state, number)
        seconds.append(time.perf_counter() - start)
    return seconds, peak_memory()


def optimizer(experiment):
    """Adam with the assignment's settings, which are PyTorch's defaults."""
    return optax.adam(experiment["training"]["learning_rate"], b1=0.9, b2=0.999, eps=1e-8)


def new_state(experiment, parameters):
    """Parameters and Adam's moments."""
    return parameters, optimizer(experiment).init(parameters)


def stepped_epoch(experiment):
    """A function of state, pixels [N, 784], the order of the images, and a key of noise.

    It returns the new state and the loss of each step.
    """
    size = experiment["training"]["batch_size"]

    @partial(jax.jit, donate_argnums=0)
    def step(state, pixels, order, key, number):
        return one_step(experiment, state, pixels[order], jax.random.fold_in(key, number))

    def epoch(state, pixels, order, key):
        losses = []
        for number, start in enumerate(range(0, len(order), size)):
            state, loss = step(state, pixels, order[start : start + size], key, number)
            losses.append(loss)
        return state, losses

    return epoch


def scanned_epoch(experiment):
    """The same as one compiled function."""
    size = experiment["training"]["batch_size"]

    def step(pixels, state, inputs):
        order, key = inputs
        return one_step(experiment, state, pixels[order], key)

    @partial(jax.jit, donate_argnums=0)
    def epoch(state, pixels, order, key):
        whole = len(order) // size
        keys = jax.random.split(key, whole + 1)
        batches = order[: whole * size].reshape(whole, size)
        state, losses = jax.lax.scan(partial(step, pixels), state, (batches, keys[:whole]))
        if len(order) % size:
            state, last = step(pixels, state, (order[whole * size :], keys[whole]))
            losses = jnp.append(losses, last)
        return state, losses

    return epoch


def one_step(experiment, state, target, key):
    """The state after a step, and its loss; the same as `step` in `pytorch_training.py`."""
    training = experiment["training"]
    parameters, moments = state

    def loss_of(parameters):
        x = target
        for number, corruption in enumerate(training["corruption"]):
            noise = jax.random.normal(jax.random.fold_in(key, number), x.shape)
            x = x + corruption["std"] * noise
        reconstruction, code = forward(experiment["model"], parameters, x)
        loss = jnp.mean(jnp.square(reconstruction - target))
        return loss + training["sparsity"] * jnp.abs(code).sum() if training["sparsity"] else loss

    loss, gradients = jax.value_and_grad(loss_of)(parameters)
    updates, moments = optimizer(experiment).update(gradients, moments)
    return (optax.apply_updates(parameters, updates), moments), loss
