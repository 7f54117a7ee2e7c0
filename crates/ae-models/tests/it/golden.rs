//! Against PyTorch: forward pass, losses and gradients from given weights. `golden/README.md` says
//! how the files were made.

use std::{collections::BTreeMap, env, path::Path};

use ae_models::{Draws, Objective};
use experiment::{
    Activation, Block, ConvolutionalSpec, Decoder, DenseSpec, Loss, ModelSpec, Norm, Sparsity,
    Variational,
};
use safetensors::SafeTensors;
use tch::{Kind, Tensor};

use crate::support;

type Golden = BTreeMap<String, Tensor>;

fn golden(name: &str) -> Golden {
    let folder = Path::new(&env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("tests/golden");
    let bytes = std::fs::read(folder.join(format!("{name}.safetensors"))).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let tensor = |view: &safetensors::tensor::TensorView| {
        let shape: Vec<i64> = view.shape().iter().map(|&d| d as i64).collect();
        Tensor::from_data_size(view.data(), &shape, Kind::Float)
    };
    let named = file
        .iter()
        .map(|(name, view)| (name.to_owned(), tensor(&view)));
    named.collect()
}

/// The draws of a training step that PyTorch made.
struct Recorded<'a> {
    golden: &'a Golden,
    next: usize,
}

impl<'a> Recorded<'a> {
    fn new(golden: &'a Golden) -> Self {
        Recorded { golden, next: 0 }
    }

    fn take(&mut self, shape: &[i64]) -> Tensor {
        let draws = &self.golden[&format!("draws.{}", self.next)];
        self.next += 1;
        draws.view(shape)
    }
}

impl Draws for Recorded<'_> {
    fn uniform(&mut self, shape: &[i64]) -> Tensor {
        self.take(shape)
    }

    fn normal(&mut self, shape: &[i64]) -> Tensor {
        self.take(shape)
    }
}

fn difference(a: &Tensor, b: &Tensor) -> f64 {
    assert_eq!(a.size(), b.size());
    (a - b).abs().max().double_value(&[])
}

/// Builds the model, puts PyTorch's weights into it, and compares everything that the file holds.
fn check(name: &str, spec: &ModelSpec) {
    let golden = golden(name);
    let mut model = support::model(spec, Objective::default(), 0);
    let names: Vec<String> = model.parameters().names().to_vec();

    let mut in_pytorch: Vec<&str> = golden
        .keys()
        .filter_map(|key| key.strip_prefix("parameter."))
        .collect();
    let mut in_model: Vec<&str> = names.iter().map(String::as_str).collect();
    in_pytorch.sort_unstable();
    in_model.sort_unstable();
    assert_eq!(in_model, in_pytorch, "{name}: names of the parameters");

    let weights: Vec<Tensor> = model
        .parameters()
        .iter()
        .map(|(name, _)| {
            let statistic = golden.get(&format!("statistic.{name}"));
            let tensor = statistic.or_else(|| golden.get(&format!("parameter.{name}")));
            tensor.expect("a tensor of this name").shallow_clone()
        })
        .collect();
    model.parameters_mut().set(&weights);

    let x = &golden["x"];
    let output = model.forward(x);
    assert!(difference(&output.reconstruction, &golden["reconstruction"]) < 1e-5);
    assert!(difference(&output.code, &golden["code"]) < 1e-5);

    // A batch normalization divides rounding by a deviation that may be small.
    let has_batch_norm = golden.keys().any(|key| key.starts_with("statistic."));
    let tolerance = if has_batch_norm { 3e-5 } else { 1e-5 };
    for key in golden.keys() {
        let Some(kind) = key.strip_prefix("loss.") else {
            continue;
        };
        let input = match kind {
            "denoising" => x + &golden["noise"],
            "saturated" => x * 1000.0,
            _ => x.shallow_clone(),
        };
        // Of a variational model, the reconstruction alone, and with the divergence.
        let spec = if kind == "sampled" {
            &without_divergence(spec)
        } else {
            spec
        };
        let objective = Objective {
            loss: match kind {
                "bce" | "saturated" | "sampled" | "elbo" => Loss::Bce,
                "l1" => Loss::L1,
                _ => Loss::Mse,
            },
            sparsity: match kind {
                "sparse" => Sparsity::L1 { weight: 1e-3 },
                "kl" => Sparsity::Kl {
                    weight: 0.1,
                    target: 0.05,
                },
                _ => Sparsity::default(),
            },
        };
        let mut model = support::model(spec, objective, 0);
        model.parameters_mut().set(&weights);
        let mut draws = Recorded::new(&golden);
        let (loss, gradients) = model.loss_and_gradients(&input, x, &mut draws);
        let expected = golden[key].double_value(&[]);
        let found = loss.total.double_value(&[]);
        let kl = loss.kl.as_ref();
        assert_eq!(kl.is_some(), matches!(kind, "sampled" | "elbo"), "{kind}");
        if kind == "elbo" {
            // The other term is the loss without the divergence.
            let found = difference(&loss.reconstruction, &golden["loss.sampled"]);
            assert!(
                found < 1e-6,
                "{name}: reconstruction loss differs by {found}"
            );
        }
        assert!(
            (found - expected).abs() < 1e-6 * expected.abs().max(1.0),
            "{name}: {kind} loss {found}, PyTorch {expected}"
        );
        let mut compared = 0;
        for (parameter, gradient) in names.iter().zip(&gradients) {
            if let Some(expected) = golden.get(&format!("gradient.{kind}.{parameter}")) {
                let scale = expected.abs().max().double_value(&[]);
                let found = difference(gradient, expected);
                // Of a bias before a batch normalization, the gradient is 0 but for rounding.
                let is_zero = scale < 1e-6 && found < 1e-6;
                assert!(
                    is_zero || found < tolerance * scale + 1e-9,
                    "{name}: gradient of {parameter} differs by {found}, its maximum is {scale}"
                );
                compared += 1;
            }
        }
        assert!(compared >= 2, "{name}: {compared} gradients compared");
        for (parameter, tensor) in model.parameters().iter() {
            if let Some(expected) = golden.get(&format!("after.{parameter}")) {
                let found = difference(tensor, expected);
                assert!(found < 1e-5, "{name}: {parameter} differs by {found}");
            }
        }
    }
}

