//! The models of the assignment that are measured: one for all experiments that cost the same.

use experiment::{Corruption, Experiment, Method, Sparsity, Training, assignment};

use crate::operations;

/// Images of MNIST's training set: an epoch.
pub const TRAINING_IMAGES: usize = 60_000;

/// Experiments that cost the same: one model, trained with or without noise and sparsity.
#[derive(Clone, Debug)]
pub struct Workload {
    /// The first of them, which is measured for all.
    pub experiment: Experiment,
    /// Epochs of all of them together.
    pub epochs: usize,
    /// See [`operations::per_image`].
    pub operations_per_image: u64,
}

impl Workload {
    /// The workloads of the assignment, in its order. PCA is not one: it is fitted, not trained.
    pub fn of_assignment() -> Vec<Workload> {
        let mut workloads: Vec<Workload> = Vec::new();
        for experiment in assignment::full(Experiment::DEFAULT_SEED) {
            let Method::Autoencoder { model, training } = &experiment.method else {
                continue;
            };
            let epochs = training.epochs;
            match workloads
                .iter_mut()
                .find(|workload| workload.includes(&experiment))
            {
                Some(workload) => workload.epochs += epochs,
                None => workloads.push(Workload {
                    epochs,
                    operations_per_image: operations::per_image(model),
                    experiment,
                }),
            }
        }
        workloads
    }

    /// The name of the experiment that is measured.
    pub fn id(&self) -> &str {
        &self.experiment.id
    }

    fn includes(&self, other: &Experiment) -> bool {
        let cost = |experiment: &Experiment| experiment.method.training().map(cost);
        self.experiment.method.has_model_of(&other.method) && cost(&self.experiment) == cost(other)
    }
}

/// `training` with the same values in all settings that do not change the cost of an epoch.
fn cost(training: &Training) -> Training {
    let mut cost = Training {
        epochs: 1,
        learning_rate: 1.0,
        sparsity: Sparsity::L1 {
            weight: f64::from(training.sparsity.weight() > 0.0),
        },
        ..training.clone()
    };
    for corruption in &mut cost.corruption {
        match corruption {
            Corruption::Gaussian { std } => *std = 1.0,
        }
    }
    cost
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_assignment_trains_ten_workloads_for_170_epochs() {
        let workloads = Workload::of_assignment();
        let ids: Vec<&str> = workloads.iter().map(Workload::id).collect();
        let expected = [
            "deep-ae-10",
            "standard-ae-64",
            "standard-ae-128",
            "standard-ae-256",
            "sparse-ae-1e-6",
            "denoising-ae-0.3",
            "manifold-ae",
            "conv-ae-unpool",
            "conv-ae-deconv",
            "conv-ae-deconv-unpool",
        ];
        assert_eq!(ids, expected);
        assert_eq!(
            workloads
                .iter()
                .map(|workload| workload.epochs)
                .sum::<usize>(),
            170
        );
        // 10 and 20 epochs, three weights of sparsity, four levels of noise.
        let of = |id: &str| {
            workloads
                .iter()
                .find(|workload| workload.id() == id)
                .unwrap()
                .epochs
        };
        assert_eq!(
            [
                of("deep-ae-10"),
                of("sparse-ae-1e-6"),
                of("denoising-ae-0.3")
            ],
            [30, 30, 40]
        );
    }
}
