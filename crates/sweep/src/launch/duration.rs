//! How long an experiment takes, roughly, before anything was measured.

use experiment::{Experiment, Layer, Method};

/// Multiplications, each with its addition, of one thread in a second: somewhat fewer than the
/// engines reach (docs/speed.md), since nodes differ.
const PER_SECOND: f64 = 4e10;
/// Reading of the images, evaluation, and writing of the results.
const BESIDE_TRAINING: f64 = 3.0;
/// Training images of an experiment that takes the whole set: as many as MNIST has.
const WHOLE_SET: usize = 60_000;
/// A layer is computed forward, and twice backward: for its input, and for its weights.
const PASSES: f64 = 3.0;

/// The seconds that `experiment` takes on one thread. The estimate is good to a factor of two or three.
pub fn seconds(experiment: &Experiment) -> f64 {
    let images = experiment.training_images.unwrap_or(WHOLE_SET) as f64;
    let per_image = match experiment.method.model() {
        None => 0.0,
        Some(model) => {
            let once: usize = model.layers().iter().map(Layer::multiply_adds).sum();
            PASSES * once as f64
        }
    };
    BESIDE_TRAINING + per_image * images * epochs(&experiment.method) / PER_SECOND
}

fn epochs(method: &Method) -> f64 {
    method
        .training()
        .map_or(0.0, |training| training.epochs as f64)
}

#[cfg(test)]
mod tests {
    use experiment::assignment;

    use super::*;

    #[test]
    fn the_assignment_takes_minutes_and_its_longest_model_the_longest() {
        let all = assignment::full(Experiment::DEFAULT_SEED);
        let total: f64 = all.iter().map(seconds).sum();
        // Measured: four minutes on two cores.
        assert!((300.0..1000.0).contains(&total), "{total}");
        let of = |id: &str| seconds(all.iter().find(|one| one.id == id).unwrap());
        assert!(of("deep-ae-20") > of("deep-ae-10"));
        assert!(of("pca-30") < of("standard-ae-64"));
    }
}
