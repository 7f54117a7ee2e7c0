//! A trained model: its settings, its images and its weights, checked against the seal.

use std::path::{Path, PathBuf};

use ae_models::{Autoencoder, Objective, Output};
use experiment::{
    DataRecord, Experiment, ExperimentFolder, Method, ModelSpec, RunFolder, RunRecord, Shape,
};
use pca::{Centering, Pca};
use tch::{Device, Kind, Tensor};
use train::random::{RngStream, generator};

use crate::Error;

/// The white pixel of the images that PCA is fitted to.
const MAX_PIXEL: f64 = 255.0;

/// A trained model, ready to be applied on the CPU.
#[derive(Debug)]
pub struct TrainedModel {
    experiment: Experiment,
    folder: PathBuf,
    record: Option<DataRecord>,
    shape: Shape,
    weights: Weights,
}

#[derive(Debug)]
enum Weights {
    Autoencoder(Box<Autoencoder>),
    Pca(Pca),
}

impl TrainedModel {
    /// The experiment `id` of the run folder at `run`: with its own seed, or with `seed`.
    ///
    /// # Errors
    /// [`Error::NoModel`], [`Error::NoExperiment`], [`Error::NoSeed`]; those of
    /// [`TrainedModel::of_folder`].
    pub fn of_run(run: &Path, id: &str, seed: Option<u64>) -> Result<Self, Error> {
        let folder = RunFolder::new(run);
        let ids = folder.ids()?;
        if ids.is_empty() {
            return Err(Error::NoModel { folder: run.into() });
        }
        if !ids.iter().any(|known| known == id) {
            return Err(Error::NoExperiment {
                folder: run.into(),
                ids,
                id: id.to_owned(),
            });
        }
        let first = folder.experiment(id);
        let own = first.settings()?.map(|experiment| experiment.seed);
        let chosen = match seed {
            Some(seed) if own != Some(seed) => {
                let further = folder.seed(seed).experiment(id);
                if further.settings_of_seed(seed)?.is_none() {
                    let has_seed = |seed: &u64| folder.seed(*seed).experiment(id).path().exists();
                    let others = folder.seeds()?.into_iter().filter(has_seed);
                    return Err(Error::NoSeed {
                        folder: run.into(),
                        id: id.to_owned(),
                        seeds: own.into_iter().chain(others).collect(),
                        seed,
                    });
                }
                further
            }
            _ => first,
        };
        TrainedModel::load(&chosen, folder.record()?)
    }

    /// The model in the folder of one experiment, in a run folder or alone.
    ///
    /// # Errors
    /// [`Error::NoModel`]; [`Error::NotComplete`]; a file that is damaged or missing; weights of
    /// other layers than the settings say.
    pub fn of_folder(path: &Path) -> Result<Self, Error> {
        // `.` and links have no name that an experiment could have.
        let path = path
            .canonicalize()
            .map_err(|reason| durable_fs::Error::io("read", path, reason))?;
        // RUN/experiments/ID, or RUN/seeds/SEED/experiments/ID.
        let run = |levels: usize| RunFolder::new(path.ancestors().nth(levels).unwrap_or(&path));
        let record = match run(2).record()? {
            None => run(4).record()?,
            found => found,
        };
        TrainedModel::load(&ExperimentFolder::at(path), record)
    }

    /// Whether `path` is the folder of an experiment, rather than a run folder.
    pub fn is_in(path: &Path) -> bool {
        path.join("experiment.json").exists()
    }

