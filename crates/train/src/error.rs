//! What can go wrong in training and evaluation.

use std::path::PathBuf;

/// What can go wrong in training and evaluation.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The settings ask for more training images than there are.
    #[error(
        "experiment {id:?}: training_images must be at most {found}, the images of the training \
         set, found {asked}"
    )]
    TooFewImages {
        /// The experiment.
        id: String,
        /// What its settings say.
        asked: usize,
        /// The number of images in the training set.
        found: usize,
    },
    /// More trainings than can be planned.
    #[error("expected at most {max} trainings (experiments times seeds), found {found}")]
    TooManyJobs {
        /// The limit.
        max: usize,
        /// Experiments times seeds.
        found: usize,
    },
    /// The system gives no more threads.
    #[error("cannot start {count} threads")]
    Threads {
        /// One for each job at a time.
        count: usize,
        /// The system's reason.
        source: rayon::ThreadPoolBuildError,
    },
    /// There are no images at this path.
    #[error(
        "expected a file or folder of images, or the name of a known set ({known}), found nothing at \
         {}{}",
        path.display(),
        nearest.map_or(String::new(), |name| format!("; did you mean {name}?"))
    )]
    NoSuchData {
        /// What the setting says.
        path: PathBuf,
        /// The names of the known sets.
        known: String,
        /// The one of them that is most like what the setting says, if any is.
        nearest: Option<&'static str>,
    },
    /// A known set cannot be read.
    #[error("the set {name} cannot be read")]
    KnownSet {
        /// Its name.
        name: String,
        /// Why.
        source: Box<Error>,
    },
    /// A set without a test set has too few images to split it.
    #[error("{name}: expected at least 2 images, one of them for testing, found {found}")]
    TooFewToSplit {
        /// What texts call the images.
        name: String,
        /// The number of images.
        found: usize,
    },
    /// Images of more numbers than an evaluation can take.
    #[error("{name}: expected images of at most {max} numbers, found images of {found}")]
    ImagesTooLarge {
        /// What texts call the images.
        name: String,
        /// The limit.
        max: usize,
        /// The size of an image.
        found: String,
    },
    /// The images are more than fit into memory.
    #[error(
        "{name}: expected images that fit into the {free} bytes of free memory, found {needed} bytes"
    )]
    TooManyImages {
        /// What texts call the images.
        name: String,
        /// Bytes of the images.
        needed: u64,
        /// Bytes that can still be allocated.
        free: u64,
    },
    /// The test images are more than fit into memory.
    #[error(
        "{name}: expected test images that fit into the {free} bytes of free memory twice, found \
         {needed} bytes"
    )]
    TooManyTestImages {
        /// What texts call the images.
        name: String,
        /// Bytes of the images, twice.
        needed: u64,
        /// Bytes that can still be allocated.
        free: u64,
    },
    /// Pictures cannot be read in windows.
    #[error("{name}: expected an IDX, .npy or .npz file for data.window, found pictures")]
    WindowOfPictures {
        /// What texts call the images.
        name: String,
    },
    /// The file of the images that are not in memory.
    #[error(
        "cannot {operation} the images that data.window keeps on disk, in a file without a name in {}",
        folder.display()
    )]
    ImageFile {
        /// `read` or `write`.
        operation: &'static str,
        /// Where the file is.
        folder: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// Training and test images differ in size.
    #[error("{set}: expected test images of {training} like the training images, found {test}")]
    OtherTestSize {
        /// The folder.
        set: String,
        /// The size of the training images.
        training: String,
        /// The size of the test images.
        test: String,
    },
    /// The run folder holds results of other settings under this name.
    #[error("{what} was made with other settings ({difference})")]
    OtherSettings {
        /// The file.
        what: String,
        /// The field with both its values.
        difference: String,
    },
    /// A training cannot go on to more epochs.
    #[error("{} was trained for {trained} epochs, and cannot go on to {asked}: {reason}", folder.display())]
    CannotContinue {
        /// The experiment's folder.
        folder: PathBuf,
        /// The epochs of the settings there.
        trained: usize,
        /// Those that are asked for.
        asked: usize,
        /// What is missing.
        reason: String,
    },
    /// The saved model that a training should begin with.
    #[error("experiment {id:?}: training.from: {problem}")]
    SavedModel {
        /// The experiment.
        id: String,
        /// The file, what was expected and what was found.
        problem: String,
    },
    /// A run folder holds results made under unknown conditions.
    #[error(
        "{} holds {found}, and no run.json with the conditions under which it was made",
        folder.display()
    )]
    NoRecord {
        /// The run folder.
        folder: PathBuf,
        /// The name of something in it.
        found: &'static str,
    },
    /// The run folder is a sweep's, whose plan says what is computed in it.
    #[error("{} is the folder of a sweep, which has a plan", folder.display())]
    IsSweep {
        /// The run folder.
        folder: PathBuf,
    },
    /// The run folder has results, and no plan.
    #[error("{} is a run folder without a plan", folder.display())]
    IsNoSweep {
        /// The run folder.
        folder: PathBuf,
    },
    /// The run folder was moved or emptied during a run.
    #[error(
        "{} is no longer the folder of this run: its run.json is missing or a different one",
        folder.display()
    )]
    RunFolderLost {
        /// The run folder.
        folder: PathBuf,
    },
    /// The experiment needs more memory than is free.
    #[error(
        "experiment {id:?}: expected at least {} MB of memory, found {} MB free",
        needed.div_ceil(1_000_000),
        free / 1_000_000
    )]
    Memory {
        /// The experiment.
        id: String,
        /// What its weights and the outputs of its layers take, in bytes.
        needed: u64,
        /// What can still be allocated, in bytes.
        free: u64,
    },
    /// A run folder holds results of unknown settings.
    #[error("{} holds results, and no experiment.json with their settings", folder.display())]
    NoSettings {
        /// The experiment's folder.
        folder: PathBuf,
    },
    /// A training that was stopped cannot resume. Nothing was changed.
    #[error(
        "{problem}; the training cannot resume: move {} away to start it again",
        folder.display()
    )]
    Checkpoint {
        /// What is wrong with the state that was saved.
        problem: String,
        /// The experiment's folder.
        folder: PathBuf,
    },
    /// Training or evaluation gave NaN or an infinity.
    #[error("experiment {id:?}: {what} is {value}; {kept}; {help}")]
    NotFinite {
        /// The experiment.
        id: String,
        /// What was computed, and at which step.
        what: String,
        /// NaN, an infinity, or "not finite".
        value: String,
        /// What was saved before, and where.
        kept: String,
        /// What usually helps.
        help: &'static str,
    },
    /// libtorch refused a computation, usually because memory is short.
    #[error("experiment {id:?}: libtorch failed: {reason}")]
    Libtorch {
        /// The experiment.
        id: String,
        /// The first line of its message.
        reason: String,
    },
    /// A model or a file of weights.
    #[error(transparent)]
    Model(#[from] ae_models::Error),
    /// PCA.
    #[error(transparent)]
    Pca(#[from] pca::Error),
    /// The run folder or the settings of an experiment.
    #[error(transparent)]
    RunFolder(#[from] experiment::Error),
    /// The data sets.
    #[error(transparent)]
    Data(#[from] mnist_io::Error),
    /// A user's images.
    #[error(transparent)]
    Images(#[from] image_sets::Error),
    /// The plan of a sweep, or work on it.
    #[error(transparent)]
    Sweep(#[from] sweep::Error),
    /// A file of a run.
    #[error(transparent)]
    File(#[from] durable_fs::Error),
}

impl Error {
    /// Whether the same may succeed at another time or on another machine: what the system refused, as
    /// it does on a full disk, and what lacks memory.
    pub fn is_transient(&self) -> bool {
        use experiment::Error as RunFolderError;
        match self {
            Error::Libtorch { reason, .. } => reason.contains("memory"),
            Error::RunFolder(error) => matches!(
                error,
                RunFolderError::File(_) | RunFolderError::Array(_) | RunFolderError::Busy { .. }
            ),
            Error::Model(error) | Error::Pca(pca::Error::File(error)) => {
                matches!(error, weights_file::Error::File(_))
            }
            Error::Threads { .. }
            | Error::Memory { .. }
            | Error::RunFolderLost { .. }
            | Error::Sweep(_)
            | Error::Data(_)
            | Error::File(_) => true,
            _ => false,
        }
    }

    /// The message with its causes, on one line.
    pub fn with_causes(&self) -> String {
        let causes = std::iter::successors(std::error::Error::source(self), |cause| cause.source());
        causes.fold(self.to_string(), |text, cause| format!("{text}: {cause}"))
    }
}
