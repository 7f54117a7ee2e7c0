//! The first setting in which two experiments differ.

use std::collections::BTreeSet;

use durable_fs::quote_untrusted;
use serde_json::{Map, Value};

use super::Experiment;

impl Experiment {
    /// The first setting in which `other` differs, in words.
    pub fn difference(&self, other: &Experiment) -> Option<String> {
        let json = |e| serde_json::to_value(e).expect("settings have string keys only");
        first_difference("", &json(self), &json(other))
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
