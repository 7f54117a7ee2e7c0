//! What sets an experiment apart from the assignment's of the same name.

use experiment::{Experiment, Setting};

/// Images of the MNIST training set.
pub const TRAINING_IMAGES: usize = 60_000;

/// The settings of `found` that are not those of `planned`, in words. The seed is not one of
/// them: the assignment names none.
pub fn differences(found: &Experiment, planned: &Experiment) -> Vec<String> {
    let planned_settings = planned.describe();
    let settings = found.describe();
    let pairs = settings.iter().filter_map(|setting| {
        let same_name = |other: &&Setting| other.name == setting.name;
        Some((setting, planned_settings.iter().find(same_name)?))
    });
    pairs
        .filter(|(setting, planned)| setting.value != planned.value)
        .map(|(setting, planned)| {
            format!(
                "{} {} instead of {}",
                setting.name, setting.value, planned.value
            )
        })
        .collect()
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
                "training images 2,000 instead of all",
                "epochs 1 instead of 20"
            ]
        );
        let mut found = planned.clone();
        found.method = full(1)[3].method.clone();
        found.method.training_mut().unwrap().learning_rate = 0.01;
        assert_eq!(
            differences(&found, planned),
            [
                "model 784-64-784, ReLU instead of 784-512-256-128-30-128-256-784, ReLU",
                "epochs 10 instead of 20",
                "learning rate 0.01 instead of 0.001"
            ]
        );
    }
}
