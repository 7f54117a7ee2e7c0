//! A trained model as a graph: the nodes of each layer, in evaluation.

use std::path::Path;

use experiment::{Activation, Layer, ModelSpec, Operation, Part, Shape, Window};
use plain_model::PlainModel;

use crate::{
    ExportError,
    graph::Builder,
    message::{Attribute, Model},
};

/// What is added to a variance: PyTorch's default.
const EPSILON: f32 = 1e-5;

/// The model of `spec` with the weights in the file at `path`, batch normalizations folded.
pub(crate) fn export(path: &Path, name: &str, spec: &ModelSpec) -> Result<Model, ExportError> {
    let mut model = PlainModel::open(path, spec)?;
    let rank = rank(spec);
    let mut builder = Builder::default();
    add_weights(&mut builder, &mut model)?;
    let layers = model.layers();

    // The size of each max-pooling, the indices that it found, and the shape of what it took.
    let mut pools = Vec::new();
    let mut has_code = false;
    let mut x = "images".to_owned();
    // What the encoder begins with, and later the decoder.
    let mut start = x.clone();
    for layer in layers
        .iter()
        .filter(|layer| layer.part != Part::LogVariance)
    {
        if layer.part == Part::Decoder && !has_code {
            builder.add_output("Flatten", &x, "code", &[layer.input.size()]);
            x = with_shape(&mut builder, "code", &dims(layer.input, rank));
            start.clone_from(&x);
            has_code = true;
        }
        let sums = operate(&mut builder, layer, layers, [&x, &start], &mut pools);
        x = activate(&mut builder, layer.activation, sums);
    }
    let shape = dims(layers[0].input, rank);
    builder.add_output("Identity", &x, "reconstruction", &shape);
    Ok(builder.finish(name, &shape))
}

/// Adds the weights of all layers but that of the variance, which evaluation leaves out.
fn add_weights(builder: &mut Builder, model: &mut PlainModel) -> Result<(), ExportError> {
    for index in 0..model.layers().len() {
        let layer = model.layers()[index].clone();
        if layer.part == Part::LogVariance {
            continue;
        }
        for (tensor, shape) in layer.tensors() {
            let elements = model.read(index, tensor)?;
            builder.add_floats(&tensor_name(&layer, tensor), &shape, &elements);
        }
    }
    Ok(())
}

fn tensor_name(layer: &Layer, tensor: &str) -> String {
    format!("{}.{tensor}", layer.name.as_deref().unwrap_or_default())
}

/// How many dimensions an image has in the graph: units, or channels, rows and columns.
fn rank(spec: &ModelSpec) -> usize {
    match spec {
        ModelSpec::Dense(_) => 1,
        ModelSpec::Convolutional(_) => 3,
    }
}

fn dims(shape: Shape, rank: usize) -> Vec<usize> {
    [shape.channels, shape.rows, shape.columns][..rank].to_vec()
}

/// `x` with each image as `shape`.
fn with_shape(builder: &mut Builder, x: &str, shape: &[usize]) -> String {
    let dims = shape.iter().map(|&length| length as i64);
    let dims: Vec<i64> = std::iter::once(-1).chain(dims).collect();
    let dims = builder.add_ints(&dims);
    builder.add("Reshape", &[x, &dims], Vec::new())
}