    fn load(folder: &ExperimentFolder, run: Option<RunRecord>) -> Result<Self, Error> {
        let path = folder.path().to_owned();
        let Some(experiment) = folder.settings()? else {
            return Err(Error::NoModel { folder: path });
        };
        if !folder.is_sealed()? {
            return Err(Error::NotComplete { folder: path });
        }
        let weights = match &experiment.method {
            Method::Pca { .. } => Weights::Pca(Pca::load(&folder.model_path())?),
            Method::Autoencoder { model, training } => {
                let objective = Objective::from(training);
                // The file replaces what is drawn.
                let mut rng = generator(experiment.seed, RngStream::Weights, 0);
                let mut autoencoder = Autoencoder::new(model, objective, &mut rng, Device::Cpu);
                autoencoder.parameters_mut().load(&folder.model_path())?;
                Weights::Autoencoder(Box::new(autoencoder))
            }
        };
        let record = run.and_then(|mut run| run.data.remove(&experiment.data.key()));
        let shape = match (&record, &weights, &experiment.method) {
            (Some(DataRecord { shape, .. }), ..) => {
                let [channels, rows, columns] = *shape;
                Shape {
                    channels,
                    rows,
                    columns,
                }
            }
            (None, Weights::Pca(pca), _) => shape_of(pca.mean().len()),
            (None, Weights::Autoencoder(model), method) => match method.model() {
                Some(ModelSpec::Convolutional(_)) => model.layers()[0].input,
                _ => shape_of(model.layers()[0].input.size()),
            },
        };
        Ok(TrainedModel {
            experiment,
            folder: path,
            record,
            shape,
            weights,
        })
    }

    /// The settings.
    pub fn experiment(&self) -> &Experiment {
        &self.experiment
    }

    /// The folder of the experiment.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What the run recorded of its images; `None` if the folder is not in a run folder.
    pub fn record(&self) -> Option<&DataRecord> {
        self.record.as_ref()
    }

    /// The size of an image.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// How many numbers a code has, U.
    pub fn code_size(&self) -> usize {
        self.experiment.method.code_size()
    }

    /// Whether training drew codes from a distribution that it kept near N(0, 1).
    pub fn is_variational(&self) -> bool {
        let model = self.experiment.method.model();
        model.is_some_and(|model| model.variational().is_some())
    }

    /// Images, `[N, P]`, to their reconstructions, `[N, P]`, and codes, `[N, U]`; of a variational
    /// model the mean of the codes. Codes of PCA are at 0-1 scale too.
    ///
    /// # Panics
    /// If the images have another size: a mistake of the caller.
    pub fn reconstruct(&self, images: &Tensor) -> Output {
        match &self.weights {
            Weights::Autoencoder(model) => model.forward(images),
            Weights::Pca(pca) => {
                let images = images.to_kind(Kind::Double) * MAX_PIXEL;
                let code = pca.project(&images, Centering::Subtract);
                let code = code.expect("images of the size of the model's");
                Output {
                    reconstruction: decode_pca(pca, &code),
                    code: (code / MAX_PIXEL).to_kind(Kind::Float),
                }
            }
        }
    }

    /// Images, `[N, P]`, to their codes, `[N, U]`: those of [`TrainedModel::reconstruct`].
    ///
    /// # Panics
    /// As [`TrainedModel::reconstruct`].
    pub fn encode(&self, images: &Tensor) -> Tensor {
        match &self.weights {
            Weights::Autoencoder(model) => model.encode(images),
            Weights::Pca(_) => self.reconstruct(images).code,
        }
    }

    /// Codes, `[N, U]`, to images, `[N, P]`.
    ///
    /// # Errors
    /// [`Error::NeedsImage`].
    pub fn decode(&self, codes: &Tensor) -> Result<Tensor, Error> {
        match &self.weights {
            Weights::Autoencoder(model) => model.decode(codes).ok_or_else(|| Error::NeedsImage {
                id: self.experiment.id.clone(),
            }),
            Weights::Pca(pca) => Ok(decode_pca(pca, &(codes.to_kind(Kind::Double) * MAX_PIXEL))),
        }
    }
}

/// Codes at 0-255 scale, `[N, U]`, to images at 0-1 scale, `[N, P]`.
fn decode_pca(pca: &Pca, codes: &Tensor) -> Tensor {
    let images = pca.reconstruct(codes, Centering::Subtract);
    let images = images.expect("codes of as many numbers as components");
    (images / MAX_PIXEL).to_kind(Kind::Float)
}

/// The size of images of `numbers` numbers of which nothing else is known: a square, gray or of three
/// channels, or one row.
fn shape_of(numbers: usize) -> Shape {
    let square = |channels: usize| {
        let shape = Shape::square(channels, (numbers / channels).isqrt());
        (shape.size() == numbers).then_some(shape)
    };
    square(1).or_else(|| square(3)).unwrap_or(Shape {
        channels: 1,
        rows: 1,
        columns: numbers,
    })
}
