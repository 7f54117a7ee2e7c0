"""The assignment's models in JAX, the images [N, 28, 28, channels] as XLA's kernels want them.

Parameters are a list with the weight and the bias of each layer, in PyTorch's order of layers. A
dense weight is [inputs, outputs], one of a convolution [height, width, inputs, outputs].
"""

import math
from itertools import pairwise

import jax
import jax.numpy as jnp
from jax import lax

from supported import refuse_other_models

LAYOUT = ("NHWC", "HWIO", "NHWC")
ENCODER = [(3, 1, 8), (3, 8, 16), (3, 16, 16)]
# Kernel, inputs, outputs.
DECODERS = {
    "unpool": [(3, 16, 8), (3, 8, 1)],
    "deconv": [(3, 16, 16), (4, 16, 8), (4, 8, 1)],
    "deconv-unpool": [(3, 16, 16), (3, 16, 8), (3, 8, 1)],
}
# Sides before each pooling, the last first.
SIDES = (7, 14, 28)


def new_parameters(model, random):
    """Uniform as PyTorch draws them, from a generator of NumPy."""
    refuse_other_models(model)
    if model["kind"] == "dense":
        shapes = [((inputs, outputs), inputs) for inputs, outputs in pairwise(model["widths"])]
    else:
        layers = [*ENCODER, *DECODERS[model["decoder"]]]
        shapes = [((side, side, *ends), side**2 * ends[0]) for side, *ends in layers]
    parameters = []
    for shape, fan_in in shapes:
        drawn = [random.uniform(-1, 1, size) / math.sqrt(fan_in) for size in (shape, shape[-1])]
        parameters.append([jnp.asarray(each, "float32") for each in drawn])
    return parameters


def from_pytorch(model, weight, bias, layer):
    """A layer's parameters from PyTorch's, as arrays of NumPy."""
    if model["kind"] == "dense":
        return [jnp.asarray(weight.T), jnp.asarray(bias)]
    if layer < len(ENCODER) or model["decoder"] == "unpool":
        return [jnp.asarray(weight.transpose(2, 3, 1, 0)), jnp.asarray(bias)]
    # PyTorch's transposed convolution is the gradient of one, whose kernel is turned round.
    return [jnp.asarray(weight.transpose(2, 3, 0, 1)[::-1, ::-1]), jnp.asarray(bias)]


def forward(model, parameters, x):
    """The reconstruction, [N, 784], and the code, [N, U], of images [N, 784]."""
    return (dense if model["kind"] == "dense" else convolutional)(model, parameters, x)


def dense(model, parameters, x):
    """Linear layers, ReLU after each but the last; the code is the narrowest."""
    output = {"relu": jax.nn.relu, "sigmoid": jax.nn.sigmoid}[model["output"]]
    layers = []
    for number, (weight, bias) in enumerate(parameters, start=1):
        x = (jax.nn.relu if number < len(parameters) else output)(x @ weight + bias)
        layers.append(x)
    code = min(layers[:-1], key=lambda layer: layer.shape[1])
    return layers[-1], code


def convolutional(model, parameters, x):
    """Three blocks of convolution, ReLU and max-pooling, and the decoder."""
    kind, x, masks = model["decoder"], x.reshape(-1, 28, 28, 1), []
    for number, (weight, bias) in enumerate(parameters[: len(ENCODER)], start=1):
        x = lax.conv_general_dilated(x, weight, (1, 1), "SAME", dimension_numbers=LAYOUT) + bias
        # As in the notebook, the third block of this model has no ReLU.
        if kind != "unpool" or number < len(ENCODER):
            x = jax.nn.relu(x)
        x, mask = pool(x)
        masks.append(mask)
    code = x.reshape(len(x), -1)
    layers = list(parameters[len(ENCODER) :])
    for side, mask in zip(SIDES, reversed(masks)):
        if kind != "deconv":
            x = unpool(x, mask, side)
        # One of 16 to 16 channels is the identity.
        if kind == "unpool" and side == SIDES[0]:
            continue
        weight, bias = layers.pop(0)
        # The kernels of 3 have no padding in PyTorch's sense there, those of 4 have one of 1.
        strides, padding = ((2, 2), [(2, 2)] * 2) if kind == "deconv" else ((1, 1), "SAME")
        x = lax.conv_transpose(x, weight, strides, padding, dimension_numbers=LAYOUT) + bias
        x = jax.nn.relu(x)
    return x.reshape(len(x), -1), code


def pool(x):
    """The maxima of windows of 2 x 2, and where they are, [N, side, 2, side, 2, channels].

    Of equal ones it is the first.
    """
    count, side, _, channels = x.shape
    half = side // 2
    windows = x[:, : 2 * half, : 2 * half].reshape(count, half, 2, half, 2, channels)
    rows = windows.transpose(0, 1, 3, 5, 2, 4).reshape(count, half, half, channels, 4)
    first = jax.nn.one_hot(rows.argmax(-1), 4, dtype=x.dtype)
    mask = first.reshape(count, half, half, channels, 2, 2).transpose(0, 1, 4, 2, 5, 3)
    return (windows * mask).sum((2, 4)), mask


def unpool(x, mask, side):
    """`x` where the mask is, zeros elsewhere; an odd side ends with zeros."""
    count, half, _, channels = x.shape
    spread = (x[:, :, None, :, None] * mask).reshape(count, 2 * half, 2 * half, channels)
    return jnp.pad(spread, [(0, 0), (0, side - 2 * half), (0, side - 2 * half), (0, 0)])
