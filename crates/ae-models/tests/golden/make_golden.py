"""Writes the golden files of the autoencoders: see README.md.

Before it writes a file it checks that the model is alive (its code and its output differ from image
to image), and that no ReLU and no pooling decides otherwise in double precision or in another
memory layout: otherwise the values would depend on rounding.
"""

import copy
import math
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

from idx import test_images
from notebook_models import Sample, build

HERE = Path(__file__).parent
IMAGES = 4
SPARSITY = 1e-3
NOISE = 0.3
SATURATION = 1000
KL = 0.1
KL_TARGET = 0.05
LEARNING_RATE = 1e-3
STEPS = 10
# Gradients with more elements are left out, to keep the files small.
MAX_GRADIENT = 10_000


def dense(widths, output="relu", activation="relu", **others):
    model = {"kind": "dense", "widths": widths, "activation": activation, "output": output}
    return model | others


def convolutional(decoder, **others):
    return {"kind": "convolutional", "decoder": decoder} | others


# Name of the file, the model, the seed of its weights, the losses.
FORWARD = [
    ("dense-relu", dense([784, 8, 784]), 4, ["mse", "sparse", "denoising"]),
    ("dense-deep", dense([784, 12, 10, 8, 6, 8, 10, 784]), 3, ["mse"]),
    ("dense-sigmoid", dense([784, 64, 8, 64, 784], "sigmoid"), 1, ["mse"]),
    ("dense-gelu", dense([784, 8, 5, 8, 784], "sigmoid", "gelu"), 1, ["mse", "bce"]),
    ("dense-leaky-relu", dense([784, 6, 3, 6, 784], "linear", "leaky-relu"), 1, ["mse", "l1"]),
    ("dense-silu", dense([784, 6, 3, 6, 784], "linear", "silu"), 1, ["mse", "l1"]),
    (
        "dense-tanh",
        dense([784, 6, 3, 6, 784], "tanh", "tanh", code_activation="linear"),
        1,
        ["mse", "l1"],
    ),
    (
        "dense-elu",
        dense([784, 6, 3, 6, 784], "sigmoid", "elu", code_activation="linear"),
        1,
        ["mse", "bce", "saturated"],
    ),
    (
        "dense-kl",
        dense([784, 20, 784], "linear", code_activation="sigmoid"),
        1,
        ["mse", "kl"],
    ),
    (
        "dense-top-k",
        dense([784, 20, 784], "linear", code_activation="linear", top_k=4),
        1,
        ["mse"],
    ),
    ("dense-tied", dense([784, 40, 8, 40, 784], "sigmoid", "tanh", tied=True), 1, ["mse", "bce"]),
    (
        "dense-skip-connections",
        dense(
            [784, 6, 5, 3, 4, 6, 784],
            "sigmoid",
            "elu",
            norm="batch",
            variational={"beta": 1},
            skip_connections=True,
        ),
        1,
        ["sampled", "elbo"],
    ),
    ("dense-dropout", dense([784, 6, 3, 6, 784], "linear", "elu", dropout=0.4), 1, ["mse"]),
    (
        "dense-variational",
        dense([784, 12, 3, 12, 784], "sigmoid", "elu", dropout=0.2, variational={"beta": 1}),
        1,
        ["sampled", "elbo"],
    ),
    ("conv-unpool", convolutional("unpool"), 4, ["mse"]),
    ("conv-deconv", convolutional("deconv"), 4, ["mse"]),
    ("conv-deconv-unpool", convolutional("deconv-unpool"), 3, ["mse"]),
]
BLOCKS = [
    {"filters": 4, "kernel": 5, "stride": 2, "pool": 1, "norm": "batch"},
    {"filters": 6, "kernel": 3, "stride": 1, "pool": 2, "norm": "group"},
    {"filters": 6, "kernel": 3, "stride": 2, "pool": 2, "norm": "none"},
]
# Channels, rows and columns: sides that are even, odd and even again on the way down.
COLOR = [3, 20, 13]
FORWARD += [
    (
        "dense-batch-norm",
        dense([784, 12, 3, 12, 784], "sigmoid", "elu", norm="batch"),
        1,
        ["mse", "bce"],
    ),
    (
        "conv-blocks-deconv",
        convolutional("deconv", blocks=BLOCKS, image=COLOR, activation="silu", output="sigmoid"),
        1,
        ["mse", "bce"],
    ),
    (
        "conv-blocks-deconv-unpool",
        convolutional("deconv-unpool", blocks=BLOCKS, image=COLOR, activation="elu", output="linear"),
        1,
        ["mse", "l1"],
    ),
    (
        "conv-blocks-unpool",
        convolutional(
            "unpool",
            blocks=[{"filters": 6, "norm": "batch"}, {"filters": 4, "kernel": 5, "pool": 1}],
            image=[1, 28, 28],
            activation="tanh",
            output="sigmoid",
            variational={"beta": 1},
        ),
        1,
        ["sampled", "elbo"],
    ),
]
ADAM = [
    ("adam-dense", dense([784, 8, 784]), 61),
    ("adam-conv", convolutional("deconv-unpool"), 10),
]


