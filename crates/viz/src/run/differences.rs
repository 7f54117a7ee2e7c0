//! Where the settings of an experiment differ from the assignment's of the same name.

use experiment::Experiment;

/// The settings of `found` that differ from `planned`, each in a few words. The seed is not compared:
/// the assignment names none.
pub fn differences(found: &Experiment, planned: &Experiment) -> Vec<String> {
    let planned = planned.describe();
    found
        .describe()
        .iter()
        .filter_map(|found| {
            let planned = planned.iter().find(|planned| planned.name == found.name)?;
            let (name, found, planned) = (found.name, &found.value, &planned.value);
            (found != planned).then(|| format!("{name} {found} instead of {planned}"))
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
