//! Checks an experiment of a file against the schema, and finds what varies in it.

use durable_fs::quote_untrusted;
use serde_json::{Map, Value};

use super::{
    expected::{expected, found, kinds, one_of},
    grid::{Grid, Varied, undot},
    nearest::{called_otherwise, nearest, remedy},
    node::{Content, Field, Node, Problem},
    schema::{alternatives, has_type, names, takes},
};

/// Checks names and types of an experiment, which is at `place` in its file.
pub fn check(schema: &Value, node: &Node, place: &str, is_toml: bool) -> Result<Grid, Problem> {
    let mut checker = Checker {
        schema,
        place,
        is_toml,
        is_in_list: false,
        varied: Vec::new(),
    };
    let base = match &node.content {
        Content::Fields(fields) => checker.fields(&[schema], node, &undot(fields), "")?,
        _ => return Err(checker.wrong_type(&[schema], node, "")),
    };
    let mut varied = checker.varied;
    // The repetitions of an experiment follow each other.
    varied.sort_by_key(|varied| varied.pointer == "/seed");
    Ok(Grid { base, varied })
}

struct Checker<'a> {
    /// The schema of an experiment.
    schema: &'a Value,
    /// Where the experiment is in the file.
    place: &'a str,
    is_toml: bool,
    /// Whether the value is one of several of a setting; in them, no further setting varies.
    is_in_list: bool,
    varied: Vec<Varied>,
}