def images(spec):
    """The first test images at 0-1 scale, [N, 784]; for images of another size, as many of the middle
    pixels, again and again."""
    digits = torch.from_numpy(test_images()[:IMAGES]).flatten(1) / 255
    if "image" not in spec:
        return digits
    pixels = math.prod(spec["image"])
    return digits[:, 200:].repeat(1, 2)[:, :pixels].contiguous() if pixels < 784 else digits


def seeded(spec, seed):
    """A model with weights wide enough that its output depends on its input from the start."""
    torch.manual_seed(seed)
    model = build(spec)
    for parameter in model.parameters():
        if parameter.dim() > 1:
            nn.init.kaiming_normal_(parameter, nonlinearity="relu")
    for module in model.modules():
        if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d | nn.GroupNorm):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias)
        if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            nn.init.normal_(module.running_mean)
            nn.init.uniform_(module.running_var, 0.5, 1.5)
    return model


def loss_of(kind, model, x, noise):
    """The loss of this kind on images x."""
    if kind == "saturated":
        # The sigmoid of sums of a hundred and more is 0 or 1.
        sums = model.decoder[:-1](model.encoder(SATURATION * x))
        return nn.functional.binary_cross_entropy_with_logits(sums, x)
    reconstruction, code = model(x + noise if kind == "denoising" else x)
    if kind == "elbo":
        loss = nn.functional.binary_cross_entropy(reconstruction, x)
        return loss + model.divergence / x.shape[1]
    if kind in ["bce", "sampled"]:
        return nn.functional.binary_cross_entropy(reconstruction, x)
    if kind == "l1":
        return nn.functional.l1_loss(reconstruction, x)
    loss = nn.functional.mse_loss(reconstruction, x)
    if kind == "kl":
        mean, target = code.mean(0), torch.full_like(code[0], KL_TARGET)
        means, targets = torch.stack([mean, 1 - mean]), torch.stack([target, 1 - target])
        # Its first argument is the logarithm of the approximation.
        return loss + KL * nn.functional.kl_div(means.log(), targets, reduction="sum")
    return loss + SPARSITY * code.abs().sum() if kind == "sparse" else loss


def give_draws(model):
    """Makes each dropout and each sample of a code use the same draws each time. Returns them, by the
    numbers of the draws of a training step, once the model has been trained on a batch."""
    draws = {}

    def draw(module, inputs, output):
        if not module.training:
            return output
        is_dropout = isinstance(module, nn.Dropout)
        if not hasattr(module, "draws"):
            module.draws = (torch.rand_like if is_dropout else torch.randn_like)(inputs[0])
            draws[f"draws.{len(draws)}"] = module.draws
        if is_dropout:
            return inputs[0] * (module.draws >= module.p) / (1 - module.p)
        mean, log_variance = inputs
        return mean + (log_variance / 2).exp() * module.draws

    for module in model.modules():
        if isinstance(module, nn.Dropout | Sample):
            module.register_forward_hook(draw)
    return draws


