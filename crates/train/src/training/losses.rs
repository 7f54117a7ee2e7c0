//! The losses of steps, and their means over an epoch.

use ae_models::ObjectiveValue;
use experiment::LossParts;
use tch::Tensor;

use crate::data::Epoch;

/// The loss of a step, or the mean loss of an epoch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct RecordedLoss {
    pub(crate) total: f64,
    /// Its terms, if it has more than one.
    pub(crate) parts: Option<LossParts>,
}

impl RecordedLoss {
    /// Reads a value from its device.
    pub(crate) fn read(value: &ObjectiveValue) -> Self {
        let number = |tensor: &Tensor| tensor.double_value(&[]);
        let has_parts = value.penalty.is_some() || value.kl.is_some();
        RecordedLoss {
            total: number(&value.total),
            parts: has_parts.then(|| LossParts {
                reconstruction: number(&value.reconstruction),
                penalty: value.penalty.as_ref().map(number),
                kl: value.kl.as_ref().map(number),
            }),
        }
    }

    /// The mean of the losses of all steps of an epoch, weighted by their images.
    pub(crate) fn mean(epoch: &Epoch, steps: &[RecordedLoss]) -> Self {
        let mean = |number: &dyn Fn(&RecordedLoss) -> Option<f64>| -> Option<f64> {
            let numbers: Option<Vec<f64>> = steps.iter().map(number).collect();
            numbers.map(|numbers| mean(epoch, &numbers))
        };
        let reconstruction = mean(&|step| Some(step.parts?.reconstruction));
        RecordedLoss {
            total: mean(&|step| Some(step.total)).expect("every step has a loss"),
            parts: reconstruction.map(|reconstruction| LossParts {
                reconstruction,
                penalty: mean(&|step| step.parts?.penalty),
                kl: mean(&|step| step.parts?.kl),
            }),
        }
    }
}

/// The mean of a number of each step, weighted by the images of the steps.
fn mean(epoch: &Epoch, numbers: &[f64]) -> f64 {
    let images = |index| epoch.images_of(index) as f64;
    let products = numbers.iter().enumerate().map(|(i, n)| n * images(i));
    products.sum::<f64>() / (0..epoch.steps()).map(images).sum::<f64>()
}
