use std::path::PathBuf;

/// What can go wrong in training and evaluation.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// CUDA was asked for.
    #[error(
        "expected a CUDA device, found none; run `cargo xtask setup --device cuda` on a machine \
         with an NVIDIA driver, or use `--device cpu`"
    )]
    NoCuda,
    /// More training images were asked for than there are.
    #[error(
        "experiment {id:?}: training_images must be at most {found}, the images of the training \
         set, found {asked}"
    )]
    TooFewImages {
        /// The experiment.
        id: String,
        /// What its settings say.
        asked: usize,
        /// How many there are.
        found: usize,
    },
    /// More trainings than can be planned.
    #[error("expected at most {most} trainings (experiments times --seeds), found {found}")]
    TooManyJobs {
        /// The limit.
        most: usize,
        /// Experiments times seeds.
        found: usize,
    },
    /// The system gives no more threads.
    #[error("cannot start {count} threads; fewer --jobs help")]
    Threads {
        /// One a job at a time.
        count: usize,
        /// The system's reason.
        source: rayon::ThreadPoolBuildError,
    },
    /// A data set is whole, but not what the assignment needs.
    #[error(
        "{set}: expected at least {least} images of 28 x 28, found {found} of {rows} x {columns}"
    )]
    UnfitData {
        /// Its folder and the beginning of its files' names.
        set: String,
        /// How many images are needed.
        least: usize,
        /// How many there are.
        found: usize,
        /// Rows of each.
        rows: usize,
        /// Columns of each.
        columns: usize,
    },
    /// The run folder holds something else under this name.
    #[error("{what} was made with other settings ({difference}); choose another --out folder")]
    OtherSettings {
        /// The file.
        what: String,
        /// The field with both its values.
        difference: String,
    },
    /// A run folder holds results, and nobody knows under what conditions they were made.
    #[error(
        "{} holds {found}, and no run.json to say under what conditions it was made; put run.json \
         back, or choose another --out folder",
        folder.display()
    )]
    NoRecord {
        /// The run folder.
        folder: PathBuf,
        /// The name of something in it.
        found: &'static str,
    },
    /// The run folder was moved or emptied while a run was at work in it.
    #[error(
        "{} is no longer the folder of this run: its run.json is gone or another; begin again in a \
         folder that is left alone",
        folder.display()
    )]
    RunFolderLost {
        /// The run folder.
        folder: PathBuf,
    },
    /// There is less memory than the experiment must have.
    #[error(
        "experiment {id:?}: expected {} MB of memory at least, found {} MB free; fewer --jobs, a \
         smaller batch_size or narrower layers help",
        needed.div_ceil(1_000_000),
        free / 1_000_000
    )]
    Memory {
        /// The experiment.
        id: String,
        /// What its weights and the outputs of its layers take, in bytes.
        needed: u64,
        /// What can be had, in bytes.
        free: u64,
    },
    /// A run folder holds results whose settings are not known.
    #[error(
        "{} holds results, and no experiment.json to say of what; move it away, or choose another \
         --out folder",
        folder.display()
    )]
    NoSettings {
        /// The experiment's folder.
        folder: PathBuf,
    },
    /// A training that was stopped cannot go on. Nothing was changed.
    #[error(
        "{problem}; the training cannot go on: move {} away to begin it anew",
        folder.display()
    )]
    Checkpoint {
        /// What is wrong with the state that was saved.
        problem: String,
        /// The experiment's folder.
        folder: PathBuf,
    },
    /// Training or evaluation gave a value that is no number.
    #[error("experiment {id:?}: {what} is {value}; {kept}; a smaller learning_rate usually helps")]
    NotFinite {
        /// The experiment.
        id: String,
        /// What was computed, and where.
        what: String,
        /// NaN or an infinity.
        value: String,
        /// What was saved before, and where.
        kept: String,
    },
    /// libtorch refused a computation, most often for want of memory.
    #[error(
        "experiment {id:?}: libtorch failed: {reason}; if it lacks memory, fewer --jobs, a smaller \
         batch_size or narrower layers help"
    )]
    Libtorch {
        /// The experiment.
        id: String,
        /// The first line of what it said.
        reason: String,
    },
    /// A library of ours.
    #[error(transparent)]
    Model(#[from] ae_models::Error),
    /// A library of ours.
    #[error(transparent)]
    Pca(#[from] pca::Error),
    /// A library of ours.
    #[error(transparent)]
    RunFolder(#[from] experiment::Error),
    /// A library of ours.
    #[error(transparent)]
    Data(#[from] mnist_io::Error),
    /// A library of ours.
    #[error(transparent)]
    File(#[from] durable_fs::Error),
}

impl Error {
    /// The message with its causes, on one line.
    pub fn with_causes(&self) -> String {
        let causes = std::iter::successors(std::error::Error::source(self), |cause| cause.source());
        causes.fold(self.to_string(), |text, cause| format!("{text}: {cause}"))
    }
}
