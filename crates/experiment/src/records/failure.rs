//! `failure.json`: why an experiment has no results.

use serde::{Deserialize, Serialize};

/// `failure.json`: a number of a training or an evaluation that is NaN or infinite, which ended it.
/// Removed when the experiment is begun again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What it is, and at which step: "the loss of step 2 (epoch 1, batch 2 of 3)".
    pub what: String,
    /// "NaN", "inf", "-inf", or "not finite" where several numbers may be.
    pub value: String,
}
