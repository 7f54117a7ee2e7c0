//! The JSON Schema of settings: the strict one that files are checked against, and the one for
//! editors, in which a setting may have several values.

use std::collections::BTreeMap;

use schemars::{Schema, generate::SchemaSettings, transform::RecursiveTransform};
use serde_json::{Map, Value, json};

use crate::settings::experiment::Fields;

/// The schema of one experiment, without references.
pub fn settings() -> Value {
    let settings =
        SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let settings = settings.with_transform(RecursiveTransform(plain_description));
    settings
        .into_generator()
        .into_root_schema_for::<Fields>()
        .into()
}

/// Makes a description of Rust documentation one line without links.
fn plain_description(schema: &mut Schema) {
    if let Some(Value::String(text)) = schema.get_mut("description") {
        *text = text
            .replace('\n', " ")
            .replace("[`", "`")
            .replace("`]", "`");
    }
}

/// The JSON Schema of a file of experiments, from which editors complete and check.
pub fn schema() -> Value {
    let settings = settings();
    let mut experiment = settings.clone();
    allow_lists(&mut experiment);
    if let Value::Object(experiment) = &mut experiment {
        for key in ["$schema", "title", "required"] {
            experiment.remove(key);
        }
    }
    let mut names = BTreeMap::new();
    collect_names("", &settings, &mut names);
    for (name, schemas) in names
        .into_iter()
        .filter(|(name, _)| name.contains('.') && !name.contains("[]"))
    {
        let any = match schemas.as_slice() {
            [one] => (*one).clone(),
            several => json!({"anyOf": several}),
        };
        experiment["properties"][name] = one_or_several(any.clone(), &any);
    }
    let mut partial = experiment.clone();
    make_optional(&mut partial);
    // Dotted names may give the others.
    experiment["required"] = json!(["id"]);
    let reference = |name: &str| json!({"$ref": format!("#/$defs/{name}")});
    let list_of = |item: &Value| json!({"type": "array", "items": item, "minItems": 1});
    let one = reference("experiment");
    let list = list_of(&one);
    let beside_defaults = json!({"allOf": [reference("partial"), {"required": ["id"]}]});
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Experiments",
        "anyOf": [
            one,
            list,
            {
                "type": "object",
                "properties": {"experiment": list, "$schema": {"type": "string"}},
                "required": ["experiment"],
                "additionalProperties": false
            },
            {
                "type": "object",
                "properties": {
                    "defaults": reference("partial"),
                    "experiment": list_of(&beside_defaults),
                    "$schema": {"type": "string"}
                },
                "required": ["defaults", "experiment"],
                "additionalProperties": false
            }
        ],
        "$defs": {"experiment": experiment, "partial": partial}
    })
}

/// Lets settings be absent, the `kind` too: then several alternatives may fit.
fn make_optional(schema: &mut Value) {
    match schema {
        Value::Array(schemas) => schemas.iter_mut().for_each(make_optional),
        Value::Object(fields) => {
            fields.remove("required");
            if let Some(alternatives) = fields.remove("oneOf") {
                fields.insert("anyOf".to_owned(), alternatives);
            }
            if let Some(Value::Object(settings)) = fields.get_mut("properties") {
                settings.values_mut().for_each(make_optional);
            }
            for key in ["anyOf", "items"] {
                if let Some(inner) = fields.get_mut(key) {
                    make_optional(inner);
                }
            }
        }
        _ => {}
    }
}

/// Lets every setting have a list of values.
fn allow_lists(schema: &mut Value) {
    match schema {
        Value::Array(schemas) => schemas.iter_mut().for_each(allow_lists),
        Value::Object(fields) => {
            if let Some(Value::Object(settings)) = fields.get_mut("properties") {
                for (name, setting) in settings {
                    if !matches!(&**name, "id" | "kind") {
                        let mut inner = setting.clone();
                        allow_lists(&mut inner);
                        *setting = one_or_several(inner, setting);
                    }
                }
            }
            for key in ["oneOf", "anyOf", "items"] {
                if let Some(inner) = fields.get_mut(key) {
                    allow_lists(inner);
                }
            }
        }
        _ => {}
    }
}

/// A schema of `one` value or a list of `item`s, with the description and default of `one`.
fn one_or_several(mut one: Value, item: &Value) -> Value {
    let mut schema = Map::new();
    for key in ["description", "default"] {
        if let Some(value) = one.as_object_mut().and_then(|one| one.remove(key)) {
            schema.insert(key.to_owned(), value);
        }
    }
    let several = json!({"type": "array", "items": item, "minItems": 1});
    schema.insert("anyOf".to_owned(), json!([one, several]));
    Value::Object(schema)
}

/// The schemas of which a value may fulfill any.
pub fn alternatives(schema: &Value) -> Vec<&Value> {
    let any = ["oneOf", "anyOf"]
        .iter()
        .find_map(|key| schema[*key].as_array());
    match any {
        Some(schemas) => schemas.iter().flat_map(alternatives).collect(),
        None => vec![schema],
    }
}

/// Whether a schema without alternatives takes values of this type.
pub fn has_type(schema: &Value, name: &str) -> bool {
    match &schema["type"] {
        Value::Array(names) => names.iter().any(|found| found == name),
        found => found == name,
    }
}

/// Whether a schema without alternatives takes a text, a number, `true`, `false` or `null`.
pub fn takes(schema: &Value, value: &Value) -> bool {
    match value {
        Value::String(text) => {
            let names = names(schema);
            has_type(schema, "string") && (names.is_empty() || names.contains(&&**text))
        }
        Value::Number(number) => {
            let is_negative = number.as_f64().is_some_and(|number| number < 0.0);
            let is_whole = number.is_u64() || number.is_i64();
            has_type(schema, "number")
                || has_type(schema, "integer")
                    && is_whole
                    && !(is_negative && schema["minimum"] == 0)
        }
        Value::Bool(_) => has_type(schema, "boolean"),
        Value::Null => has_type(schema, "null"),
        Value::Array(_) | Value::Object(_) => false,
    }
}

/// The texts that a schema of texts takes; none if it takes any.
pub fn names(schema: &Value) -> Vec<&str> {
    let many = schema["enum"].as_array().into_iter().flatten();
    many.chain([&schema["const"]])
        .filter_map(Value::as_str)
        .collect()
}

/// The schemas of all settings by their dotted names, with `[]` after that of a list: several where
/// kinds of models have a setting of one name.
pub fn collect_names<'a>(
    outer: &str,
    schema: &'a Value,
    found: &mut BTreeMap<String, Vec<&'a Value>>,
) {
    for schema in alternatives(schema) {
        if has_type(schema, "array") {
            collect_names(&format!("{outer}[]"), &schema["items"], found);
        }
        for (name, setting) in schema["properties"].as_object().into_iter().flatten() {
            let dotted = match outer {
                "" => name.clone(),
                outer => format!("{outer}.{name}"),
            };
            if name != "kind" {
                found.entry(dotted.clone()).or_default().push(setting);
                collect_names(&dotted, setting, found);
            }
        }
    }
}
