//! A fitted model as a safetensors file.

use std::path::Path;

use weights_file::{Dtype, WeightsFile};

use crate::{error::Error, model::Pca};

impl Pca {
    /// Writes the model to `path`, whole or not at all, as a safetensors file of `F64` tensors:
    /// `mean` `[D]`, `components` `[K, D]`, `explained_variance` `[K]`, `total_variance` `[1]`.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn save(&self, path: &Path) -> Result<(), Error> {
        let total_variance = [self.total_variance];
        let values = [
            &self.mean[..],
            &self.components,
            &self.explained_variance,
            &total_variance,
        ];
        let tensors = tensors(self.mean.len(), self.explained_variance.len());
        Ok(weights_file::write(
            path,
            Dtype::F64,
            &tensors,
            None,
            |index, file| {
                let mut elements = values[index].iter();
                elements.try_for_each(|element| file.write_all(&element.to_le_bytes()))
            },
        )?)
    }

    /// Reads what [`Pca::save`] wrote.
    ///
    /// # Errors
    /// [`Error::File`] if the file cannot be read, is not a safetensors file, or has other tensors
    /// or a value that is not finite.
    pub fn load(path: &Path) -> Result<Self, Error> {
        let mut file = WeightsFile::open(path)?;
        let pixels = file.shape("mean")?.iter().product();
        let count = file.shape("explained_variance")?.iter().product();
        if !(1..=pixels).contains(&count) {
            let problem = format!(
                "expected from 1 to {pixels} components, as mean has {pixels} pixels, found {count}"
            );
            return Err(weights_file::Error::content(path, problem).into());
        }
        let tensors = tensors(pixels, count);
        file.expect(Dtype::F64, &tensors)?;
        let mut read = |index: usize| -> Result<Vec<f64>, Error> {
            let (name, shape) = &tensors[index];
            let mut values = vec![0f64; shape.iter().product()];
            file.read(name, &mut values)?;
            match values.iter().find(|value| !value.is_finite()) {
                None => Ok(values),
                Some(value) => {
                    let problem = format!("expected {name:?} to be finite, found {value}");
                    Err(weights_file::Error::content(path, problem).into())
                }
            }
        };
        Ok(Pca {
            mean: read(0)?,
            components: read(1)?,
            explained_variance: read(2)?,
            total_variance: read(3)?[0],
        })
    }
}

/// The tensors of a model of K = `count` components of D = `pixels` pixels.
fn tensors(pixels: usize, count: usize) -> [(&'static str, Vec<usize>); 4] {
    [
        ("mean", vec![pixels]),
        ("components", vec![count, pixels]),
        ("explained_variance", vec![count]),
        ("total_variance", vec![1]),
    ]
}
