//! Where the settings of an experiment differ from the assignment's of the same name, and which
//! settings differ between several experiments.

use std::collections::HashMap;

use experiment::{Experiment, Setting};

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

/// The names of the settings that are not the same for all experiments that have them, in the order in
/// which `described`, the settings of each experiment, names them first.
pub fn varying<'a>(described: impl IntoIterator<Item = &'a [Setting]>) -> Vec<&'static str> {
    let mut names = Vec::new();
    let mut first_values: HashMap<&str, (&str, bool)> = HashMap::new();
    for setting in described.into_iter().flatten() {
        let (first, varies) = first_values.entry(setting.name).or_insert_with(|| {
            names.push(setting.name);
            (&setting.value, false)
        });
        *varies |= *first != setting.value;
    }
    names.retain(|name| first_values[name].1);
    names
}
