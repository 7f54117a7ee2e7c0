//! PCA as a graph: code (x - m) V^T and reconstruction z V + m of 0-1 pixels x. In the file, the mean
//! is at 0-255 scale.

use std::path::Path;

use weights_file::{Dtype, WeightsFile};

use crate::{
    ExportError,
    graph::Builder,
    message::{Attribute, Model},
};

/// The PCA with `components` in the file at `path`. It was fitted in 64 bits; the graph has 32.
pub(crate) fn export(path: &Path, name: &str, components: usize) -> Result<Model, ExportError> {
    let mut file = WeightsFile::open(path)?;
    let pixels = file.shape("mean")?.iter().product();
    let tensors = [
        ("components", vec![components, pixels]),
        ("explained_variance", vec![components]),
        ("mean", vec![pixels]),
        ("total_variance", vec![1]),
    ];
    file.expect(Dtype::F64, &tensors)?;
    let mut builder = Builder::default();
    for ((tensor, shape), scale) in [(&tensors[0], 1.0), (&tensors[2], 255.0)] {
        let mut elements = vec![0.0f64; shape.iter().product()];
        file.read(tensor, &mut elements)?;
        let elements: Vec<f32> = elements
            .iter()
            .map(|&element| (element / scale) as f32)
            .collect();
        builder.add_floats(tensor, shape, &elements);
    }
    let centered = builder.add("Sub", &["images", "mean"], Vec::new());
    let transposed = vec![Attribute::int("transB", 1)];
    let code = builder.add("Gemm", &[&centered, "components"], transposed);
    builder.add_output("Identity", &code, "code", &[components]);
    let sum = builder.add("Gemm", &["code", "components", "mean"], Vec::new());
    builder.add_output("Identity", &sum, "reconstruction", &[pixels]);
    Ok(builder.finish(name, &[pixels]))
}
