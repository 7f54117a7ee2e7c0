//! The arrays that are saved of every experiment, whatever its images. Each may be absent: folders of
//! older versions do not have them.

use experiment::{Data, Layer, ModelSpec, Part, Protocol, arrays};
use mnist_io::Elements;

use super::{image::Image, seed::SeedResults};
use crate::error::Error;

/// Codes of test images.
#[derive(Clone, Debug, PartialEq)]
pub struct Codes {
    /// The numbers of a code.
    pub units: usize,
    /// Code by code.
    pub values: Vec<f32>,
}

impl Codes {
    /// Whether each unit is live: not the same number for every image.
    pub fn live_units(&self) -> Vec<bool> {
        let first = self.values.iter().take(self.units);
        let differs = |(unit, first): (usize, &f32)| {
            let of_unit = self.values.iter().skip(unit).step_by(self.units);
            of_unit.into_iter().any(|value| value != first)
        };
        first.enumerate().map(differs).collect()
    }

    /// The codes, one after the other.
    pub fn rows(&self) -> impl Iterator<Item = &[f32]> {
        self.values.chunks_exact(self.units)
    }
}

/// A test image with its reconstruction.
#[derive(Clone, Debug, PartialEq)]
pub struct Extreme {
    /// Its index in the test set.
    pub index: Option<i32>,
    /// The image, at 0-1 scale.
    pub image: Image,
    /// Its reconstruction.
    pub reconstruction: Image,
}

impl SeedResults {
    /// Whether it has an array.
    pub fn has_array(&self, name: &str) -> bool {
        self.array_path(name).exists()
    }

    /// The images of an array, all of the size of the experiment's images; `None` without the array.
    ///
    /// # Errors
    /// A file that cannot be read, or an array of another shape.
    pub fn own_images(&self, name: &str) -> Result<Option<Vec<Image>>, Error> {
        if !self.has_array(name) {
            return Ok(None);
        }
        let array = self.folder.array(name)?;
        Image::split_colors(&array, self.data.shape, &self.array_path(name)).map(Some)
    }

    /// The test samples at 0-1 scale: those of MNIST as it is are in the run folder's `inputs/`.
    ///
    /// # Errors
    /// See [`SeedResults::own_images`].
    pub fn samples(&self) -> Result<Option<Vec<Image>>, Error> {
        if self.has_array(arrays::SAMPLE_IMAGES) || !Data::is_default(&self.settings.data) {
            return self.own_images(arrays::SAMPLE_IMAGES);
        }
        let path = self
            .run_folder
            .path()
            .join(format!("inputs/{}.idx", arrays::SAMPLES));
        if !path.exists() {
            return Ok(None);
        }
        let array = self.run_folder.input(arrays::SAMPLES)?;
        let mut images = Image::split_colors(&array, self.data.shape, &path)?;
        for image in &mut images {
            image.values.iter_mut().for_each(|value| *value /= 255.0);
        }
        Ok(Some(images))
    }

    /// The reconstructions of [`SeedResults::samples`].
    ///
    /// # Errors
    /// See [`SeedResults::own_images`].
    pub fn reconstructions(&self) -> Result<Option<Vec<Image>>, Error> {
        self.own_images(&arrays::samples(Protocol::Corrected))
    }

    /// The codes of the first test images.
    ///
    /// # Errors
    /// A file that cannot be read, or an array of another shape or type.
    pub fn codes(&self) -> Result<Option<Codes>, Error> {
        if !self.has_array(arrays::CODES_TEST) {
            return Ok(None);
        }
        let array = self.folder.array(arrays::CODES_TEST)?;
        match (array.shape(), array.elements()) {
            (&[_, units], Elements::F32(values)) if units > 0 => Ok(Some(Codes {
                units,
                values: values.clone(),
            })),
            (shape, elements) => {
                let found = format!("the shape {shape:?} of {}", elements.element_type());
                Err(self.wrong_array(arrays::CODES_TEST, "two dimensions of f32", found))
            }
        }
    }