fn without_divergence(spec: &ModelSpec) -> ModelSpec {
    let mut spec = spec.clone();
    let (ModelSpec::Dense(DenseSpec { variational, .. })
    | ModelSpec::Convolutional(ConvolutionalSpec { variational, .. })) = &mut spec;
    *variational = Some(Variational { beta: 0.0 });
    spec
}

#[test]
fn one_hidden_layer_with_each_penalty_and_noise() {
    check("dense-relu", &ModelSpec::dense(&[784, 8, 784]));
}

#[test]
fn deep() {
    let widths = [784, 12, 10, 8, 6, 8, 10, 784];
    check("dense-deep", &ModelSpec::dense(&widths));
}

#[test]
fn sigmoid_output() {
    let spec = ModelSpec::Dense(DenseSpec {
        widths: vec![784, 64, 8, 64, 784],
        output: Activation::Sigmoid,
        ..DenseSpec::default()
    });
    check("dense-sigmoid", &spec);
}

#[test]
fn gelu_and_binary_cross_entropy() {
    let spec = ModelSpec::Dense(DenseSpec {
        widths: vec![784, 8, 5, 8, 784],
        activation: Activation::Gelu,
        output: Activation::Sigmoid,
        ..DenseSpec::default()
    });
    check("dense-gelu", &spec);
}

#[test]
fn each_activation() {
    let spec = |activation, code_activation, output| {
        ModelSpec::Dense(DenseSpec {
            widths: vec![784, 6, 3, 6, 784],
            activation,
            code_activation,
            output,
            ..DenseSpec::default()
        })
    };
    let linear = Activation::Linear;
    check(
        "dense-leaky-relu",
        &spec(Activation::LeakyRelu, None, linear),
    );
    check("dense-silu", &spec(Activation::Silu, None, linear));
    let tanh = Activation::Tanh;
    check("dense-tanh", &spec(tanh, Some(linear), tanh));
    let elu = spec(Activation::Elu, Some(linear), Activation::Sigmoid);
    check("dense-elu", &elu);
}

#[test]
fn penalty_on_the_mean_activation() {
    let spec = DenseSpec {
        widths: vec![784, 20, 784],
        code_activation: Some(Activation::Sigmoid),
        output: Activation::Linear,
        ..DenseSpec::default()
    };
    check("dense-kl", &ModelSpec::Dense(spec));
}

