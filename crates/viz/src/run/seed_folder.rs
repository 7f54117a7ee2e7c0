//! Where the results of a seed are: in the run folder itself, or in `seeds/SEED` in it.

use experiment::{Experiment, ExperimentFolder, RunFolder};

/// Which folder of a run the results of a seed are in.
#[derive(Clone, Copy, Debug)]
pub enum SeedFolder {
    /// The run folder itself.
    First,
    /// `seeds/SEED` in it.
    Further(u64),
}

impl SeedFolder {
    pub fn of(self, run: &RunFolder) -> RunFolder {
        match self {
            SeedFolder::First => run.clone(),
            SeedFolder::Further(seed) => run.seed(seed),
        }
    }

    /// Reads an experiment's settings, which must have the seed of the folder.
    ///
    /// # Errors
    /// A file that cannot be read or holds something else.
    pub fn settings(
        self,
        folder: &ExperimentFolder,
    ) -> Result<Option<Experiment>, experiment::Error> {
        match self {
            SeedFolder::First => folder.settings(),
            SeedFolder::Further(seed) => folder.settings_of_seed(seed),
        }
    }
}
