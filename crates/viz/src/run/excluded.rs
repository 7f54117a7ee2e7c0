//! Experiments that were begun and have no results to show.

use super::seed_folder::SeedFolder;

/// An experiment that was begun with one seed and has no results to show.
#[derive(Debug)]
pub struct Excluded {
    pub id: String,
    pub(super) folder: SeedFolder,
    /// The seed, if the settings can be read.
    pub seed: Option<u64>,
    /// Whether it was begun with settings of the assignment.
    pub of_assignment: bool,
    /// Which file is damaged, and how; `None` if the experiment is only unfinished or failed.
    pub damage: Option<String>,
    /// The number that was not finite and ended the training or the evaluation: "the loss of step 2
    /// (epoch 1, batch 2 of 3) is inf".
    pub failure: Option<String>,
    /// Whether it is PCA, which is not trained.
    pub is_pca: bool,
    /// The kind of loss that an unfinished training minimizes, with the means of its epochs so far.
    pub losses: Option<(&'static str, Vec<f64>)>,
}

impl Excluded {
    /// Its state in a word.
    pub fn state(&self) -> &'static str {
        match (&self.damage, &self.failure) {
            (Some(_), _) => "damaged",
            (None, Some(_)) => "failed: NaN or infinite",
            (None, None) => "unfinished",
        }
    }

    /// The experiment's name, with the seed unless it is the first.
    pub fn name(&self) -> String {
        match self.folder {
            SeedFolder::First => self.id.clone(),
            SeedFolder::Further(seed) => format!("{} (seed {seed})", self.id),
        }
    }
}
