//! A user's file of experiments, JSON or TOML: read, checked against the schema, and its grids
//! expanded.
//!
//! The schema of the settings ([`schema`]) gives names, types and places of errors, so that a new
//! setting needs no code here.

mod check;
mod defaults;
mod expected;
mod grid;
mod json;
mod nearest;
mod node;
mod schema;
mod text;
mod toml;

use std::{collections::HashSet, fs::File, io::Read, path::Path};

use durable_fs::quote_untrusted;
use serde_json::Value;

use crate::{Error, Experiment};
use check::check;
use defaults::{DEFAULTS, with_defaults};
pub use nearest::nearest;
use node::{Content, Field, Node, Problem};
pub use schema::schema;

const MAX_SIZE: u64 = 1 << 20;
const MAX_COUNT: usize = 1_000;

/// Reads a user's experiments: an array of [`Experiment`] or a single one in JSON, or in TOML if the
/// name ends in `.toml`, where `[[experiment]]` begins each of several. Settings in `defaults`, beside
/// several experiments, hold for each of them that does not say otherwise. A list of values, where a
/// setting takes one, makes an experiment with each of them.
///
/// # Errors
/// A file that cannot be read, is larger than 1 MiB, holds anything else, more than 1,000 experiments
/// or one that [`Experiment::check`] refuses, or two of one id, capitals aside.
pub fn read_experiments(path: &Path) -> Result<Vec<Experiment>, Error> {
    let wrong = |problem: String| Error::Format {
        path: path.to_owned(),
        problem,
    };
    // A pipe or a device does not say how much will come.
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAX_SIZE + 1).read_to_end(&mut bytes))
        .map_err(|source| Error::io("read", path, source))?;
    if bytes.len() as u64 > MAX_SIZE {
        let problem = "expected experiments of at most 1 MiB, found more";
        return Err(wrong(problem.into()));
    }
    let text = &text::decode(&bytes).map_err(wrong)?;
    if text.trim().is_empty() {
        return Err(wrong("expected experiments, found an empty file".into()));
    }
    let is_toml = path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("toml"));
    parse(text, is_toml)
        .map_err(|Problem { at, text: problem }| wrong(format!("{}: {problem}", line(text, at))))
}

/// `line 3, column 5`, of a byte of the text.
fn line(text: &str, at: usize) -> String {
    let before = &text[..text.floor_char_boundary(at)];
    let start = before.rfind('\n').map_or(0, |feed| feed + 1);
    let line = before.matches('\n').count() + 1;
    let column = before[start..].chars().count() + 1;
    format!("line {line}, column {column}")
}

type Parse = fn(&str) -> Result<Node, Problem>;

fn parse(text: &str, is_toml: bool) -> Result<Vec<Experiment>, Problem> {
    let (parse, parse_other, name): (Parse, Parse, _) = if is_toml {
        (
            toml::parse,
            json::parse,
            "this is JSON, and the name of its file must not end in .toml",
        )
    } else {
        (
            json::parse,
            toml::parse,
            "this is TOML, and the name of its file must end in .toml",
        )
    };
    let root = parse(text).map_err(|problem| match parse_other(text) {
        Ok(_) => Problem {
            at: 0,
            text: name.to_owned(),
        },
        Err(_) => problem,
    })?;
    let entries = entries(root, is_toml)?;
    let schema = schema::settings();
    let mut grids = Vec::new();
    for (place, node) in entries {
        let grid = check(&schema, &node, &place, is_toml)?;
        grids.push((place, node, grid));
    }
    let count = grids
        .iter()
        .fold(0_usize, |sum, (.., grid)| sum.saturating_add(grid.count()));
    let wrong_count = match count {
        0 => Some("expected at least one experiment, found none".to_owned()),
        1..=MAX_COUNT => None,
        _ => Some(format!(
            "expected at most {MAX_COUNT} experiments, found {count} with all combinations"
        )),
    };
    if let Some(text) = wrong_count {
        return Err(Problem { at: 0, text });
    }
    let mut experiments = Vec::new();
    let mut seen = HashSet::new();
    for (place, node, grid) in grids {
        for value in grid.experiments() {
            let experiment = experiment(value, &place, &node)?;
            // On some systems the folders of `A` and `a` are one.
            if !seen.insert(experiment.id.to_ascii_lowercase()) {
                return Err(Problem::new(
                    node.find("id"),
                    format!(
                        "experiment {:?}: id appears twice in the list, or differs from another \
                         only in capitals",
                        experiment.id
                    ),
                ));
            }
            experiments.push(experiment);
        }
    }
    Ok(experiments)
}

