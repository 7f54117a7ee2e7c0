use std::thread;

use anyhow::bail;
use experiment::{Experiment, assignment};

use super::{Arguments, TRAINING_IMAGES, kinds::Kind};

/// How much is measured.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The models.
    pub kinds: Vec<Kind>,
    /// Training images.
    pub images: usize,
    /// Epochs that count in each measurement.
    pub epochs: usize,
    /// The experiments that are run to the last evaluation; none in the short version.
    pub whole: Vec<Experiment>,
    /// How often.
    pub repeats: u16,
    /// Experiments side by side.
    pub jobs: usize,
}

impl Plan {
    /// The plan of the command.
    ///
    /// # Errors
    /// Kinds that are not known.
    pub fn new(arguments: &Arguments) -> anyhow::Result<Self> {
        let mut kinds = Kind::of_assignment();
        for id in &arguments.only {
            if !kinds.iter().any(|kind| kind.id() == id) {
                let ids: Vec<&str> = kinds.iter().map(Kind::id).collect();
                bail!("--only: expected kinds of {}, found {id:?}", ids.join(", "));
            }
        }
        if !arguments.only.is_empty() {
            kinds.retain(|kind| arguments.only.iter().any(|id| id == kind.id()));
        }
        let is_whole = arguments.full && arguments.only.is_empty();
        Ok(Plan {
            kinds,
            images: if arguments.full {
                TRAINING_IMAGES
            } else {
                6_000
            },
            epochs: if arguments.full { 2 } else { 3 },
            whole: match is_whole {
                true => assignment::full(Experiment::DEFAULT_SEED),
                false => Vec::new(),
            },
            repeats: arguments.repeats,
            jobs: thread::available_parallelism().map_or(1, usize::from),
        })
    }
}
