"""The models of the assignment that are measured: one for all experiments that cost the same.

A test compares the table with the assignment itself. PCA is missing: it is fitted, not trained.
"""

from typing import Dict, Sequence, Tuple

# Images of MNIST's training set: an epoch.
TRAINING_IMAGES = 60_000


def operations(layers: Sequence[int]) -> int:
    """Floating-point operations that training needs for each image.

    A layer of M multiplications, as in `layers`, costs 2 M operations forward, since each product
    is added up, 2 M for the gradient of its weights, and 2 M for that of its input, which the first
    layer does not need. All else is not counted. A dense layer of I inputs and O outputs has M =
    I O. A convolution of k x k from C to F channels has M = k^2 C F for each pixel of its output, a
    transposed one for each pixel of its input: as defined, whatever is zero.
    """
    return 6 * sum(layers) - 2 * layers[0]


def dense(*widths: int) -> int:
    """The operations of a dense model."""
    return operations([inputs * outputs for inputs, outputs in zip(widths, widths[1:])])


def convolutional(*decoder: int) -> int:
    """The operations of a convolutional model."""
    return operations([56_448, 225_792, 112_896, *decoder])


# The experiment that is measured: epochs of all that cost the same, operations for each image.
WORKLOADS: Dict[str, Tuple[int, int]] = {
    "deep-ae-10": (30, dense(784, 512, 256, 128, 30, 128, 256, 784)),
    "standard-ae-64": (10, dense(784, 64, 784)),
    "standard-ae-128": (10, dense(784, 128, 784)),
    "standard-ae-256": (10, dense(784, 256, 784)),
    "sparse-ae-1e-6": (30, dense(784, 1156, 784)),
    "denoising-ae-0.3": (40, dense(784, 256, 784)),
    "manifold-ae": (10, dense(784, 64, 8, 64, 784)),
    "conv-ae-unpool": (10, convolutional(225_792, 56_448)),
    "conv-ae-deconv": (10, convolutional(20_736, 100_352, 25_088)),
    "conv-ae-deconv-unpool": (10, convolutional(112_896, 225_792, 56_448)),
}
