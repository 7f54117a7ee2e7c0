"""The notebook's models as PyTorch classes, with its parameter names.

Images come in as [N, 784] and go out as [N, 784]; forward returns (reconstruction, code). A code
is [N, U]; of the convolutional models U = 16 * 3 * 3.
"""

import math
from itertools import pairwise

import torch
from torch import nn


def build(spec):
    """The model that the "model" entry of an experiment.json describes."""
    match spec:
        case {"kind": "dense", "widths": widths, "activation": activation, "output": output}:
            hidden = range(1, len(widths) - 1)
            code_layer = spec.get("code_layer", min(hidden, key=lambda layer: widths[layer]))
            default = "linear" if "variational" in spec else activation
            code_activation = spec.get("code_activation", default)
            activations = activation, code_activation, output
            model = Dense(widths, code_layer, activations, spec)
            if "variational" in spec:
                model = Variational(model)
            if "top_k" in spec:
                model.encoder.append(TopK(spec["top_k"]))
            return model
        case {"kind": "convolutional"}:
            return Convolutional(spec)
    raise ValueError(f"expected a dense or convolutional model, found {spec}")


ACTIVATIONS = {
    "linear": nn.Identity,
    "relu": nn.ReLU,
    "sigmoid": nn.Sigmoid,
    "gelu": nn.GELU,
    "leaky-relu": nn.LeakyReLU,
    "silu": nn.SiLU,
    "tanh": nn.Tanh,
    "elu": nn.ELU,
}


class Sample(nn.Module):
    """In training a draw from the normal distribution, otherwise its mean."""

    def forward(self, mean, log_variance):
        if not self.training:
            return mean
        return mean + (log_variance / 2).exp() * torch.randn_like(mean)


class Variational(nn.Module):
    """A dense model whose code is a mean; divergence is that of the last batch from N(0, 1), summed
    over the code, a mean over the images."""

    def __init__(self, model):
        super().__init__()
        self.encoder, self.decoder = model.encoder, model.decoder
        linear = self.encoder[-2]
        self.log_variance = nn.Linear(linear.in_features, linear.out_features)
        self.sample = Sample()

    def forward(self, x):
        hidden = self.encoder[:-2](x)
        if self.encoder[-2].in_features > hidden.shape[1]:
            hidden = torch.cat([hidden, x], 1)
        code, log_variance = self.encoder[-2:](hidden), self.log_variance(hidden)
        terms = code.square() + log_variance.exp() - log_variance - 1
        self.divergence = terms.sum(1).mean() / 2
        return self.decoder(self.sample(code, log_variance)), code


class TopK(nn.Module):
    """The k largest numbers of each image stay, the others become 0."""

    def __init__(self, k):
        super().__init__()
        self.k = k

    def forward(self, x):
        values, indices = x.topk(self.k)
        return torch.zeros_like(x).scatter(1, indices, values)


class TiedLinear(nn.Module):
    """A linear layer with the weight of another, transposed, and its own bias."""

    def __init__(self, other):
        super().__init__()
        # In a tuple, so that the other layer's parameters are not this one's.
        self.other = (other,)
        self.bias = nn.Parameter(torch.zeros(other.in_features))

    def forward(self, x):
        return nn.functional.linear(x, self.other[0].weight.t(), self.bias)


class Dense(nn.Module):
    """Linear layers with activations of the hidden layers, the code and the output."""

    def __init__(self, widths, code_layer, activations, spec):
        super().__init__()
        tied, dropout = spec.get("tied", False), spec.get("dropout", 0)
        skips = spec.get("skip_connections", False)
        kind = Skipping if skips else nn.Sequential
        activation, code_activation, output = activations
        encoder, decoder = [], []
        for layer, (inputs, outputs) in enumerate(pairwise(widths), start=1):
            if skips and layer > code_layer + 1:
                inputs += widths[code_layer]
            if skips and layer == code_layer > 1:
                inputs += widths[0]
            if layer <= code_layer:
                part, linear = encoder, nn.Linear(inputs, outputs)
            elif tied:
                linears = [module for module in encoder if isinstance(module, nn.Linear)]
                part, linear = decoder, TiedLinear(linears[2 * code_layer - layer])
            else:
                part, linear = decoder, nn.Linear(inputs, outputs)
            part.append(linear)
            if layer == code_layer:
                part.append(ACTIVATIONS[code_activation]())
            elif layer == len(widths) - 1:
                part.append(ACTIVATIONS[output]())
            else:
                if spec.get("norm") == "batch":
                    part.append(nn.BatchNorm1d(outputs))
                part.append(ACTIVATIONS[activation]())
                if dropout:
                    part.append(nn.Dropout(dropout))
        self.encoder, self.decoder = kind(*encoder), kind(*decoder)

    def forward(self, x):
        code = self.encoder(x)
        return self.decoder(code), code


class Skipping(nn.Sequential):
    """Layers with skip connections: a linear layer that takes more than the layer before gives takes
    what the first took, too."""

    def forward(self, x):
        start = x
        for module in self:
            if isinstance(module, nn.Linear) and module.in_features > x.shape[1]:
                x = torch.cat([x, start], 1)
            x = module(x)
        return x


