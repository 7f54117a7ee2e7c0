//! An experiment with one of its seeds.

use std::path::{Path, PathBuf};

use experiment::{
    CODE_NOISE_LEVELS, CODE_NOISE_MEASURED, Evaluation, Experiment, ExperimentFolder, IMAGE_SIDE,
    INPUT_NOISE_LEVELS, Metric, RunFolder, SAMPLES, TEST_NOISE_LEVELS,
};
use mnist_io::Elements;

use crate::{
    Error, drawing::image::Image, report::page::Source, run::differences::TRAINING_IMAGES,
};

/// Where in a run folder the results of a seed are.
#[derive(Clone, Copy, Debug)]
pub enum Place {
    /// In the run folder itself.
    First,
    /// In the folder of a further seed.
    Further(u64),
}

impl Place {
    /// The folder.
    pub fn folder(self, run: &RunFolder) -> RunFolder {
        match self {
            Place::First => run.clone(),
            Place::Further(seed) => run.seed(seed),
        }
    }
}

/// What training with one seed left.
#[derive(Debug)]
pub struct Trained {
    folder: ExperimentFolder,
    place: Place,
    /// The settings.
    pub settings: Experiment,
    /// Every number measured on it.
    pub evaluation: Evaluation,
    /// The training's losses.
    pub metrics: Vec<Metric>,
}

impl Trained {
    /// Reads the losses and checks that the evaluation holds as many numbers as the figures show.
    ///
    /// # Errors
    /// [`Error::Run`] or [`Error::Content`].
    pub fn new(
        folder: ExperimentFolder,
        place: Place,
        settings: Experiment,
        evaluation: Evaluation,
    ) -> Result<Self, Error> {
        check_counts(&evaluation, &folder.evaluation_path())?;
        Ok(Trained {
            metrics: folder.metrics()?,
            folder,
            place,
            settings,
            evaluation,
        })
    }

    /// Its name.
    pub fn id(&self) -> &str {
        &self.settings.id
    }

    /// Whether every image gets the same reconstruction.
    pub fn is_dead(&self) -> bool {
        self.evaluation.health.constant_output
    }

    /// Where one of its files is.
    pub fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    /// The same, relative to the run folder.
    pub fn source(&self, file: &str) -> Source {
        let path = format!("experiments/{}/{file}", self.id());
        match self.place {
            Place::First => Source::new(path),
            Place::Further(seed) => Source {
                path: format!("seeds/{seed}/{path}"),
                label: format!("seed {seed}"),
            },
        }
    }

    /// Where one of its arrays is.
    pub fn array_source(&self, name: &str) -> Source {
        self.source(&format!("arrays/{name}.idx"))
    }

    /// The images of an array of the given shape; `None` stands for any size.
    ///
    /// # Errors
    /// A file that cannot be read, or an array of another shape.
    pub fn images(&self, name: &str, shape: &[Option<usize>]) -> Result<Vec<Image>, Error> {
        Image::split(&self.folder.array(name)?, shape, &self.array_path(name))
    }

    /// Images of 28 x 28 pixels, `count` of them.
    ///
    /// # Errors
    /// As [`Trained::images`].
    pub fn pictures(&self, name: &str, count: usize) -> Result<Vec<Image>, Error> {
        self.images(name, &[Some(count), Some(IMAGE_SIDE), Some(IMAGE_SIDE)])
    }

    /// The rows of an array of two dimensions as square images: the codes of the ten samples.
    ///
    /// # Errors
    /// As [`Trained::images`], or rows that fill no square.
    pub fn square_codes(&self, name: &str) -> Result<Vec<Image>, Error> {
        let array = self.folder.array(name)?;
        Image::split_into_squares(&array, SAMPLES, &self.array_path(name))
    }

    /// An array of one dimension: the errors of many images.
    ///
    /// # Errors
    /// A file that cannot be read, or another array.
    pub fn values(&self, name: &str) -> Result<Vec<f64>, Error> {
        let array = self.folder.array(name)?;
        match (array.shape(), array.elements()) {
            ([_], Elements::F32(values)) => Ok(values.iter().map(|&v| v.into()).collect()),
            (shape, elements) => Err(Error::Content {
                path: self.array_path(name),
                expected: "one dimension of f32".into(),
                found: format!("the shape {shape:?} of {}", elements.element_type()),
            }),
        }
    }

    fn array_path(&self, name: &str) -> PathBuf {
        self.path(&format!("arrays/{name}.idx"))
    }

    /// Mean loss of each epoch, from the first.
    pub fn epoch_losses(&self) -> Vec<f64> {
        self.epochs().map(|(loss, _)| loss).collect()
    }

    /// Loss of the very last batch.
    pub fn last_batch_loss(&self) -> Option<f64> {
        self.metrics.iter().rev().find_map(|metric| match metric {
            Metric::Step { loss, .. } => Some(*loss),
            Metric::Epoch { .. } => None,
        })
    }

    /// How long training took, from the speed of each epoch.
    pub fn training_seconds(&self) -> f64 {
        let images = self.settings.training_images.unwrap_or(TRAINING_IMAGES);
        let images = images.min(TRAINING_IMAGES) as f64;
        self.epochs()
            .map(|(_, images_per_second)| images / images_per_second)
            .filter(|seconds| seconds.is_finite())
            .sum()
    }

    fn epochs(&self) -> impl Iterator<Item = (f64, f64)> {
        self.metrics.iter().filter_map(|metric| match *metric {
            Metric::Epoch {
                loss,
                images_per_second,
                ..
            } => Some((loss, images_per_second)),
            Metric::Step { .. } => None,
        })
    }
}

/// The figures rely on as many numbers as there are samples and noise levels.
fn check_counts(evaluation: &Evaluation, path: &Path) -> Result<(), Error> {
    let corrected = &evaluation.corrected;
    let counts = [
        (
            "samples",
            SAMPLES,
            vec![evaluation.assignment.samples.len(), corrected.samples.len()],
        ),
        (
            "noise levels",
            INPUT_NOISE_LEVELS.len(),
            vec![
                evaluation.assignment.noisy_squared_error.len(),
                corrected.noisy.len(),
            ],
        ),
        (
            "noise levels of the test set",
            TEST_NOISE_LEVELS.len(),
            vec![evaluation.measures.noisy_sse.len()],
        ),
        (
            "images with a noisy code",
            2,
            vec![corrected.code_noise.len()],
        ),
        (
            "code noise levels",
            CODE_NOISE_LEVELS.len(),
            corrected.code_noise.iter().map(Vec::len).collect(),
        ),
        (
            "measured code noise levels",
            CODE_NOISE_MEASURED.len(),
            vec![evaluation.measures.code_noise.len()],
        ),
    ];
    for (what, expected, found) in counts {
        if let Some(found) = found.into_iter().find(|&found| found != expected) {
            return Err(Error::Content {
                path: path.to_owned(),
                expected: format!("{expected} {what}"),
                found: found.to_string(),
            });
        }
    }
    Ok(())
}