/// The experiments of a file, each with its place: `[3]`, `experiment[3]`, or nothing for a single
/// one.
fn entries(root: Node, is_toml: bool) -> Result<Vec<(String, Node)>, Problem> {
    let numbered = |name: &str, items: Vec<Node>| {
        let places = (0..).map(|index| format!("{name}[{index}]"));
        places.zip(items).collect()
    };
    match root.content {
        Content::List(items) => Ok(numbered("", items)),
        Content::Fields(mut fields) => {
            // Editors find the schema by this name.
            fields.retain(|field| field.name != "$schema");
            let list = fields.iter().position(|field| {
                field.name == "experiment" && matches!(field.value.content, Content::List(_))
            });
            let single = fields.iter().find(|field| {
                field.name == "experiment" && matches!(field.value.content, Content::Fields(_))
            });
            if let Some(field) = single {
                let text = if is_toml {
                    "experiment: write [[experiment]] with two brackets, which begins one of several"
                } else {
                    "experiment: expected a list of experiments, as in {\"experiment\": [{...}]}"
                };
                return Err(Problem {
                    at: field.at,
                    text: text.to_owned(),
                });
            }
            let Some(list) = list else {
                let single = fields.iter().find(|field| field.name == "experiment");
                if let Some(field) = single {
                    return Err(Problem {
                        at: field.at,
                        text:
                            "experiment: expected a list, in TOML [[experiment]] with two brackets \
                               before each experiment"
                                .to_owned(),
                    });
                }
                if let Some(field) = fields.iter().find(|field| field.name == DEFAULTS) {
                    return Err(Problem {
                        at: field.at,
                        text: format!(
                            "{DEFAULTS}: expected experiments beside it, in TOML [[experiment]] before \
                             each"
                        ),
                    });
                }
                let content = Content::Fields(fields);
                return Ok(vec![(String::new(), Node { content, ..root })]);
            };
            let list = fields.remove(list);
            let defaults = remove_defaults(&mut fields)?;
            match (fields.first(), list.value.content) {
                (None, Content::List(items)) => {
                    let items = items.into_iter().map(|item| with_defaults(&defaults, item));
                    Ok(numbered("experiment", items.collect()))
                }
                (other, _) => Err(Problem {
                    at: other.map_or(list.at, |field| field.at),
                    text: format!(
                        "{}: belongs in one of the experiments, or for all of them in {DEFAULTS}",
                        quote_untrusted(other.map_or("", |field| &field.name))
                    ),
                }),
            }
        }
        Content::Scalar(_) => Err(Problem::new(
            &root,
            "expected a list of experiments".to_owned(),
        )),
    }
}

/// Takes the settings for all experiments out of the `fields` of a file: without any, none.
fn remove_defaults(fields: &mut Vec<Field>) -> Result<Vec<Field>, Problem> {
    let Some(index) = fields.iter().position(|field| field.name == DEFAULTS) else {
        return Ok(Vec::new());
    };
    let field = fields.remove(index);
    match field.value.content {
        Content::Fields(defaults) => match defaults.iter().find(|field| field.name == "id") {
            None => Ok(defaults),
            Some(id) => Err(Problem {
                at: id.at,
                text: format!("{DEFAULTS}.id: belongs in each experiment, since no two share it"),
            }),
        },
        Content::Scalar(_) | Content::List(_) => Err(Problem {
            at: field.at,
            text: format!(
                "{DEFAULTS}: expected settings, as in {DEFAULTS} = {{ training = {{ epochs = 5 }} }}"
            ),
        }),
    }
}

/// An experiment of checked types; its values may still be out of bounds.
fn experiment(value: Value, place: &str, node: &Node) -> Result<Experiment, Problem> {
    let experiment: Experiment = serde_json::from_value(value).map_err(|error| {
        let problem = quote_untrusted(&error.to_string());
        let text = match place {
            "" => problem.clone(),
            place => format!("{place}: {problem}"),
        };
        Problem::new(node.named_in(&problem), text)
    })?;
    experiment.check().map_err(|error| {
        let problem = error.to_string();
        Problem::new(node.named_in(&problem), problem)
    })?;
    Ok(experiment)
}
