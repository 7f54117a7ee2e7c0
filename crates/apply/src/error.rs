//! What can go wrong when a model is applied.

use std::{io, path::PathBuf};

/// What can go wrong when a model is applied.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A folder that is neither a run folder nor that of an experiment.
    #[error(
        "{}: expected a run folder (with experiments/) or the folder of an experiment (with \
         experiment.json), found neither",
        folder.display()
    )]
    NoModel {
        /// The folder.
        folder: PathBuf,
    },
    /// A run folder without the experiment.
    #[error(
        "{}: expected the id of one of its experiments, {}, found {id:?}",
        folder.display(),
        ids.join(", ")
    )]
    NoExperiment {
        /// The run folder.
        folder: PathBuf,
        /// The experiments that are there.
        ids: Vec<String>,
        /// What the user named.
        id: String,
    },
    /// An experiment without this seed.
    #[error("{}: expected a seed of {id}, {}, found {seed}", folder.display(), list(seeds))]
    NoSeed {
        /// The run folder.
        folder: PathBuf,
        /// The experiment.
        id: String,
        /// Its seeds.
        seeds: Vec<u64>,
        /// What the user named.
        seed: u64,
    },
    /// A training that has not ended.
    #[error(
        "{}: expected a complete experiment, with SHA256SUMS, found one whose training has not ended",
        folder.display()
    )]
    NotComplete {
        /// The folder of the experiment.
        folder: PathBuf,
    },
    /// A model that decodes only what it encoded itself.
    #[error(
        "{id}: expected a model that decodes a code alone, found one whose decoder unpools: it puts \
         numbers where the maxima of the image were, which a code does not say"
    )]
    NeedsImage {
        /// The experiment.
        id: String,
    },
    /// Images of another size than the model's.
    #[error("{file}: expected images of {expected}, as the model was trained on, found {found}")]
    Size {
        /// The file or set.
        file: String,
        /// The size of the training images.
        expected: String,
        /// The size found.
        found: String,
    },
    /// Floats without a known scale.
    #[error(
        "{file}: expected bytes, or floats from 0 to 1, as the model was trained on, found floats from \
         {} to {}",
        found[0],
        found[1]
    )]
    Values {
        /// The file or set.
        file: String,
        /// Minimum and maximum.
        found: [f32; 2],
    },
    /// The run's own images are no longer what they were.
    #[error(
        "{data}: expected the images of the run, {file} of SHA-256 {expected}, found {}",
        found.as_deref().unwrap_or("no such file")
    )]
    OtherImages {
        /// What texts call the images.
        data: String,
        /// The file that differs.
        file: String,
        /// The digest in `run.json`.
        expected: String,
        /// The digest found.
        found: Option<String>,
    },
    /// An experiment's folder without its run folder.
    #[error(
        "{}: expected a run folder with run.json around it, which says what the run's own test images \
         are, found none",
        folder.display()
    )]
    NoRun {
        /// The folder of the experiment.
        folder: PathBuf,
    },
    /// A known set that is not there.
    #[error("{}: expected the images of the known set {name}, found nothing", path.display())]
    NoKnownSet {
        /// Its name.
        name: String,
        /// Where its files belong.
        path: PathBuf,
    },
    /// An index beyond the last image or code.
    #[error("{file}: expected an index from 0 to {}, found {index}", len - 1)]
    Index {
        /// The file or set.
        file: String,
        /// The number of images or codes.
        len: usize,
        /// What the user named.
        index: usize,
    },
    /// Images whose classes are needed, and not known.
    #[error("{images}: expected labels, which say what the class of each image is, found none")]
    NoClasses {
        /// What texts call the images.
        images: String,
    },
    /// A class that the images do not have.
    #[error(
        "{images}: expected some of their classes, {}, found {}",
        classes.join(", "),
        durable_fs::quote_untrusted(found)
    )]
    NoClass {
        /// What texts call the images.
        images: String,
        /// Their classes.
        classes: Vec<String>,
        /// What the user named.
        found: String,
    },
    /// Images that are all normal, so that nothing can be told apart.
    #[error("{images}: expected images of other classes too, found only {}", classes.join(", "))]
    OnlyNormal {
        /// What texts call the images.
        images: String,
        /// Their classes.
        classes: Vec<String>,
    },
    /// A place for a folder that is taken.
    #[error("{}: expected an empty folder or none, found {found}", path.display())]
    Folder {
        /// The folder to write.
        path: PathBuf,
        /// What is there.
        found: &'static str,
    },
    /// Two pictures with one name in the folder to write.
    #[error("{}: expected pictures of different names, found a second one of this name", name.display())]
    SameName {
        /// The name, in the folder to write.
        name: PathBuf,
    },
    /// A file that does not hold codes of the model.
    #[error("{file}: {problem}")]
    Codes {
        /// The file.
        file: String,
        /// What was expected and what was found.
        problem: String,
    },
    /// A kind of file that a command does not write.
    #[error("{}: expected a name that ends in {expected}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// The endings.
        expected: String,
    },
    /// A picture that shows too many images or too large ones.
    #[error("expected at most {max} pixels in a picture, found {found}")]
    Picture {
        /// The limit.
        max: usize,
        /// The pixels of all images.
        found: usize,
    },
    /// A signal asked the program to end.
    #[error("interrupted; no file was written")]
    Interrupted,
    /// Standard input or a temporary file.
    #[error("cannot read standard input: {0}")]
    Input(io::Error),
    /// Writing the content of a file.
    #[error("cannot write: {0}")]
    Output(#[from] io::Error),
    /// The images of a run.
    #[error(transparent)]
    Run(#[from] train::Error),
    /// A user's images.
    #[error(transparent)]
    Images(#[from] image_sets::Error),
    /// The folder of an experiment.
    #[error(transparent)]
    Experiment(#[from] experiment::Error),
    /// The weights of an autoencoder.
    #[error(transparent)]
    Weights(#[from] ae_models::Error),
    /// A fitted PCA.
    #[error(transparent)]
    Pca(#[from] pca::Error),
    /// A file that cannot be read or written.
    #[error(transparent)]
    File(#[from] durable_fs::Error),
}

fn list(seeds: &[u64]) -> String {
    let seeds: Vec<String> = seeds.iter().map(u64::to_string).collect();
    seeds.join(", ")
}