#[test]
fn largest_units_of_the_code() {
    let spec = DenseSpec {
        widths: vec![784, 20, 784],
        code_activation: Some(Activation::Linear),
        output: Activation::Linear,
        top_k: Some(4),
        ..DenseSpec::default()
    };
    check("dense-top-k", &ModelSpec::Dense(spec));
}

#[test]
fn variational_code_with_given_draws() {
    let spec = DenseSpec {
        widths: vec![784, 12, 3, 12, 784],
        activation: Activation::Elu,
        output: Activation::Sigmoid,
        dropout: 0.2,
        variational: Some(Variational::default()),
        ..DenseSpec::default()
    };
    check("dense-variational", &ModelSpec::Dense(spec));
}

#[test]
fn tied_weights() {
    let spec = DenseSpec {
        widths: vec![784, 40, 8, 40, 784],
        activation: Activation::Tanh,
        output: Activation::Sigmoid,
        tied: true,
        ..DenseSpec::default()
    };
    check("dense-tied", &ModelSpec::Dense(spec));
}

#[test]
fn dropout_of_given_units() {
    let spec = DenseSpec {
        widths: vec![784, 6, 3, 6, 784],
        activation: Activation::Elu,
        output: Activation::Linear,
        dropout: 0.4,
        ..DenseSpec::default()
    };
    check("dense-dropout", &ModelSpec::Dense(spec));
}

#[test]
fn skip_connections_from_the_image_and_the_code() {
    let spec = DenseSpec {
        widths: vec![784, 6, 5, 3, 4, 6, 784],
        activation: Activation::Elu,
        output: Activation::Sigmoid,
        norm: Norm::Batch,
        variational: Some(Variational { beta: 1.0 }),
        skip_connections: true,
        ..DenseSpec::default()
    };
    check("dense-skip-connections", &ModelSpec::Dense(spec));
}

#[test]
fn batch_normalization_of_hidden_layers() {
    let spec = DenseSpec {
        widths: vec![784, 12, 3, 12, 784],
        activation: Activation::Elu,
        output: Activation::Sigmoid,
        norm: Norm::Batch,
        ..DenseSpec::default()
    };
    check("dense-batch-norm", &ModelSpec::Dense(spec));
}

#[test]
fn blocks_with_strides_and_normalizations_of_images_with_odd_sides() {
    let blocks = vec![
        Block {
            filters: 4,
            kernel: 5,
            stride: 2,
            pool: 1,
            norm: Norm::Batch,
        },
        Block {
            filters: 6,
            norm: Norm::Group,
            ..Block::default()
        },
        Block {
            filters: 6,
            stride: 2,
            ..Block::default()
        },
    ];
    let spec = |decoder, activation, output| {
        ModelSpec::Convolutional(ConvolutionalSpec {
            decoder,
            image: Some([3, 20, 13]),
            blocks: blocks.clone(),
            activation,
            output,
            ..ConvolutionalSpec::default()
        })
    };
    let deconv = spec(Decoder::Deconv, Activation::Silu, Activation::Sigmoid);
    check("conv-blocks-deconv", &deconv);
    let both = spec(Decoder::DeconvUnpool, Activation::Elu, Activation::Linear);
    check("conv-blocks-deconv-unpool", &both);
}

#[test]
fn variational_blocks_without_pooling() {
    let spec = ConvolutionalSpec {
        blocks: vec![
            Block {
                filters: 6,
                norm: Norm::Batch,
                ..Block::default()
            },
            Block {
                filters: 4,
                kernel: 5,
                pool: 1,
                ..Block::default()
            },
        ],
        activation: Activation::Tanh,
        output: Activation::Sigmoid,
        variational: Some(Variational::default()),
        ..ConvolutionalSpec::default()
    };
    check("conv-blocks-unpool", &ModelSpec::Convolutional(spec));
}

#[test]
fn convolutional_decoders() {
    for (name, decoder) in [
        ("conv-unpool", Decoder::Unpool),
        ("conv-deconv", Decoder::Deconv),
        ("conv-deconv-unpool", Decoder::DeconvUnpool),
    ] {
        check(name, &ModelSpec::convolutional(decoder));
    }
}
