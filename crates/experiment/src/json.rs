//! JSON values leaf by leaf, and where two JSON files first differ.

use std::collections::HashMap;

use durable_fs::quote_untrusted;
use serde_json::Value;

/// The leaves of a value, in its order, each with its path: `$.corrected.samples[3].ssim`. An empty
/// list or object is a leaf too.
pub fn leaves(value: &Value) -> Vec<(String, &Value)> {
    let mut found = Vec::new();
    collect("$".to_owned(), value, &mut found);
    found
}

fn collect<'a>(path: String, value: &'a Value, found: &mut Vec<(String, &'a Value)>) {
    match value {
        Value::Array(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                collect(format!("{path}[{index}]"), item, found);
            }
        }
        Value::Object(fields) if !fields.is_empty() => {
            for (name, field) in fields {
                collect(format!("{path}.{name}"), field, found);
            }
        }
        leaf => found.push((path, leaf)),
    }
}

/// The path of the first leaf in which two JSON files differ, with both its values, in words; `None`
/// if the files are the same byte by byte.
pub fn first_difference(recorded: &[u8], now: &[u8]) -> Option<String> {
    if recorded == now {
        return None;
    }
    let values = (
        serde_json::from_slice(recorded),
        serde_json::from_slice(now),
    );
    Some(quote_untrusted(&match values {
        (Ok(recorded), Ok(now)) => differing_leaf(&recorded, &now)
            .unwrap_or_else(|| "the same values, written in another way".into()),
        (Err(error), _) | (_, Err(error)) => format!("expected JSON: {error}"),
    }))
}

fn differing_leaf(recorded: &Value, now: &Value) -> Option<String> {
    let (recorded, now) = (leaves(recorded), leaves(now));
    let recorded_at: HashMap<&String, &Value> = recorded.iter().map(|(p, v)| (p, *v)).collect();
    let now_at: HashMap<&String, &Value> = now.iter().map(|(p, v)| (p, *v)).collect();
    let mut paths = recorded.iter().chain(&now).map(|(path, _)| path);
    let path = paths.find(|path| recorded_at.get(path) != now_at.get(path))?;
    let text = |leaf: Option<&&Value>| leaf.map_or("nothing".into(), |leaf| leaf.to_string());
    Some(format!(
        "{path}: recorded {}, now {}",
        text(recorded_at.get(path)),
        text(now_at.get(path))
    ))
}
