//! The results of an experiment with one of its seeds.

use std::path::PathBuf;

use experiment::{
    CODE_NOISE_FIGURE_IMAGES, CODE_NOISE_LEVELS, CODE_NOISE_MEASURED, Evaluation, Experiment,
    ExperimentFolder, IMAGE_SIDE, INPUT_NOISE_LEVELS, Metric, SAMPLE_COUNT, TEST_NOISE_LEVELS,
};
use mnist_io::Elements;

use super::{image::Image, seed_folder::SeedFolder, source::Source};
use crate::error::Error;

/// What training with one seed left behind.
#[derive(Debug)]
pub struct SeedResults {
    folder: ExperimentFolder,
    seed_folder: SeedFolder,
    pub settings: Experiment,
    /// Every number measured on the model.
    pub evaluation: Evaluation,
    /// The losses of training.
    pub metrics: Vec<Metric>,
}

impl SeedResults {
    /// Reads evaluation and losses; `None` for an experiment without an evaluation.
    ///
    /// # Errors
    /// [`Error::Run`] for a file that cannot be read; [`Error::Content`] for an evaluation with
    /// fewer or more numbers than the figures show.
    pub fn read(
        folder: ExperimentFolder,
        seed_folder: SeedFolder,
        settings: Experiment,
    ) -> Result<Option<Self>, Error> {
        let Some(evaluation) = folder.evaluation()? else {
            return Ok(None);
        };
        let results = SeedResults {
            metrics: folder.metrics()?,
            folder,
            seed_folder,
            settings,
            evaluation,
        };
        results.check_counts()?;
        Ok(Some(results))
    }

    pub fn id(&self) -> &str {
        &self.settings.id
    }

    /// Whether it is PCA, which is deterministic and needs no training.
    pub fn is_pca(&self) -> bool {
        self.settings.method.is_pca()
    }

    /// Whether every image gets the same reconstruction.
    pub fn is_dead(&self) -> bool {
        self.evaluation.health.constant_output
    }

    /// The path of one of its files.
    pub fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    /// One of its files, as the report refers to it.
    pub fn source(&self, file: &str) -> Source {
        let path = format!("experiments/{}/{file}", self.id());
        match self.seed_folder {
            SeedFolder::First => Source::new(path),
            SeedFolder::Further(seed) => Source {
                path: format!("seeds/{seed}/{path}"),
                label: format!("seed {seed}"),
            },
        }
    }

    /// One of its arrays, as the report refers to it.
    pub fn array_source(&self, name: &str) -> Source {
        self.source(&format!("arrays/{name}.idx"))
    }

    /// The images of an array of the given shape; `None` matches any size.
    ///
    /// # Errors
    /// A file that cannot be read, or an array of another shape.
    pub fn images(&self, name: &str, shape: &[Option<usize>]) -> Result<Vec<Image>, Error> {
        Image::split(&self.folder.array(name)?, shape, &self.array_path(name))
    }

    /// The images of an array `[count, 28, 28]`.
    ///
    /// # Errors
    /// See [`SeedResults::images`].
    pub fn pictures(&self, name: &str, count: usize) -> Result<Vec<Image>, Error> {
        self.images(name, &[Some(count), Some(IMAGE_SIDE), Some(IMAGE_SIDE)])
    }

    /// The codes of the ten samples, an array `[10, U]`, as square images.
    ///
    /// # Errors
    /// See [`SeedResults::images`]; [`Error::Content`] if U is not a square.
    pub fn square_codes(&self, name: &str) -> Result<Vec<Image>, Error> {
        let array = self.folder.array(name)?;
        Image::split_into_squares(&array, SAMPLE_COUNT, &self.array_path(name))
    }

    /// The values of an array of one dimension: the errors of many images.
    ///
    /// # Errors
    /// A file that cannot be read, or an array of another shape or type.
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
        let loss = |metric: &Metric| match *metric {
            Metric::Epoch { loss, .. } => Some(loss),
            Metric::Step { .. } | Metric::Evaluation { .. } => None,
        };
        self.metrics.iter().filter_map(loss).collect()
    }

    /// Mean loss of the last epoch.
    pub fn last_loss(&self) -> Option<f64> {
        self.epoch_losses().last().copied()
    }

    /// Loss of the very last batch.
    pub fn last_batch_loss(&self) -> Option<f64> {
        self.metrics.iter().rev().find_map(|metric| match metric {
            Metric::Step { loss, .. } => Some(*loss),
            Metric::Epoch { .. } | Metric::Evaluation { .. } => None,
        })
    }

    /// Duration of training in seconds, from the images and the speed of each epoch.
    pub fn training_seconds(&self) -> f64 {
        let seconds = |metric: &Metric| match *metric {
            Metric::Epoch {
                images,
                images_per_second,
                ..
            } => Some(images as f64 / images_per_second),
            Metric::Step { .. } | Metric::Evaluation { .. } => None,
        };
        let seconds = self.metrics.iter().filter_map(seconds);
        seconds.filter(|seconds| seconds.is_finite()).sum()
    }

    /// Checks that there are as many numbers as samples and noise levels, on which figures rely.
    fn check_counts(&self) -> Result<(), Error> {
        let assignment = &self.evaluation.assignment;
        let corrected = &self.evaluation.corrected;
        let measures = &self.evaluation.measures;
        let check = |what, expected: usize, found: usize| {
            if found == expected {
                return Ok(());
            }
            Err(Error::Content {
                path: self.folder.evaluation_path(),
                expected: format!("{expected} {what}"),
                found: found.to_string(),
            })
        };
        let levels = INPUT_NOISE_LEVELS.len();
        check("samples", SAMPLE_COUNT, assignment.samples.len())?;
        check("samples", SAMPLE_COUNT, corrected.samples.len())?;
        check("noise levels", levels, assignment.noisy_squared_error.len())?;
        check("noise levels", levels, corrected.noisy.len())?;
        let (levels, found) = (TEST_NOISE_LEVELS.len(), measures.noisy_sse.len());
        check("noise levels of the test set", levels, found)?;
        let (images, found) = (CODE_NOISE_FIGURE_IMAGES, corrected.code_noise.len());
        check("images with a noisy code", images, found)?;
        let (levels, found) = (CODE_NOISE_MEASURED.len(), measures.code_noise.len());
        check("measured code noise levels", levels, found)?;
        let (levels, mut images) = (CODE_NOISE_LEVELS.len(), corrected.code_noise.iter());
        images.try_for_each(|image| check("code noise levels", levels, image.len()))
    }
}
