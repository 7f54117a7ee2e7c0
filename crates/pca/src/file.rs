//! A fitted model as a safetensors file.

use std::{fs, path::Path};

use safetensors::{Dtype, SafeTensors, tensor::TensorView};

use crate::{Error, Pca};

impl Pca {
    /// Writes the model to `path`, whole or not at all, as a safetensors file of `F64` tensors:
    /// `mean` `[D]`, `components` `[K, D]`, `explained_variance` `[K]`, `total_variance` `[1]`.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn save(&self, path: &Path) -> Result<(), Error> {
        let (pixels, components) = (self.mean.len(), self.explained_variance.len());
        let tensors = [
            ("mean", vec![pixels], &self.mean[..]),
            ("components", vec![components, pixels], &self.components),
            (
                "explained_variance",
                vec![components],
                &self.explained_variance,
            ),
            ("total_variance", vec![1], &[self.total_variance]),
        ]
        .map(|(name, shape, values)| {
            let bytes: Vec<u8> = values
                .iter()
                .flat_map(|value| value.to_le_bytes())
                .collect();
            (name, shape, bytes)
        });
        let views = tensors.iter().map(|(name, shape, bytes)| {
            let view = TensorView::new(Dtype::F64, shape.clone(), bytes);
            (*name, view.expect("a model's lengths agree"))
        });
        let bytes = safetensors::serialize(views, None).expect("four names fit a header");
        Ok(durable_fs::write_atomically(path, &bytes)?)
    }

    /// Reads what [`Pca::save`] wrote.
    ///
    /// # Errors
    /// [`Error::File`], or [`Error::Format`] if the file is no safetensors file, or a tensor is
    /// missing, has another type or shape, or a value that is not finite.
    pub fn load(path: &Path) -> Result<Self, Error> {
        let bytes = fs::read(path).map_err(|source| durable_fs::Error::io("read", path, source))?;
        parse(&bytes).map_err(|problem| Error::Format {
            path: path.to_owned(),
            problem,
        })
    }
}

fn parse(bytes: &[u8]) -> Result<Pca, String> {
    let file = SafeTensors::deserialize(bytes)
        .map_err(|error| format!("expected a safetensors file: {error}"))?;
    let mean = tensor(&file, "mean")?;
    let explained_variance = tensor(&file, "explained_variance")?;
    let components = tensor(&file, "components")?;
    let total_variance = tensor(&file, "total_variance")?;

    let (pixels, count) = (mean.values.len(), explained_variance.values.len());
    if !(1..=pixels).contains(&count) {
        return Err(format!(
            "expected from 1 to {pixels} components, as mean has {pixels} pixels, found {count}"
        ));
    }
    mean.expect_shape(&[pixels])?;
    explained_variance.expect_shape(&[count])?;
    components.expect_shape(&[count, pixels])?;
    total_variance.expect_shape(&[1])?;
    Ok(Pca {
        mean: mean.values,
        components: components.values,
        explained_variance: explained_variance.values,
        total_variance: total_variance.values[0],
    })
}

struct Array {
    name: &'static str,
    shape: Vec<usize>,
    values: Vec<f64>,
}

impl Array {
    fn expect_shape(&self, expected: &[usize]) -> Result<(), String> {
        if self.shape == expected {
            return Ok(());
        }
        let Array { name, shape, .. } = self;
        Err(format!(
            "expected tensor {name} to have shape {expected:?}, found {shape:?}"
        ))
    }
}

fn tensor(file: &SafeTensors, name: &'static str) -> Result<Array, String> {
    let view = file
        .tensor(name)
        .map_err(|_| format!("expected a tensor {name}, found only {:?}", file.names()))?;
    if view.dtype() != Dtype::F64 {
        return Err(format!(
            "expected tensor {name} of type F64, found {:?}",
            view.dtype()
        ));
    }
    let (values, _) = view.data().as_chunks();
    let values: Vec<f64> = values
        .iter()
        .map(|bytes| f64::from_le_bytes(*bytes))
        .collect();
    if let Some(value) = values.iter().find(|value| !value.is_finite()) {
        return Err(format!(
            "expected tensor {name} to be finite, found {value}"
        ));
    }
    Ok(Array {
        name,
        shape: view.shape().to_vec(),
        values,
    })
}
