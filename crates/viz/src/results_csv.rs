//! `results.csv`: every number of a run, for other programs.

use experiment::{INPUT_NOISE_LEVELS, Protocol, TEST_NOISE_LEVELS};
use serde_json::Value;

use crate::{
    error::Error,
    run::{Run, SeedResults, code_noise_levels},
};

/// The content of `results.csv`: a line for each number of each experiment and seed. A number is
/// named by its path in `evaluation.json`. Brackets hold the index of a test image or of a class, the level of
/// a noise, or else the position in an array counted from 1. Before the numbers of an experiment are its
/// settings, a line each, under the protocol `settings`.
///
/// # Errors
/// [`Error::Csv`] or [`Error::Json`].
pub fn csv(run: &Run) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let mut writer = csv::Writer::from_writer(&mut bytes);
    writer.write_record(["experiment", "seed", "protocol", "measure", "value"])?;
    for seed in run.experiments().flat_map(|experiment| &experiment.seeds) {
        let number = seed.settings.seed.to_string();
        for (setting, value) in settings(seed)? {
            writer.write_record([seed.id(), &number, "settings", &setting, &value])?;
        }
        for (measure, value) in numbers(seed)? {
            let (protocol, measure) = split_protocol(&measure);
            writer.write_record([seed.id(), &number, protocol, measure, &value])?;
        }
    }
    writer.flush().map_err(csv::Error::from)?;
    drop(writer);
    Ok(bytes)
}

/// Each setting with its path in `experiment.json`; lists and objects as JSON.
fn settings(seed: &SeedResults) -> Result<Vec<(String, String)>, Error> {
    let mut settings = vec![("data".to_owned(), seed.settings.data.key())];
    let json = serde_json::to_value(&seed.settings)?;
    for (group, value) in json.as_object().into_iter().flatten() {
        match value {
            _ if ["id", "seed", "data"].contains(&group.as_str()) => {}
            Value::Object(fields) => settings.extend(
                fields
                    .iter()
                    .map(|(name, value)| (format!("{group}.{name}"), setting_text(value))),
            ),
            value => settings.push((group.clone(), setting_text(value))),
        }
    }
    Ok(settings)
}

fn setting_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(_) => number_text(value),
        other => other.to_string(),
    }
}

/// All numbers of one seed with their names.
fn numbers(seed: &SeedResults) -> Result<Vec<(String, String)>, Error> {
    let losses = seed.epoch_losses();
    let of_epoch =
        |(epoch, loss): (u32, &f64)| (format!("training.loss[{epoch}]"), loss.to_string());
    let mut numbers: Vec<(String, String)> = (1..).zip(&losses).map(of_epoch).collect();
    if let Some(loss) = losses.last() {
        numbers.push(("training.last_loss".into(), loss.to_string()));
        let seconds = seed.training_seconds().to_string();
        numbers.push(("training.seconds".into(), seconds));
    }
    walk("", &serde_json::to_value(&seed.evaluation)?, &mut numbers);
    Ok(numbers)
}

/// Adds every number within `value`; truth values are 0 or 1.
fn walk(path: &str, value: &Value, numbers: &mut Vec<(String, String)>) {
    match value {
        Value::Number(_) => numbers.push((path.into(), number_text(value))),
        Value::Bool(flag) => numbers.push((path.into(), u8::from(*flag).to_string())),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let label = label(path, index, item, items.len());
                walk(&format!("{path}[{label}]"), item, numbers);
            }
        }
        Value::Object(fields) => {
            // The label of an entry is not one of its numbers.
            let is_number = |name: &str| !LABELS.contains(&name);
            for (name, field) in fields.iter().filter(|(name, _)| is_number(name)) {
                let dot = if path.is_empty() { "" } else { "." };
                walk(&format!("{path}{dot}{name}"), field, numbers);
            }
        }
        Value::Null | Value::String(_) => {}
    }
}

/// A JSON number as Rust writes it: 10 rather than 10.0. Anything else becomes NaN.
fn number_text(value: &Value) -> String {
    value.as_f64().unwrap_or(f64::NAN).to_string()
}

/// Fields that distinguish the entries of an array.
const LABELS: [&str; 3] = ["test_index", "level", "class"];

/// What distinguishes the entry `index` of the array at `path`, of `count` entries, from the others.
fn label(path: &str, index: usize, item: &Value, count: usize) -> String {
    let levels: &[f64] = match path {
        "assignment.noisy_squared_error" | "corrected.noisy" => &INPUT_NOISE_LEVELS,
        "measures.noisy_sse" => &TEST_NOISE_LEVELS,
        path if path.starts_with("corrected.code_noise[") => {
            code_noise_levels(count).unwrap_or_default()
        }
        _ => &[],
    };
    if let Some(label) = LABELS.iter().find_map(|name| item.get(name)) {
        number_text(label)
    } else if let Some(level) = levels.get(index) {
        level.to_string()
    } else {
        (index + 1).to_string()
    }
}

/// The protocol of a number, and the rest of its name. Measures are taken under the corrected one.
fn split_protocol(measure: &str) -> (&str, &str) {
    let corrected = Protocol::Corrected.name();
    let protocols = ["training", Protocol::Assignment.name(), corrected];
    match measure.split_once('.') {
        Some((protocol, rest)) if protocols.contains(&protocol) => (protocol, rest),
        _ => (corrected, measure),
    }
}