class Convolutional(nn.Module):
    """Blocks of convolution, normalization, activation and max-pooling, and the decoder that mirrors
    them. With the default blocks, those of the notebook."""

    def __init__(self, spec):
        super().__init__()
        self.image = spec.get("image", [1, 28, 28])
        self.blocks = [BLOCK | block for block in spec.get("blocks", NOTEBOOK_BLOCKS)]
        self.decoder = spec["decoder"]
        activation, output = spec.get("activation", "relu"), spec.get("output", "relu")
        is_variational = "variational" in spec
        # As printed: no ReLU in the third encoder block of this model.
        default = "linear" if self.decoder == "unpool" else activation
        last = activation if is_variational else spec.get("code_activation", default)

        channels, *side = self.image
        filters = [channels, *(block["filters"] for block in self.blocks)]
        # What each block takes, and what its pooling takes.
        self.inputs, self.maps = [], []
        for number, block in enumerate(self.blocks, start=1):
            kernel, stride = block["kernel"], block["stride"]
            padding = (kernel - 1) // 2
            self.inputs.append(side)
            side = [(length + 2 * padding - kernel) // stride + 1 for length in side]
            self.maps.append(side)
            if self.decoder == "unpool" and number == len(self.blocks):
                # The notebook's class makes this layer twice: a seed gives what it gives there.
                nn.Conv2d(filters[number - 1], filters[number], kernel)
            name = last if number == len(self.blocks) else activation
            layers = [
                nn.Conv2d(filters[number - 1], filters[number], kernel, stride, padding),
                *norm(block["norm"], filters[number]),
                ACTIVATIONS[name](),
            ]
            if block["pool"] > 1:
                layers.append(nn.MaxPool2d(block["pool"], return_indices=True))
                side = [length // block["pool"] for length in side]
            setattr(self, f"encoder_conv{number}", nn.Sequential(*layers))
        if is_variational:
            self.mean = nn.Conv2d(filters[-1], filters[-1], 1)
            self.log_variance = nn.Conv2d(filters[-1], filters[-1], 1)
            self.sample = Sample()
        for index in reversed(range(len(self.blocks))):
            number = len(self.blocks) - index
            inputs, outputs = filters[index + 1], filters[index]
            if self.decoder == "unpool" and number == 1 and index > 0 and inputs == outputs:
                layers = [nn.Identity()]
            else:
                before = self.blocks[index - 1]["norm"] if index > 0 else "none"
                layers = [
                    self.up(index, inputs, outputs, side),
                    *norm(before, outputs),
                    ACTIVATIONS[activation if index > 0 else output](),
                ]
            setattr(self, f"decoder_conv{number}", nn.Sequential(*layers))
            side = self.inputs[index]

    def up(self, index, inputs, outputs, side):
        """The convolution of the decoder that undoes a block; what it takes has sides `side`, or, after
        an unpooling, those that the pooling took."""
        block = self.blocks[index]
        kernel, stride = block["kernel"], block["stride"]
        padding = (kernel - 1) // 2
        if self.decoder == "unpool":
            return nn.Conv2d(inputs, outputs, kernel, padding=padding)
        if self.decoder == "deconv-unpool":
            added = added_rows(kernel, stride, padding, self.maps[index], self.inputs[index])
        else:
            stride *= block["pool"]
            kernel, padding, added = window_back(max(kernel, stride), stride, side, self.inputs[index])
        return nn.ConvTranspose2d(inputs, outputs, kernel, stride, padding, added)

    def forward(self, x):
        x = x.view(-1, *self.image)
        indices = []
        for number, block in enumerate(self.blocks, start=1):
            x = getattr(self, f"encoder_conv{number}")(x)
            if block["pool"] > 1:
                x, found = x
            else:
                found = None
            indices.append(found)
        code = x
        if hasattr(self, "mean"):
            code, log_variance = self.mean(x), self.log_variance(x)
            terms = code.square() + log_variance.exp() - log_variance - 1
            self.divergence = terms.flatten(1).sum(1).mean() / 2
            x = self.sample(code, log_variance)
        for index in reversed(range(len(self.blocks))):
            if self.decoder != "deconv" and indices[index] is not None:
                unpool = nn.functional.max_unpool2d
                x = unpool(x, indices[index], 2, output_size=self.maps[index])
            x = getattr(self, f"decoder_conv{len(self.blocks) - index}")(x)
        return x.flatten(1), code.flatten(1)


BLOCK = {"filters": 8, "kernel": 3, "stride": 1, "pool": 2, "norm": "none"}
NOTEBOOK_BLOCKS = [{"filters": 8}, {"filters": 16}, {"filters": 16}]


def norm(kind, channels):
    """The normalization of this kind, if any, as a list."""
    if kind == "batch":
        return [nn.BatchNorm2d(channels)]
    return [nn.GroupNorm(math.gcd(channels, 4), channels)] if kind == "group" else []


def added_rows(kernel, stride, padding, sides, targets):
    """The output_padding with which a transposed convolution makes targets of sides."""
    pairs = zip(sides, targets, strict=True)
    return [target + 2 * padding - (side - 1) * stride - kernel for side, target in pairs]


def window_back(least, stride, sides, targets):
    """Kernel, padding and output_padding of a transposed convolution that makes targets of sides: the
    smallest kernel that does so without output_padding, or else with it."""
    windows = [
        (kernel, padding, added_rows(kernel, stride, padding, sides, targets))
        for kernel in range(least, least + 2 * stride + 1)
        for padding in range(kernel)
    ]
    exact = [window for window in windows if window[2] == [0, 0]]
    padded = [window for window in windows if all(0 <= added < stride for added in window[2])]
    return (exact or padded)[0]
