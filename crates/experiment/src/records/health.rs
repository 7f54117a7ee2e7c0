//! Whether a trained model still responds to its input.

use serde::{Deserialize, Serialize};

/// Whether a trained model still responds to its input; measured on the whole test set at 0-1
/// scale.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Health {
    /// Hidden units (of a convolutional layer: filters) with a ReLU, in all hidden layers.
    pub hidden_units: usize,
    /// Number of them that are zero for every image.
    pub dead_hidden_units: usize,
    /// Pixels that are zero in every reconstruction although they are nonzero in some image; 0 for PCA,
    /// which has no unit that could die.
    pub dead_output_pixels: usize,
    /// Whether every image gets the same reconstruction.
    pub constant_output: bool,
    /// Whether the test error is above that of the best constant output, the mean test image: the
    /// model learned nothing or diverged.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub worse_than_mean_image: bool,
    /// Whether the mean loss of the last epoch is within 0.1 percent of that of three epochs before,
    /// although the schedule had not yet brought the learning rate below a tenth of itself.
    pub loss_stalled: bool,
    /// The epoch after which training was stopped, because every gradient was zero for as many
    /// consecutive steps as an epoch has, and until the optimizer's momentum was spent: nothing could
    /// have changed any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped_after_epoch: Option<usize>,
}

/// One thing that is wrong with a trained model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Its name, the same for every model that has it.
    pub name: &'static str,
    /// How this model shows it, in a few words.
    pub details: String,
}

impl Health {
    /// Everything that is wrong with the model, the worst first.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut add = |name, details| faults.push(Fault { name, details });
        if self.constant_output {
            add(
                "CONSTANT OUTPUT",
                "CONSTANT OUTPUT: every image gets the same reconstruction".to_owned(),
            );
        }
        if self.worse_than_mean_image && !self.constant_output {
            add(
                "worse than the mean image",
                "its error is above that of the mean image".to_owned(),
            );
        }
        if let Some(epoch) = self.stopped_after_epoch {
            add(
                "stopped early",
                format!("stopped after epoch {epoch}: all gradients are zero"),
            );
        }
        if self.dead_hidden_units > 0 {
            let (dead, all) = (self.dead_hidden_units, self.hidden_units);
            add(
                "dead hidden units",
                format!("{dead} of {all} hidden units {} dead", are(dead)),
            );
        }
        if self.dead_output_pixels > 0 {
            let dead = self.dead_output_pixels;
            add(
                "dead output pixels",
                match dead {
                    1 => "1 output pixel is dead".to_owned(),
                    _ => format!("{dead} output pixels are dead"),
                },
            );
        }
        if self.loss_stalled {
            add("loss stalled", "the loss has stopped moving".to_owned());
        }
        faults
    }

    /// All faults in one line; `None` without any.
    pub fn warning(&self) -> Option<String> {
        let details: Vec<String> = self
            .faults()
            .into_iter()
            .map(|fault| fault.details)
            .collect();
        (!details.is_empty()).then(|| details.join("; "))
    }
}

fn are(count: usize) -> &'static str {
    if count == 1 { "is" } else { "are" }
}
