//! When a training ends before its last epoch, because the validation loss no longer falls.

use std::fmt::{self, Display};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::settings::bounds::{whole, within};

/// Ends a training whose validation loss no longer falls.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EarlyStopping {
    /// Epochs without an improvement after which the training ends.
    pub patience: usize,
    /// A validation loss counts as an improvement if it is lower by more than this than the last one
    /// that counted.
    #[serde(default)]
    pub minimum_improvement: f64,
}

impl EarlyStopping {
    /// Whether a training ends now, given its validation losses so far, each with its epoch.
    pub fn ends(&self, losses: &[(usize, f64)]) -> bool {
        let mut best: Option<(usize, f64)> = None;
        for &(epoch, loss) in losses {
            if best.is_none_or(|(_, lowest)| loss < lowest - self.minimum_improvement) {
                best = Some((epoch, loss));
            }
        }
        match (best, losses.last()) {
            (Some((best, _)), Some((now, _))) => now - best >= self.patience,
            _ => false,
        }
    }

    pub(super) fn check(&self) -> Result<(), String> {
        whole(
            "training.early_stopping.patience",
            self.patience,
            1..=100_000,
        )?;
        within(
            "training.early_stopping.minimum_improvement",
            self.minimum_improvement,
            0.0..=1e6,
        )
    }
}

impl Display for EarlyStopping {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "patience {}", self.patience)?;
        match self.minimum_improvement {
            0.0 => Ok(()),
            improvement => write!(f, ", minimum improvement {improvement}"),
        }
    }
}