def decisions(model, x):
    """What each ReLU lets through and where each pooling finds its maximum."""
    found = []

    def record(module, _inputs, output):
        if isinstance(module, nn.ReLU):
            found.append(output > 0)
        elif isinstance(module, nn.MaxPool2d):
            found.append(output[1])

    model = copy.deepcopy(model)
    for module in model.modules():
        module.register_forward_hook(record)
    model(x)
    return found


@torch.no_grad()
def check(name, model, *inputs):
    """Stops if the model is dead, or if one of its decisions depends on rounding."""
    for values in model(inputs[0]):
        positive = (values > 0).float().mean().item()
        variation = values.std(0).mean().item()
        can_die = any(isinstance(module, nn.ReLU) for module in model.modules())
        alive = positive > 0.2 and variation > (0.02 if can_die else 0.001)
        assert alive, f"{name}: {positive:.2f} positive, variation {variation:.4f}; change the seed"
    for x in inputs:
        single = decisions(model, x)
        others = [decisions(copy.deepcopy(model).double(), x.double())]
        if any(parameter.dim() == 4 for parameter in model.parameters()):
            others.append(decisions(copy.deepcopy(model).to(memory_format=torch.channels_last), x))
        for other in others:
            same = all(torch.equal(a, b) for a, b in zip(single, other, strict=True))
            assert same, f"{name}: a ReLU or a pooling depends on rounding; change the seed"


def with_prefix(prefix, tensors):
    return {f"{prefix}.{name}": tensor.detach().clone() for name, tensor in tensors}


def write_forward(name, spec, seed, losses):
    model = seeded(spec, seed)
    x = images(spec)
    noise = NOISE * torch.randn_like(x)
    check(name, model.eval(), *([x, x + noise] if "denoising" in losses else [x]))

    reconstruction, code = model.eval()(x)
    tensors = {"x": x, "reconstruction": reconstruction.detach(), "code": code.detach()}
    draws = give_draws(model.train())
    tensors |= with_prefix("parameter", model.named_parameters())
    statistics = with_prefix("statistic", model.named_buffers())
    tensors |= {name: value.float() for name, value in statistics.items()}
    if "denoising" in losses:
        tensors["noise"] = noise
    buffers = copy.deepcopy(dict(model.named_buffers()))
    for kind in losses:
        model.load_state_dict(buffers, strict=False)
        model.zero_grad()
        loss = loss_of(kind, model, x, noise)
        loss.backward()
        tensors[f"loss.{kind}"] = loss.detach()
        gradients = ((name, parameter.grad) for name, parameter in model.named_parameters())
        small = ((name, grad) for name, grad in gradients if grad.numel() <= MAX_GRADIENT)
        tensors |= with_prefix(f"gradient.{kind}", small)
    tensors |= draws
    # After one step, whichever loss it was for.
    after = with_prefix("after", model.named_buffers())
    tensors |= {name: value.float() for name, value in after.items()}
    save_file(tensors, HERE / f"{name}.safetensors")


def train(model, x):
    """Takes Adam's steps on one batch; returns the loss before each."""
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = loss_of("mse", model, x, None)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return torch.stack(losses)


def write_adam(name, spec, seed):
    model = seeded(spec, seed)
    x = images(spec)
    check(name, model, x)
    double = copy.deepcopy(model).double()

    tensors = {"x": x} | with_prefix("before", model.named_parameters())
    tensors["losses"] = train(model, x)
    tensors |= with_prefix("after", model.named_parameters())
    save_file(tensors, HERE / f"{name}.safetensors")

    train(double, x.double())
    check(name, model, x)
    pairs = zip(model.parameters(), double.parameters(), strict=True)
    difference = max((a - b).abs().max().item() for a, b in pairs)
    print(f"{name}: after {STEPS} steps weights differ from double precision by {difference:.1e}")


if __name__ == "__main__":
    torch.set_num_threads(1)
    for arguments in FORWARD:
        write_forward(*arguments)
    for arguments in ADAM:
        write_adam(*arguments)
