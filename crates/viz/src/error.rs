//! Why a run folder cannot be drawn.

use std::path::PathBuf;

/// Why a run folder cannot be drawn.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder does not exist, or has no `run.json`.
    #[error("{} is not a run folder: it holds no run.json", path.display())]
    NotARun {
        /// The folder.
        path: PathBuf,
    },
    /// A comparison of a run folder with itself.
    #[error("{} is named twice", path.display())]
    NamedTwice {
        /// The folder.
        path: PathBuf,
    },
    /// A comparison would overwrite the report of a run.
    #[error("{} is a run folder, which has a report of its own", path.display())]
    ReportInRun {
        /// The folder.
        path: PathBuf,
    },
    /// Another version of this program made the folder, with settings that this one cannot read.
    #[error(
        "{}: version {made_by} made this run folder, and version {} cannot read its settings",
        path.display(),
        env!("CARGO_PKG_VERSION")
    )]
    OtherVersion {
        /// The folder.
        path: PathBuf,
        /// The version that made it.
        made_by: String,
        /// The first settings that cannot be read.
        source: Box<experiment::Error>,
    },
    /// A record or an array of the run folder cannot be read.
    #[error(transparent)]
    Run(#[from] experiment::Error),
    /// A file is intact but does not hold what its name promises.
    #[error("{}: expected {expected}, found {found}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What should be in it.
        expected: String,
        /// What is in it.
        found: String,
    },
    /// A figure or the report cannot be written.
    #[error(transparent)]
    Write(#[from] durable_fs::Error),
    /// The page of the models cannot be made.
    #[error(transparent)]
    Explorer(#[from] explorer::Error),
    /// `results.csv` cannot be made.
    #[error("cannot make results.csv")]
    Csv(#[from] csv::Error),
    /// A record cannot be written as JSON.
    #[error("cannot write JSON")]
    Json(#[from] serde_json::Error),
    /// The curves cannot be plotted.
    #[error("cannot plot the curves: {0}")]
    Plot(String),
    /// An image cannot be encoded.
    #[error("cannot encode an image")]
    Png(#[from] png::EncodingError),
    /// The report's template cannot be filled.
    #[error("cannot fill the report's template")]
    Template(#[from] minijinja::Error),
}
