"""The notebook's models as PyTorch classes, with its parameter names.

Images come in as [N, 784] and go out as [N, 784]; forward returns (reconstruction, code). A code
is [N, U]; of the convolutional models U = 16 * 3 * 3.
"""

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
            tied, dropout = spec.get("tied", False), spec.get("dropout", 0)
            model = Dense(widths, code_layer, activations, tied, dropout)
            if "variational" in spec:
                model = Variational(model)
            if "top_k" in spec:
                model.encoder.append(TopK(spec["top_k"]))
            return model
        case {"kind": "convolutional", "decoder": decoder}:
            return {"unpool": Unpool, "deconv": Deconv, "deconv-unpool": DeconvUnpool}[decoder]()
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
    """A linear layer with the weight of another, transposed, and a bias of its own."""

    def __init__(self, other):
        super().__init__()
        # In a tuple, so that the other layer's parameters are not this one's.
        self.other = (other,)
        self.bias = nn.Parameter(torch.zeros(other.in_features))

    def forward(self, x):
        return nn.functional.linear(x, self.other[0].weight.t(), self.bias)


class Dense(nn.Module):
    """Linear layers with activations of the hidden layers, the code and the output."""

    def __init__(self, widths, code_layer, activations, tied, dropout):
        super().__init__()
        activation, code_activation, output = activations
        encoder, decoder = [], []
        for layer, (inputs, outputs) in enumerate(pairwise(widths), start=1):
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
                part.append(ACTIVATIONS[activation]())
                if dropout:
                    part.append(nn.Dropout(dropout))
        self.encoder = nn.Sequential(*encoder)
        self.decoder = nn.Sequential(*decoder)

    def forward(self, x):
        code = self.encoder(x)
        return self.decoder(code), code


class Convolutional(nn.Module):
    """The encoder that the three convolutional models share."""

    def __init__(self):
        super().__init__()
        self.encoder_conv1 = encoder_block(1, 8, nn.ReLU())
        self.encoder_conv2 = encoder_block(8, 16, nn.ReLU())
        self.encoder_conv3 = encoder_block(16, 16, nn.ReLU())

    def forward(self, x):
        x = x.view(-1, 1, 28, 28)
        x, indices1 = self.encoder_conv1(x)
        x, indices2 = self.encoder_conv2(x)
        code, indices3 = self.encoder_conv3(x)
        x = self.decode(code, indices1, indices2, indices3)
        return x.flatten(1), code.flatten(1)


class Unpool(Convolutional):
    """Decoder of unpooling and convolutions; no ReLU in the third encoder block, as printed."""

    def __init__(self):
        super().__init__()
        self.encoder_conv3 = encoder_block(16, 16)
        self.decoder_conv1 = nn.Identity()
        self.decoder_conv2 = nn.Sequential(nn.Conv2d(16, 8, 3, padding=1), nn.ReLU())
        self.decoder_conv3 = nn.Sequential(nn.Conv2d(8, 1, 3, padding=1), nn.ReLU())
        self.unpool = nn.MaxUnpool2d(2)

    def decode(self, x, indices1, indices2, indices3):
        x = self.decoder_conv1(self.unpool(x, indices3, output_size=(7, 7)))
        x = self.decoder_conv2(self.unpool(x, indices2))
        return self.decoder_conv3(self.unpool(x, indices1))


class Deconv(Convolutional):
    """Decoder of transposed convolutions with stride 2."""

    def __init__(self):
        super().__init__()
        self.decoder_conv1 = nn.Sequential(nn.ConvTranspose2d(16, 16, 3, stride=2), nn.ReLU())
        self.decoder_conv2 = nn.Sequential(
            nn.ConvTranspose2d(16, 8, 4, stride=2, padding=1), nn.ReLU()
        )
        self.decoder_conv3 = nn.Sequential(
            nn.ConvTranspose2d(8, 1, 4, stride=2, padding=1), nn.ReLU()
        )

    def decode(self, x, *_indices):
        return self.decoder_conv3(self.decoder_conv2(self.decoder_conv1(x)))


class DeconvUnpool(Convolutional):
    """Decoder of unpooling and transposed convolutions with stride 1."""

    def __init__(self):
        super().__init__()
        self.decoder_conv1 = nn.Sequential(nn.ConvTranspose2d(16, 16, 3, padding=1), nn.ReLU())
        self.decoder_conv2 = nn.Sequential(nn.ConvTranspose2d(16, 8, 3, padding=1), nn.ReLU())
        self.decoder_conv3 = nn.Sequential(nn.ConvTranspose2d(8, 1, 3, padding=1), nn.ReLU())
        self.unpool = nn.MaxUnpool2d(2)

    def decode(self, x, indices1, indices2, indices3):
        x = self.decoder_conv1(self.unpool(x, indices3, output_size=(7, 7)))
        x = self.decoder_conv2(self.unpool(x, indices2))
        return self.decoder_conv3(self.unpool(x, indices1))


def encoder_block(inputs, outputs, *activation):
    """Convolution, activation and max-pooling that also gives its indices."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, padding=1),
        *activation,
        nn.MaxPool2d(2, return_indices=True),
    )
