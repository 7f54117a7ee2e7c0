use serde::{Deserialize, Serialize};

/// Whether a trained model still responds to its input; measured on the whole MNIST test set at
/// 0-1 scale.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Health {
    /// Hidden units (of a convolutional layer: filters) with a ReLU, in all hidden layers.
    pub hidden_units: usize,
    /// Those of them that are zero for every image.
    pub dead_hidden_units: usize,
    /// Pixels that are zero in every reconstruction although some image lights them.
    pub dead_output_pixels: usize,
    /// Every image gets the same reconstruction.
    pub constant_output: bool,
    /// The mean loss of the last epoch is within 0.1 per cent of that of three epochs before.
    pub loss_stalled: bool,
    /// Training was stopped after so many epochs, because the gradient of every weight was zero
    /// for as many steps as an epoch has, and for 200 at least: nothing could have changed any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped_after_epoch: Option<usize>,
}

impl Health {
    /// What is wrong with the model, in a few words; nothing if it is well.
    pub fn warning(&self) -> Option<String> {
        let mut warnings = Vec::new();
        if self.constant_output {
            warnings.push("CONSTANT OUTPUT: every image gets the same reconstruction".into());
        }
        if let Some(epoch) = self.stopped_after_epoch {
            warnings.push(format!(
                "stopped after epoch {epoch}: all gradients are zero"
            ));
        }
        if self.dead_hidden_units > 0 {
            warnings.push(format!(
                "{} of {} hidden units are dead",
                self.dead_hidden_units, self.hidden_units
            ));
        }
        if self.dead_output_pixels > 0 {
            warnings.push(format!(
                "{} output pixels are dead",
                self.dead_output_pixels
            ));
        }
        if self.loss_stalled {
            warnings.push("the loss has stopped moving".into());
        }
        (!warnings.is_empty()).then(|| warnings.join("; "))
    }
}