/// Adds what `layer` makes of `x` without its activation; `start` is what its part begins with.
/// Max-pooling adds to `pools`, and unpooling looks there.
fn operate(
    builder: &mut Builder,
    layer: &Layer,
    layers: &[Layer],
    [x, start]: [&str; 2],
    pools: &mut Vec<(usize, [String; 2])>,
) -> String {
    let of_layer = |tensor| tensor_name(layer, tensor);
    let (weight, bias) = (&of_layer("weight"), &of_layer("bias"));
    match layer.operation {
        Operation::Linear => {
            let transposed = vec![Attribute::int("transB", 1)];
            builder.add("Gemm", &[x, weight, bias], transposed)
        }
        Operation::TiedLinear { layer: other } => {
            let weight = tensor_name(&layers[other], "weight");
            builder.add("Gemm", &[x, &weight, bias], Vec::new())
        }
        Operation::Convolution(window) => {
            builder.add("Conv", &[x, weight, bias], attributes_of(window))
        }
        Operation::TransposedConvolution(window) => {
            let added = |from, to| window.added_rows(from, to).unwrap_or_default();
            let added = [
                added(layer.input.rows, layer.output.rows),
                added(layer.input.columns, layer.output.columns),
            ];
            let mut attributes = attributes_of(window);
            attributes.push(Attribute::ints("output_padding", &added));
            builder.add("ConvTranspose", &[x, weight, bias], attributes)
        }
        Operation::MaxPool { size } => {
            let window = Window {
                kernel: size,
                stride: size,
                padding: 0,
            };
            let [maxima, indices] =
                builder.add_with_results("MaxPool", &[x], attributes_of(window));
            let shape = builder.add("Shape", &[x], Vec::new());
            pools.push((size, [indices, shape]));
            maxima
        }
        Operation::MaxUnpool { pool } => {
            let (size, [indices, shape]) = &pools[pool];
            let size = [*size; 2];
            let attributes = vec![
                Attribute::ints("kernel_shape", &size),
                Attribute::ints("strides", &size),
            ];
            builder.add("MaxUnpool", &[x, indices, shape], attributes)
        }
        Operation::GroupNorm { groups } => {
            let attributes = vec![
                Attribute::float("epsilon", EPSILON),
                Attribute::int("num_groups", groups),
            ];
            builder.add("GroupNormalization", &[x, weight, bias], attributes)
        }
        Operation::TopK { k } => keep_largest(builder, x, k),
        Operation::AppendStart => {
            builder.add("Concat", &[x, start], vec![Attribute::int("axis", 1)])
        }
        // A plain model has no batch normalization.
        Operation::BatchNorm | Operation::Dropout { .. } => x.to_owned(),
    }
}

fn attributes_of(window: Window) -> Vec<Attribute> {
    vec![
        Attribute::ints("kernel_shape", &[window.kernel; 2]),
        Attribute::ints("strides", &[window.stride; 2]),
        Attribute::ints("pads", &[window.padding; 4]),
    ]
}

/// Adds `x` with all but the `k` largest numbers of each image replaced by 0.
fn keep_largest(builder: &mut Builder, x: &str, k: usize) -> String {
    let shape = builder.add("Shape", &[x], Vec::new());
    let rows = builder.add("Flatten", &[x], Vec::new());
    let k = builder.add_ints(&[k as i64]);
    let [values, indices] = builder.add_with_results("TopK", &[&rows, &k], Vec::new());
    let lengths = builder.add("Shape", &[&rows], Vec::new());
    let zeros = builder.add("ConstantOfShape", &[&lengths], Vec::new());
    let along_rows = vec![Attribute::int("axis", 1)];
    let kept = builder.add("ScatterElements", &[&zeros, &indices, &values], along_rows);
    builder.add("Reshape", &[&kept, &shape], Vec::new())
}

/// Adds the activation of the sums `x`.
fn activate(builder: &mut Builder, activation: Activation, x: String) -> String {
    let operator = match activation {
        Activation::Linear => return x,
        Activation::Silu => {
            let share = builder.add("Sigmoid", &[&x], Vec::new());
            return builder.add("Mul", &[&x, &share], Vec::new());
        }
        Activation::LeakyRelu => {
            let slope = vec![Attribute::float("alpha", 0.01)];
            return builder.add("LeakyRelu", &[&x], slope);
        }
        Activation::Relu => "Relu",
        Activation::Sigmoid => "Sigmoid",
        Activation::Gelu => "Gelu",
        Activation::Tanh => "Tanh",
        Activation::Elu => "Elu",
    };
    builder.add(operator, &[&x], Vec::new())
}
