//! The results of an experiment with one of its seeds.

use std::{path::PathBuf, sync::Arc};

use experiment::{
    AssignmentEvaluation, CODE_NOISE_FIGURE_IMAGES, CODE_NOISE_LEVELS, DataRecord,
    EARLIER_CODE_NOISE_LEVELS, Evaluation, Experiment, ExperimentFolder, IMAGE_SIDE,
    INPUT_NOISE_LEVELS, Machine, Metric, RunFolder, SAMPLE_COUNT, TEST_NOISE_LEVELS,
};
use mnist_io::Elements;

use super::{image::Image, opened_folder::OpenedFolder, seed_folder::SeedFolder, source::Source};
use crate::error::Error;

/// What training with one seed left behind.
#[derive(Debug)]
pub struct SeedResults {
    pub(super) folder: ExperimentFolder,
    pub(super) run_folder: RunFolder,
    seed_folder: SeedFolder,
    /// The path from the report to the run folder.
    link: String,
    id: String,
    /// The images that it was trained on and tested with.
    pub data: Arc<DataRecord>,
    /// The settings.
    pub settings: Experiment,
    /// Every number measured on the model.
    pub evaluation: Evaluation,
    /// The losses of training.
    pub metrics: Vec<Metric>,
    /// The machines that computed it: several if its training was resumed on another type.
    pub machines: Vec<Machine>,
}

impl SeedResults {
    /// Reads evaluation and losses; `None` for an experiment without an evaluation.
    ///
    /// # Errors
    /// [`Error::Run`] for a file that cannot be read; [`Error::Content`] for an evaluation with
    /// fewer or more numbers than the figures show.
    pub fn read(
        folder: ExperimentFolder,
        opened: &OpenedFolder,
        seed_folder: SeedFolder,
        settings: Experiment,
    ) -> Result<Option<Self>, Error> {
        let Some(mut evaluation) = folder.evaluation()? else {
            return Ok(None);
        };
        if settings.method.is_pca() {
            // Older folders count pixels, though a PCA has no unit that could die.
            evaluation.health.dead_output_pixels = 0;
        }
        let mut machines = folder.machines()?;
        if machines.is_empty() {
            machines.extend(opened.record.machine.clone());
        }
        let results = SeedResults {
            metrics: folder.metrics()?,
            machines,
            folder,
            run_folder: opened.folder.clone(),
            seed_folder,
            link: opened.link.clone(),
            id: format!("{}{}", opened.prefix, settings.id),
            data: opened.images(&settings)?,
            settings,
            evaluation,
        };
        results.check_counts()?;
        Ok(Some(results))
    }

    /// The experiment's name in the report: that in its settings, after the name of its run where
    /// several are compared.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What the notebook computed, measured on this model; `None` with other images than the
    /// assignment's.
    pub fn assignment(&self) -> Option<&AssignmentEvaluation> {
        self.evaluation.assignment.as_ref()
    }

    /// Whether every number was measured that the assignment is about.
    pub fn has_assignment_numbers(&self) -> bool {
        let Evaluation {
            corrected,
            measures,
            ..
        } = &self.evaluation;
        let of_fashion = [measures.fashion_sse, measures.fashion_auc];
        self.assignment().is_some()
            && corrected.fashion.is_some()
            && of_fashion.iter().all(Option::is_some)
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
        let link = &self.link;
        let path = format!("experiments/{}/{file}", self.settings.id);
        match self.seed_folder {
            SeedFolder::First => Source::new(format!("{link}{path}")),
            SeedFolder::Further(seed) => Source {
                path: format!("{link}seeds/{seed}/{path}"),
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

    pub(super) fn array_path(&self, name: &str) -> PathBuf {
        self.path(&format!("arrays/{name}.idx"))
    }

    /// Checks that there are as many numbers as samples and noise levels, on which figures rely. Of
    /// other images than the assignment's there may be fewer samples.
    fn check_counts(&self) -> Result<(), Error> {
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
        check("noise levels", levels, corrected.noisy.len())?;
        let (levels, found) = (TEST_NOISE_LEVELS.len(), measures.noisy_sse.len());
        check("noise levels of the test set", levels, found)?;
        let Some(assignment) = self.assignment() else {
            return Ok(());
        };
        check("samples", SAMPLE_COUNT, assignment.samples.len())?;
        check("samples", SAMPLE_COUNT, corrected.samples.len())?;
        let levels = INPUT_NOISE_LEVELS.len();
        check("noise levels", levels, assignment.noisy_squared_error.len())?;
        let (images, found) = (CODE_NOISE_FIGURE_IMAGES, corrected.code_noise.len());
        check("images with a noisy code", images, found)?;
        // Folders from before there were more levels have fewer.
        let first = corrected.code_noise.first().map_or(0, Vec::len);
        let levels = code_noise_levels(first).unwrap_or(&CODE_NOISE_LEVELS);
        let mut images = corrected.code_noise.iter();
        images.try_for_each(|image| check("code noise levels", levels.len(), image.len()))
    }

    /// The standard deviations of the noise on codes in the figure, which its scores are of.
    pub fn code_noise_levels(&self) -> &'static [f64] {
        let images = &self.evaluation.corrected.code_noise;
        let count = images.first().map_or(0, Vec::len);
        code_noise_levels(count).unwrap_or_default()
    }
}

/// The standard deviations of the noise on codes in a figure with `count` of them; `None` for any
/// other number.
pub fn code_noise_levels(count: usize) -> Option<&'static [f64]> {
    let all: [&[f64]; 2] = [&CODE_NOISE_LEVELS, &EARLIER_CODE_NOISE_LEVELS];
    all.into_iter().find(|levels| levels.len() == count)
}