impl Checker<'_> {
    /// Checks a value, which is at `pointer`, a JSON pointer, in the experiment.
    fn value(&mut self, schema: &Value, node: &Node, pointer: &str) -> Result<Value, Problem> {
        let schemas = alternatives(schema);
        match &node.content {
            Content::Scalar(value) if schemas.iter().any(|schema| takes(schema, value)) => {
                Ok(value.clone())
            }
            Content::Scalar(_) => Err(self.wrong_type(&schemas, node, pointer)),
            Content::List(items) if self.is_varied(&schemas, items, pointer) => {
                self.is_in_list = true;
                let values = self.items(schema, items, pointer)?;
                self.is_in_list = false;
                let pointer = pointer.to_owned();
                self.varied.push(Varied { pointer, values });
                Ok(Value::Null)
            }
            Content::List(items) => match schemas.iter().find(|s| has_type(s, "array")) {
                Some(list) => {
                    self.length(list, items.len(), node, pointer)?;
                    self.items(&list["items"], items, pointer).map(Value::Array)
                }
                None => Err(self.wrong_type(&schemas, node, pointer)),
            },
            Content::Fields(fields) => self.fields(&schemas, node, fields, pointer),
        }
    }

    /// Checks the length of a list that must have a certain one.
    fn length(
        &self,
        list: &Value,
        found: usize,
        node: &Node,
        pointer: &str,
    ) -> Result<(), Problem> {
        match (list["minItems"].as_u64(), list["maxItems"].as_u64()) {
            (Some(min), Some(max)) if min == max && found as u64 != min => {
                let text = format!("expected a list of {min} values, found {found}");
                Err(self.problem(node.at, pointer, &text))
            }
            _ => Ok(()),
        }
    }

    fn items(
        &mut self,
        schema: &Value,
        items: &[Node],
        pointer: &str,
    ) -> Result<Vec<Value>, Problem> {
        let items = items.iter().enumerate();
        items
            .map(|(index, item)| self.value(schema, item, &format!("{pointer}/{index}")))
            .collect()
    }

    /// Whether a list holds several values of a setting: one value is not a list, or the lists in it
    /// would be.
    fn is_varied(&self, schemas: &[&Value], items: &[Node], pointer: &str) -> bool {
        if self.is_in_list || items.is_empty() || pointer.ends_with("/id") {
            return false;
        }
        match schemas.iter().find(|schema| has_type(schema, "array")) {
            None => true,
            Some(list) => {
                let inner = alternatives(&list["items"]);
                let is_list = |item: &Node| matches!(item.content, Content::List(_));
                !inner.iter().any(|schema| has_type(schema, "array")) && items.iter().all(is_list)
            }
        }
    }

    /// Checks settings in braces, the `kind` first: it decides which others there are.
    fn fields(
        &mut self,
        schemas: &[&Value],
        node: &Node,
        fields: &[Field],
        pointer: &str,
    ) -> Result<Value, Problem> {
        let objects: Vec<&Value> = schemas
            .iter()
            .copied()
            .filter(|s| has_type(s, "object"))
            .collect();
        let schema = match (kinds(&objects).as_slice(), objects.as_slice()) {
            (_, []) => return Err(self.wrong_type(schemas, node, pointer)),
            ([], [first, ..]) => first,
            (kinds, objects) => {
                let kind = self.kind(kinds, node, fields, pointer)?;
                let is_kind =
                    |schema: &&&Value| names(&schema["properties"]["kind"]).contains(&kind);
                objects.iter().find(is_kind).unwrap_or(&objects[0])
            }
        };
        let mut settings = Map::new();
        for field in fields {
            let pointer = format!("{pointer}/{}", field.name);
            let Some(setting) = schema["properties"].get(&field.name) else {
                return Err(self.unknown(&objects, schema, field, &pointer));
            };
            let value = self.value(setting, &field.value, &pointer)?;
            if settings.insert(field.name.clone(), value).is_some() {
                return Err(self.problem(field.at, &pointer, "appears twice"));
            }
        }
        let required = schema["required"].as_array().into_iter().flatten();
        for name in required.filter_map(Value::as_str) {
            if !settings.contains_key(name) {
                let expected = expected(&alternatives(&schema["properties"][name]));
                let text = format!("is missing; expected {expected}");
                return Err(self.problem(node.at, &format!("{pointer}/{name}"), &text));
            }
        }
        Ok(Value::Object(settings))
    }

    /// The kind of settings in braces.
    fn kind<'a>(
        &self,
        kinds: &[&str],
        node: &Node,
        fields: &'a [Field],
        pointer: &str,
    ) -> Result<&'a str, Problem> {
        let pointer = format!("{pointer}/kind");
        let Some(field) = fields.iter().find(|field| field.name == "kind") else {
            let text = format!("is missing; expected {}", one_of(kinds));
            return Err(self.problem(node.at, &pointer, &text));
        };
        match &field.value.content {
            Content::Scalar(Value::String(kind)) if kinds.contains(&&**kind) => Ok(kind),
            _ => {
                let mut hint = self.hint(kinds, &field.value);
                if let Content::Scalar(Value::String(kind)) = &field.value.content
                    && pointer == "/model/kind"
                    && matches!(&**kind, "vae" | "variational")
                {
                    hint =
                        "; any model but pca is variational by model.variational.beta = 1".into();
                }
                let found = found(&field.value);
                let text = format!("expected {}, found {found}{hint}", one_of(kinds));
                Err(self.problem(field.value.at, &pointer, &text))
            }
        }
    }

    fn unknown(&self, objects: &[&Value], schema: &Value, field: &Field, pointer: &str) -> Problem {
        let name = &*field.name;
        let known = schema["properties"].as_object().into_iter().flatten();
        let mut known: Vec<&str> = known.map(|(name, _)| &**name).collect();
        let has_name = |schema: &&&Value| schema["properties"].get(name).is_some();
        let others: Vec<&Value> = objects.iter().filter(has_name).copied().collect();
        let outer = pointer.strip_suffix(name).unwrap_or_default();
        let outer = dotted(outer.trim_end_matches('/'), false);
        if pointer == format!("/{name}") && self.place.is_empty() {
            known.push("experiment");
        }
        let text = if !others.is_empty() {
            let (here, there) = (kinds(&[schema]), kinds(&others));
            format!(
                "is a setting of kind {}, not of {}",
                there.join(" and "),
                one_of(&here)
            )
        } else if let Some(remedy) = remedy(self.schema, &outer, &known, name) {
            remedy
        } else {
            format!("is not a setting; expected {}", one_of(&known))
        };
        self.problem(field.at, pointer, &text)
    }

    fn wrong_type(&self, schemas: &[&Value], node: &Node, pointer: &str) -> Problem {
        let mut known: Vec<&str> = schemas.iter().flat_map(|schema| names(schema)).collect();
        let mut hint = self.hint(&known, node);
        if let Content::List(items) = &node.content
            && items.is_empty()
        {
            hint = " without a value".to_owned();
        }
        known = kinds(schemas);
        if let Content::Scalar(Value::String(text)) = &node.content
            && let Some(kind) = nearest(text, &known)
        {
            hint = if self.is_toml {
                format!("; write {{kind = \"{kind}\"}}")
            } else {
                format!("; write {{\"kind\": \"{kind}\"}}")
            };
        }
        let mut found = found(node);
        match &node.content {
            Content::Scalar(Value::String(text)) if self.is_toml => match text.parse::<f64>() {
                Ok(number) if number.is_nan() => found = "NaN".to_owned(),
                Ok(_) if text.bytes().all(|c| c.is_ascii_digit()) && text.len() > 19 => {
                    found = format!("{}; the maximum is {}", quote_untrusted(text), u64::MAX);
                }
                _ => {}
            },
            Content::Fields(_) if schemas.iter().any(|schema| has_type(schema, "array")) => {
                hint = "; write [{...}]".to_owned();
            }
            Content::Scalar(_) if hint.is_empty() => {
                if let [kind, ..] = &*known {
                    let example = if self.is_toml {
                        "{kind = "
                    } else {
                        "{\"kind\": "
                    };
                    hint = format!("; write, for example, {example}\"{kind}\"}}");
                }
            }
            _ => {}
        }
        let text = format!("expected {}, found {found}{hint}", expected(schemas),);
        self.problem(node.at, pointer, &text)
    }

    /// Which of the known texts was meant.
    fn hint(&self, known: &[&str], node: &Node) -> String {
        match &node.content {
            Content::Scalar(Value::String(text)) => called_otherwise(text, known)
                .or_else(|| nearest(text, known))
                .map(|name| format!("; did you mean \"{name}\"?"))
                .unwrap_or_default(),
            _ => String::new(),
        }
    }

    fn problem(&self, at: usize, pointer: &str, text: &str) -> Problem {
        let place = format!("{}{}", self.place, dotted(pointer, true));
        let place = place.trim_start_matches('.');
        let text = match place {
            "" => text.to_owned(),
            place => format!("{}: {text}", quote_untrusted(place)),
        };
        Problem { at, text }
    }
}

/// A JSON pointer as `.training.corruption[0].std`, or without indices as
/// `training.corruption[].std`.
fn dotted(pointer: &str, has_indices: bool) -> String {
    let parts = pointer.split('/').skip(1);
    let texts = parts.map(|part| match part.parse::<usize>() {
        Ok(index) if has_indices => format!("[{index}]"),
        Ok(_) => "[]".to_owned(),
        Err(_) => format!(".{part}"),
    });
    let text: String = texts.collect();
    if has_indices {
        text
    } else {
        text.trim_start_matches('.').to_owned()
    }
}
