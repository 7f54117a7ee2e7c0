//! The kinds of model of the assignment.

use experiment::{Experiment, Method, assignment};

use super::operations;

/// Experiments that cost the same: one model, trained with or without noise and sparsity.
#[derive(Clone, Debug)]
pub struct Kind {
    /// The first of them, which is measured for all.
    pub experiment: Experiment,
    /// Epochs of all of them together.
    pub epochs: usize,
    /// See [`operations::per_image`].
    pub operations_per_image: u64,
}

impl Kind {
    /// The kinds of the assignment, in its order. PCA is none: it is fitted.
    pub fn of_assignment() -> Vec<Kind> {
        let mut kinds: Vec<Kind> = Vec::new();
        for experiment in assignment::full(Experiment::DEFAULT_SEED) {
            let Method::Autoencoder { model, training } = &experiment.method else {
                continue;
            };
            let epochs = training.epochs;
            match kinds.iter_mut().find(|kind| kind.includes(&experiment)) {
                Some(kind) => kind.epochs += epochs,
                None => kinds.push(Kind {
                    epochs,
                    operations_per_image: operations::per_image(model),
                    experiment,
                }),
            }
        }
        kinds
    }

    /// The name of the experiment that is measured.
    pub fn id(&self) -> &str {
        &self.experiment.id
    }

    fn includes(&self, other: &Experiment) -> bool {
        let additions = |experiment: &Experiment| {
            let training = experiment.method.training();
            training.map(|training| (!training.corruption.is_empty(), training.sparsity > 0.0))
        };
        self.experiment.method.has_model_of(&other.method)
            && additions(&self.experiment) == additions(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_assignment_trains_ten_kinds_for_170_epochs() {
        let kinds = Kind::of_assignment();
        let ids: Vec<&str> = kinds.iter().map(Kind::id).collect();
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
        assert_eq!(kinds.iter().map(|kind| kind.epochs).sum::<usize>(), 170);
        // 10 and 20 epochs, three weights of sparsity, four levels of noise.
        let of = |id: &str| kinds.iter().find(|kind| kind.id() == id).unwrap().epochs;
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
