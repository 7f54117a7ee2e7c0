//! Where two JSON files first differ, in words.

use std::collections::BTreeSet;

use durable_fs::quote_untrusted;
use serde_json::Value;

/// The first path in which two JSON files differ, in the order of the names, with both its values;
/// `None` if the files are the same to the bit.
pub fn first_difference(recorded: &[u8], now: &[u8]) -> Option<String> {
    if recorded == now {
        return None;
    }
    let values = (
        serde_json::from_slice(recorded),
        serde_json::from_slice(now),
    );
    Some(quote_untrusted(&match values {
        (Ok(recorded), Ok(now)) => first_value("$", Some(&recorded), Some(&now))
            .unwrap_or("the same values, written in another way".into()),
        (Err(error), _) | (_, Err(error)) => format!("expected JSON: {error}"),
    }))
}

fn first_value(path: &str, recorded: Option<&Value>, now: Option<&Value>) -> Option<String> {
    match (recorded, now) {
        (Some(Value::Object(recorded)), Some(Value::Object(now))) => {
            let names: BTreeSet<&String> = recorded.keys().chain(now.keys()).collect();
            names.into_iter().find_map(|name| {
                let path = format!("{path}.{name}");
                first_value(&path, recorded.get(name), now.get(name))
            })
        }
        (Some(Value::Array(recorded)), Some(Value::Array(now))) => {
            (0..recorded.len().max(now.len())).find_map(|index| {
                let path = format!("{path}[{index}]");
                first_value(&path, recorded.get(index), now.get(index))
            })
        }
        _ if recorded == now => None,
        _ => {
            let text = |value: Option<&Value>| value.map_or("nothing".into(), Value::to_string);
            Some(format!(
                "{path}: recorded {}, now {}",
                text(recorded),
                text(now)
            ))
        }
    }
}
