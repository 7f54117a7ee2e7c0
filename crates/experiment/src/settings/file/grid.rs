//! Several experiments in one: settings with a list of values, and names for each combination.

use std::collections::HashSet;

use serde_json::Value;

use super::node::{Content, Field, Node};
use crate::Experiment;

/// An experiment, some settings of which have several values.
#[derive(Debug)]
pub struct Grid {
    /// The experiment; null where a setting has several values.
    pub base: Value,
    /// Those settings.
    pub varied: Vec<Varied>,
}

/// A setting that has several values.
#[derive(Debug)]
pub struct Varied {
    /// Its place in the experiment, as a JSON pointer.
    pub pointer: String,
    /// Its values.
    pub values: Vec<Value>,
}

impl Grid {
    /// How many experiments it is.
    pub fn count(&self) -> usize {
        let lengths = self.varied.iter().map(|varied| varied.values.len());
        lengths.fold(1, usize::saturating_mul)
    }

    /// All combinations, the last setting changing from each to the next.
    pub fn experiments(self) -> impl Iterator<Item = Value> {
        let ids = self.ids();
        (0..self.count()).map(move |number| {
            let mut experiment = self.base.clone();
            let combination = self.combination(number);
            for (varied, value) in self.varied.iter().zip(combination) {
                if let Some(setting) = experiment.pointer_mut(&varied.pointer) {
                    *setting = value.clone();
                }
            }
            if let Some(ids) = &ids {
                experiment["id"] = ids[number].clone().into();
            }
            experiment
        })
    }

    fn combination(&self, mut number: usize) -> Vec<&Value> {
        let mut values: Vec<&Value> = Vec::new();
        for varied in self.varied.iter().rev() {
            values.push(&varied.values[number % varied.values.len()]);
            number /= varied.values.len();
        }
        values.reverse();
        values
    }

    /// The id of each combination: with the names and values of what varies, with the values alone if
    /// those are too long, else with a number. `None` if nothing varies.
    fn ids(&self) -> Option<Vec<String>> {
        if self.varied.is_empty() {
            return None;
        }
        let base = self.base["id"].as_str().unwrap_or_default();
        let numbers = 0..self.count();
        let make = |part: &dyn Fn(&Varied, &Value) -> String| {
            let ids = numbers.clone().map(|number| {
                let combination = self.combination(number);
                let parts = self.varied.iter().zip(combination);
                parts.fold(base.to_owned(), |id, (varied, value)| {
                    id + &part(varied, value)
                })
            });
            ids.collect::<Vec<String>>()
        };
        let are_usable = |ids: &Vec<String>| {
            let distinct: HashSet<String> = ids.iter().map(|id| id.to_ascii_lowercase()).collect();
            distinct.len() == ids.len() && ids.iter().all(|id| Experiment::is_id(id))
        };
        let named = make(&|varied, value| format!("-{}-{}", varied.name(), label(value)));
        if are_usable(&named) {
            return Some(named);
        }
        let short = make(&|_, value| format!("-{}", label(value)));
        if are_usable(&short) {
            return Some(short);
        }
        Some(numbers.map(|n| format!("{base}-{}", n + 1)).collect())
    }
}

impl Varied {
    fn name(&self) -> &str {
        let mut names = self.pointer.rsplit('/');
        let name = names.find(|name| !name.starts_with(|c: char| c.is_ascii_digit()));
        name.unwrap_or_default()
    }
}

/// A value as a part of an id.
fn label(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => "none".to_owned(),
        Value::Array(items) => items.iter().map(label).collect::<Vec<_>>().join("-"),
        Value::Object(fields) => {
            let kind = fields.get("kind").map(label);
            let others = fields.iter().filter(|(name, _)| *name != "kind");
            let others = others.map(|(name, value)| format!("{name}-{}", label(value)));
            kind.into_iter().chain(others).collect::<Vec<_>>().join("-")
        }
        scalar => scalar.to_string(),
    };
    let is_allowed = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let allowed = text.chars().map(|c| if is_allowed(&c) { c } else { '-' });
    // A longer one is no part of an id.
    allowed.take(65).collect()
}

/// Longer names are no setting's.
const MAX_PARTS: usize = 8;

/// Puts the values of dotted names where they belong: `"training.epochs": 3` into `training`.
pub fn undot(fields: &[Field]) -> Vec<Field> {
    let is_dotted = |field: &&Field| (1..MAX_PARTS).contains(&field.name.matches('.').count());
    let (dotted, mut placed): (Vec<&Field>, Vec<&Field>) = fields.iter().partition(is_dotted);
    let mut placed: Vec<Field> = placed.drain(..).cloned().collect();
    for field in dotted {
        place(&mut placed, field.clone());
    }
    placed
}

fn place(fields: &mut Vec<Field>, field: Field) {
    let Some((outer, inner)) = field.name.split_once('.') else {
        fields.push(field);
        return;
    };
    let has_fields = |field: &Field| matches!(field.value.content, Content::Fields(_));
    let known = fields.iter().position(|f| f.name == outer && has_fields(f));
    let index = known.unwrap_or(fields.len());
    if known.is_none() {
        fields.push(Field {
            name: outer.to_owned(),
            at: field.at,
            value: Node {
                at: field.at,
                content: Content::Fields(Vec::new()),
            },
        });
    }
    if let Content::Fields(fields) = &mut fields[index].value.content {
        let name = inner.to_owned();
        place(fields, Field { name, ..field });
    }
}
