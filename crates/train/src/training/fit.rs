//! Training from the beginning, or from a checkpoint, to the end or to an interruption.

use ae_models::Autoencoder;
use experiment::{Experiment, ExperimentFolder, Method, TrainingRecord};
use tch::Device;

use super::{monitor::Monitor, progress::Progress, trainer::Trainer};
use crate::{
    Error,
    data::{Epoch, TrainingImages},
};

/// How training ended.
#[derive(Debug)]
pub enum Outcome {
    /// The model is trained, and saved in the experiment's folder.
    Finished {
        /// The trained model.
        model: Box<Autoencoder>,
        /// What happened.
        record: TrainingRecord,
        /// See [`experiment::Health::stopped_after_epoch`].
        stopped_after_epoch: Option<usize>,
    },
    /// The user stopped it; the folder holds what is needed to resume.
    Interrupted,
}

/// Trains an experiment on all of `images` from its beginning, or from the checkpoint in its folder.
/// `stop` is asked before each step.
///
/// The model is trained on `images` alone. `monitor` measures it on others, at the end of the epochs
/// that the settings say; early stopping and the choice of the best weights follow its errors.
///
/// The result depends only on the experiment, the images, those errors and the device, if libtorch
/// uses one thread: neither an interruption nor the threads that help change a bit of it.
///
/// ```
/// use experiment::{Experiment, Method, ModelSpec, RunFolder, Shape, Training};
/// use tch::{Device, Tensor, kind::FLOAT_CPU};
/// use train::{
///     data::{Images, Pixels, TrainingImages},
///     training::{Outcome, Silent, Unmonitored, fit},
/// };
///
/// let experiment = Experiment {
///     id: "stripes".into(),
///     method: Method::Autoencoder {
///         model: ModelSpec::dense(&[784, 16, 784]),
///         training: Training { epochs: 3, batch_size: 10, ..Training::default() },
///     },
///     ..Experiment::default()
/// };
/// // 40 images of 28 x 28 pixels.
/// let pixels: Vec<u8> = (0..40 * 784).map(|i| if i % 9 < 4 { 255 } else { 0 }).collect();
/// let images = Images::new(Shape::square(1, 28), Pixels::Bytes(pixels)).into();
/// let images = TrainingImages::new(&images, Device::Cpu);
/// let run = tempfile::tempdir()?;
/// let folder = RunFolder::new(run.path()).experiment(&experiment.id);
///
/// let (device, stop) = (Device::Cpu, || false);
/// let outcome = fit(&experiment, &images, &folder, device, &Unmonitored, &Silent, &stop)?;
/// let Outcome::Finished { model, .. } = outcome else { panic!("nobody stopped it") };
/// let code = model.forward(&Tensor::zeros([1, 784], FLOAT_CPU)).code;
/// assert_eq!(code.size(), [1, 16]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// A loss that is not finite, and files that cannot be read or written, those of images included.
///
/// # Panics
/// If the experiment is PCA.
pub fn fit(
    experiment: &Experiment,
    images: &TrainingImages,
    folder: &ExperimentFolder,
    device: Device,
    monitor: &dyn Monitor,
    progress: &dyn Progress,
    stop: &dyn Fn() -> bool,
) -> Result<Outcome, Error> {
    let Method::Autoencoder { model, training } = &experiment.method else {
        panic!("PCA is fitted, not trained");
    };
    let mut trainer = Trainer::new(experiment, model, training, folder, device, monitor)?;
    let steps_per_epoch = images.len().div_ceil(training.batch_size);
    let steps = steps_per_epoch * training.epochs;
    progress.resume_at(trainer.steps_taken() as f64 / steps as f64);
    let mut stopped_after_epoch = trainer.stalled_epoch(steps_per_epoch);

    while stopped_after_epoch.is_none()
        && trainer.early_end().is_none()
        && trainer.steps_taken() < steps
    {
        let number = trainer.steps_taken() / steps_per_epoch + 1;
        let epoch = Epoch::new(experiment, training, images, number);
        if !trainer.run_epoch(&epoch, monitor, progress, stop)? {
            return Ok(Outcome::Interrupted);
        }
        stopped_after_epoch = trainer.stalled_epoch(steps_per_epoch);
    }

    let record = trainer.summary(images.len(), monitor);
    let model = Box::new(trainer.into_model());
    model.parameters().save(&folder.model_path())?;
    Ok(Outcome::Finished {
        model,
        record,
        stopped_after_epoch,
    })
}