    /// The class of each image of [`SeedResults::codes`], as an index of the data's classes.
    ///
    /// # Errors
    /// A file that cannot be read, or an array of another type.
    pub fn labels(&self) -> Result<Option<Vec<usize>>, Error> {
        if !self.has_array(arrays::LABELS_TEST) {
            return Ok(None);
        }
        let array = self.folder.array(arrays::LABELS_TEST)?;
        let index = |label: i32| usize::try_from(label).unwrap_or(usize::MAX);
        match array.elements() {
            Elements::U8(labels) => Ok(Some(labels.iter().map(|&l| l.into()).collect())),
            Elements::I32(labels) => Ok(Some(labels.iter().map(|&l| index(l)).collect())),
            other => {
                let found = other.element_type().to_string();
                Err(self.wrong_array(arrays::LABELS_TEST, "elements u8 or i32", found))
            }
        }
    }

    /// The test images with the smallest errors and those with the largest, each from the most
    /// extreme one as they are saved.
    ///
    /// # Errors
    /// See [`SeedResults::own_images`].
    pub fn extremes(&self) -> Result<Option<[Vec<Extreme>; 2]>, Error> {
        let Some(images) = self.own_images(arrays::EXTREMES)? else {
            return Ok(None);
        };
        let mut indices = Vec::new();
        if self.has_array(arrays::EXTREME_INDICES) {
            let array = self.folder.array(arrays::EXTREME_INDICES)?;
            if let Elements::I32(found) = array.elements() {
                indices.clone_from(found);
            }
        }
        let pairs = images.chunks_exact(2).enumerate();
        let mut best: Vec<Extreme> = pairs
            .map(|(position, pair)| Extreme {
                index: indices.get(position).copied(),
                image: pair[0].clone(),
                reconstruction: pair[1].clone(),
            })
            .collect();
        let worst = best.split_off(best.len() / 2);
        Ok(Some([best, worst]))
    }

    /// The share of the test error that is in dead output pixels; `None` if it was not measured.
    ///
    /// # Errors
    /// As for [`SeedResults::own_images`].
    pub fn dead_pixel_share(&self) -> Result<Option<f64>, Error> {
        let Some(errors) = self.own_images(arrays::PIXEL_ERRORS)? else {
            return Ok(None);
        };
        let sum = |image: &Image| image.values.iter().map(|&v| f64::from(v)).sum::<f64>();
        Ok(match &errors[..] {
            [all, dead] if sum(all) > 0.0 => Some(sum(dead) / sum(all)),
            _ => None,
        })
    }

    /// How many numbers of the code are not the same for all images: over the whole test set if the
    /// code is the only hidden layer and its units can die, otherwise over the images of
    /// [`SeedResults::codes`].
    ///
    /// # Errors
    /// See [`SeedResults::codes`].
    pub fn live_code_units(&self) -> Result<Option<usize>, Error> {
        let Some(codes) = self.codes()? else {
            return Ok(None);
        };
        let health = &self.evaluation.health;
        let layers = self.settings.method.model().map(ModelSpec::layers);
        let can_die =
            |layers: Vec<Layer>| layers.first().is_some_and(|code| code.activation.can_die());
        if health.hidden_units == codes.units && layers.is_some_and(can_die) {
            return Ok(Some(
                health.hidden_units.saturating_sub(health.dead_hidden_units),
            ));
        }
        Ok(Some(
            codes.live_units().into_iter().filter(|live| *live).count(),
        ))
    }

    /// The units of the first hidden layer that are dead, if that layer is the code of a dense model:
    /// of other layers the values are not saved.
    ///
    /// # Errors
    /// See [`SeedResults::codes`].
    pub fn dead_first_units(&self) -> Result<Vec<usize>, Error> {
        let model = self.settings.method.model();
        let dense = model.filter(|model| matches!(model, ModelSpec::Dense(_)));
        let layers = dense.map_or(Vec::new(), ModelSpec::layers);
        let in_encoder = layers.iter().filter(|layer| layer.part == Part::Encoder);
        let codes = if in_encoder.count() == 1 {
            self.codes()?
        } else {
            None
        };
        let live = codes.map_or(Vec::new(), |codes| codes.live_units());
        let dead = live.into_iter().enumerate().filter(|(_, live)| !live);
        Ok(dead.map(|(unit, _)| unit).collect())
    }

    fn wrong_array(&self, name: &str, expected: &str, found: String) -> Error {
        Error::Content {
            path: self.array_path(name),
            expected: expected.into(),
            found,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_live_if_it_is_not_the_same_for_all_images() {
        let codes = Codes {
            units: 3,
            values: vec![0.0, 1.0, 2.0, 0.0, 1.0, 3.0],
        };
        assert_eq!(codes.live_units(), [false, false, true]);
        assert_eq!(codes.rows().count(), 2);
    }
}
