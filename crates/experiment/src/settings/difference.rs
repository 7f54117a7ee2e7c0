//! The settings in which experiments differ.

use std::collections::BTreeSet;

use durable_fs::quote_untrusted;
use serde_json::{Map, Value};

use super::Experiment;

impl Experiment {
    /// The settings in which a list of experiments differs, with the values of each by dotted names,
    /// as they are in a file: `training.epochs`. The id is left out, and so is a setting that an
    /// experiment does not have.
    pub fn differences(list: &[Experiment]) -> Vec<Vec<(String, Value)>> {
        let json = |e| serde_json::to_value(e).expect("settings have string keys only");
        let values: Vec<Value> = list.iter().map(json).collect();
        let values = (0..).zip(values.iter().map(Some)).collect();
        let mut found = vec![Vec::new(); list.len()];
        collect_differences("", values, &mut found);
        for differences in &mut found {
            differences.retain(|(name, _)| name != "id");
        }
        found
    }

    /// The first setting in which `other` differs, in words.
    pub fn difference(&self, other: &Experiment) -> Option<String> {
        let json = |e| serde_json::to_value(e).expect("settings have string keys only");
        first_difference("", &json(self), &json(other))
    }
}

/// Adds to `found` what differs among the values of one setting, each with the index of its
/// experiment; `None` where it is absent.
fn collect_differences(
    name: &str,
    mut values: Vec<(usize, Option<&Value>)>,
    found: &mut [Vec<(String, Value)>],
) {
    if values.iter().all(|(_, value)| *value == values[0].1) {
        return;
    }
    let present = || values.iter().filter_map(|(_, value)| *value);
    if !present().all(Value::is_object) {
        for (index, value) in values {
            if let Some(value) = value {
                found[index].push((name.to_owned(), value.clone()));
            }
        }
        return;
    }
    let objects = present().filter_map(Value::as_object);
    let names: BTreeSet<&String> = objects.flat_map(Map::keys).collect();
    // The training of others is not compared with that of PCA, which has none.
    values.retain(|(_, value)| value.is_some());
    let kind = |value: Option<&'_ Value>| value.and_then(|value| value.get("kind")).cloned();
    let is_one_kind = values
        .iter()
        .all(|(_, value)| kind(*value) == kind(values[0].1));
    for inner in names {
        // Neither is a setting of one kind compared with another kind, which does not have it.
        let inner_values = values
            .iter()
            .map(|(index, value)| (*index, value.and_then(|value| value.get(inner))))
            .filter(|(_, value)| is_one_kind || value.is_some());
        let name = match name {
            "" => inner.clone(),
            outer => format!("{outer}.{inner}"),
        };
        collect_differences(&name, inner_values.collect(), found);
    }
}

fn first_difference(field: &str, here: &Value, there: &Value) -> Option<String> {
    if let (Value::Object(here), Value::Object(there)) = (here, there) {
        let names: BTreeSet<&String> = here.keys().chain(there.keys()).collect();
        return names.into_iter().find_map(|name| {
            let value = |fields: &Map<String, Value>| fields.get(name).cloned().unwrap_or_default();
            let field = match field {
                "" => name.clone(),
                outer => format!("{outer}.{name}"),
            };
            first_difference(&field, &value(here), &value(there))
        });
    }
    let shown = |value: &Value| match value {
        Value::Null => "absent".to_owned(),
        value => quote_untrusted(&value.to_string()),
    };
    (here != there).then(|| format!("{field}: here {}, there {}", shown(here), shown(there)))
}
