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
