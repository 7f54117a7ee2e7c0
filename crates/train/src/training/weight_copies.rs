//! Copies of the weights beside those that are trained: their average, and the best ones so far. The
//! averaged model has the running statistics of the last step, as PyTorch's has.
//!
//! All of them begin as copies of the first weights, so that a checkpoint has the same tensors at
//! each step.

use ae_models::{Autoencoder, Parameters};
use experiment::{Averaging, Training};
use tch::Tensor;

/// The copies that a training keeps.
#[derive(Debug)]
pub(crate) struct WeightCopies {
    average: Option<Average>,
    /// The weights and running statistics that had the lowest validation loss.
    best: Option<Vec<Tensor>>,
}

impl WeightCopies {
    /// The copies that `training` asks for, of the first weights.
    pub(crate) fn new(training: &Training, weights: &Parameters) -> Self {
        WeightCopies {
            average: training.averaging.map(|averaging| Average {
                averaging,
                weights: copy(weights.tensors()),
            }),
            best: training
                .best_weights
                .then(|| copy(weights.iter().map(|(_, tensor)| tensor))),
        }
    }

    /// Everything that a checkpoint saves, each tensor under its name, e.g.
    /// `average/encoder.0.weight`.
    pub(crate) fn state<'a>(&'a self, weights: &'a Parameters) -> Vec<(String, &'a Tensor)> {
        let average = self.average.as_ref().map(|average| &average.weights);
        [("average", average), ("best", self.best.as_ref())]
            .into_iter()
            .filter_map(|(part, copy)| Some((part, copy?)))
            .flat_map(|(part, copy)| {
                // Of the average, the statistics, which come last, are left out.
                let names = weights.iter().map(|(name, _)| name);
                names
                    .zip(copy)
                    .map(move |(name, tensor)| (format!("{part}/{name}"), tensor))
            })
            .collect()
    }

    /// Replaces the copies by tensors of the same order and shapes as those of
    /// [`WeightCopies::state`].
    pub(crate) fn restore(&mut self, mut state: Vec<Tensor>) {
        if let Some(average) = &mut self.average {
            let rest = state.split_off(average.weights.len());
            set(&mut average.weights, &state);
            state = rest;
        }
        if let Some(best) = &mut self.best {
            set(best, &state);
        }
    }

    /// Takes the weights after step `step` (from 1) into the average.
    pub(crate) fn end_step(&mut self, step: usize, weights: &Parameters) {
        if let Some(average) = &mut self.average
            && let Averaging::Exponential { decay } = average.averaging
        {
            average.add(step - 1, 1.0 - decay, weights.tensors());
        }
    }

    /// Takes the weights after epoch `epoch` (from 1) into the average.
    pub(crate) fn end_epoch(&mut self, epoch: usize, weights: &Parameters) {
        if let Some(average) = &mut self.average
            && let Averaging::Mean { from_epoch } = average.averaging
        {
            let before = epoch.saturating_sub(from_epoch);
            average.add(before, 1.0 / (before + 1) as f64, weights.tensors());
        }
    }

    /// Exchanges the model's weights with their average, if there is one: called twice, it changes
    /// nothing.
    pub(crate) fn exchange_average(&mut self, model: &mut Autoencoder) {
        if let Some(average) = &mut self.average {
            let weights = model.parameters_mut().tensors_mut();
            weights.swap_with_slice(&mut average.weights);
        }
    }

    /// Keeps the model's weights, which are the best so far.
    pub(crate) fn keep_best(&mut self, model: &Autoencoder) {
        if let Some(best) = &mut self.best {
            set(best, model.parameters().iter().map(|(_, tensor)| tensor));
        }
    }

    /// Gives the model the weights that are kept at the end: the best if some were measured
    /// (`has_best`), else the average, else its own.
    pub(crate) fn finish(mut self, has_best: bool, model: &mut Autoencoder) {
        self.exchange_average(model);
        if let Some(best) = self.best.filter(|_| has_best) {
            model.parameters_mut().set(&best);
        }
    }
}

/// An average of the weights.
#[derive(Debug)]
struct Average {
    averaging: Averaging,
    weights: Vec<Tensor>,
}

impl Average {
    /// Moves the average, which is of `count` weights, the share `share` of the way to the weights
    /// `new`. The first are copied.
    fn add(&mut self, count: usize, share: f64, new: &[Tensor]) {
        if count == 0 {
            return set(&mut self.weights, new);
        }
        let _no_grad = tch::no_grad_guard();
        for (average, new) in self.weights.iter_mut().zip(new) {
            let _ = average.lerp_(new, share);
        }
    }
}

fn copy<'a>(tensors: impl IntoIterator<Item = &'a Tensor>) -> Vec<Tensor> {
    tensors.into_iter().map(|t| t.detach().copy()).collect()
}

fn set<'a>(tensors: &mut [Tensor], values: impl IntoIterator<Item = &'a Tensor>) {
    let _no_grad = tch::no_grad_guard();
    for (tensor, value) in tensors.iter_mut().zip(values) {
        tensor.copy_(value);
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    /// Against PyTorch: `tests/golden/make_averages.py` made the values.
    #[test]
    fn averages_are_those_of_pytorch() {
        let path = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").unwrap())
            .join("tests/golden/averages.json");
        let golden: serde_json::Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        let floats = |value: &serde_json::Value| -> Vec<f32> {
            serde_json::from_value(value.clone()).unwrap()
        };
        let weights: Vec<Tensor> = golden["weights"]
            .as_array()
            .unwrap()
            .iter()
            .map(|step| Tensor::from_slice(&floats(step)))
            .collect();
        let averages = golden["averages"].as_array().unwrap();
        assert!(averages.len() > 3);
        for expected in averages {
            let averaging = serde_json::from_value(expected["averaging"].clone()).unwrap();
            let mut average = Average {
                averaging,
                weights: copy(&weights[..1]),
            };
            for (count, (new, after)) in weights
                .iter()
                .zip(expected["after"].as_array().unwrap())
                .enumerate()
            {
                let share = match averaging {
                    Averaging::Exponential { decay } => 1.0 - decay,
                    Averaging::Mean { .. } => 1.0 / (count + 1) as f64,
                };
                average.add(count, share, std::slice::from_ref(new));
                let found = Vec::<f32>::try_from(&average.weights[0]).unwrap();
                assert_eq!(found, floats(after), "{averaging:?}, after {count}");
            }
        }
    }
}
