//! What sets an experiment apart from the assignment's of the same name.

use experiment::{Experiment, Training};

use crate::format::{setting, whole};

/// Images of the MNIST training set.
pub const TRAINING_IMAGES: usize = 60_000;

/// The settings of `found` that are not those of `planned`, in words. The seed is not one of
/// them: the assignment names none.
pub fn differences(found: &Experiment, planned: &Experiment) -> Vec<String> {
    let mut list = Vec::new();
    let mut compare = |what: &str, found: String, planned: String| {
        if found != planned {
            list.push(format!("{what} {found} instead of {planned}"));
        }
    };
    let images = |experiment: &Experiment| {
        let images = experiment.training_images.unwrap_or(TRAINING_IMAGES);
        whole(images.min(TRAINING_IMAGES))
    };
    compare("training images", images(found), images(planned));
    if let (Some(found), Some(planned)) = (&found.training, &planned.training) {
        let mut number = |what: &str, value: fn(&Training) -> f64| {
            compare(what, setting(value(found)), setting(value(planned)));
        };
        number("epochs", |training| training.epochs as f64);
        number("batch size", |training| training.batch_size as f64);
        number("learning rate", |training| training.learning_rate);
        number("noise", |training| training.noise);
        number("sparsity weight", |training| training.sparsity);
    }
    if found.model != planned.model {
        list.push("another model".into());
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;
    use experiment::assignment::{full, quick};

    #[test]
    fn the_assignment_does_not_differ_from_itself_whatever_the_seed() {
        for (found, planned) in full(7).iter().zip(full(1)) {
            assert!(differences(found, &planned).is_empty(), "{}", found.id);
        }
    }

    #[test]
    fn names_each_setting_that_differs() {
        let planned = &full(1)[2];
        assert_eq!(
            differences(&quick(1)[2], planned),
            [
                "training images 2,000 instead of 60,000",
                "epochs 1 instead of 20"
            ]
        );
        let mut found = planned.clone();
        found.training.as_mut().unwrap().learning_rate = 0.01;
        found.model = full(1)[3].model.clone();
        assert_eq!(
            differences(&found, planned),
            ["learning rate 0.01 instead of 0.001", "another model"]
        );
    }
}
