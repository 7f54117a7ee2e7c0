//! The JSON Schema that editors check files with accepts what is right, and has defaults and
//! descriptions.

use std::{env, fs, path::Path};

use experiment::{assignment, schema};
use serde_json::{Value, json};

/// Whether a value fulfills a schema, by the rules of JSON Schema that this one has.
fn is_valid(root: &Value, schema: &Value, value: &Value) -> bool {
    let keywords = schema.as_object().unwrap();
    keywords.iter().all(|(keyword, rule)| match &**keyword {
        "$ref" => {
            let pointer = rule.as_str().unwrap().trim_start_matches('#');
            is_valid(root, root.pointer(pointer).unwrap(), value)
        }
        "anyOf" | "oneOf" => {
            let schemas = rule.as_array().unwrap();
            schemas.iter().any(|schema| is_valid(root, schema, value))
        }
        "allOf" => {
            let schemas = rule.as_array().unwrap();
            schemas.iter().all(|schema| is_valid(root, schema, value))
        }
        "type" => {
            let types = rule.as_array().cloned().unwrap_or(vec![rule.clone()]);
            types.iter().any(|name| match name.as_str().unwrap() {
                "object" => value.is_object(),
                "array" => value.is_array(),
                "string" => value.is_string(),
                "integer" => value.is_u64() || value.is_i64(),
                "number" => value.is_number(),
                "boolean" => value.is_boolean(),
                "null" => value.is_null(),
                other => panic!("{other}"),
            })
        }
        "const" => rule == value,
        "enum" => rule.as_array().unwrap().contains(value),
        "minimum" => value
            .as_f64()
            .is_none_or(|value| value >= rule.as_f64().unwrap()),
        "maximum" => value
            .as_f64()
            .is_none_or(|value| value <= rule.as_f64().unwrap()),
        "minItems" => value
            .as_array()
            .is_none_or(|items| items.len() as u64 >= rule.as_u64().unwrap()),
        "maxItems" => value
            .as_array()
            .is_none_or(|items| items.len() as u64 <= rule.as_u64().unwrap()),
        "items" => value
            .as_array()
            .is_none_or(|items| items.iter().all(|item| is_valid(root, rule, item))),
        "required" => value.as_object().is_none_or(|fields| {
            let names = rule.as_array().unwrap().iter();
            names
                .map(|name| name.as_str().unwrap())
                .all(|name| fields.contains_key(name))
        }),
        "properties" => value.as_object().is_none_or(|fields| {
            let rules = rule.as_object().unwrap();
            let known = fields
                .iter()
                .filter_map(|(name, value)| Some((rules.get(name)?, value)));
            known
                .into_iter()
                .all(|(rule, value)| is_valid(root, rule, value))
        }),
        "additionalProperties" => {
            assert_eq!(*rule, json!(false));
            let known = &schema["properties"];
            value
                .as_object()
                .is_none_or(|fields| fields.keys().all(|name| known.get(name).is_some()))
        }
        "$schema" | "$defs" | "title" | "description" | "default" | "format" => true,
        other => panic!("{other}: {rule}"),
    })
}

#[test]
fn the_assignment_and_every_example_fulfill_the_schema() {
    let schema = schema();
    let assignment = serde_json::to_value(assignment::full(12)).unwrap();
    assert!(is_valid(&schema, &schema, &assignment));
    let folder = Path::new(&env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../../examples");
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let value: Value = if path.extension().unwrap() == "toml" {
            toml::from_str(&text).unwrap()
        } else {
            serde_json::from_str(&text).unwrap()
        };
        assert!(is_valid(&schema, &schema, &value), "{}", path.display());
        assert!(
            experiment::read_experiments(&path).is_ok(),
            "{}",
            path.display()
        );
    }
}

#[test]
fn the_schema_refuses_what_is_unknown_or_of_another_type() {
    let schema = schema();
    for wrong in [
        json!({"id": "a", "model": {"kind": "dense"}, "epochs": 3}),
        json!({"id": "a", "model": {"kind": "pca", "widths": [1]}}),
        json!({"id": "a", "model": {"kind": "dense", "activation": "tahn"}}),
        json!({"id": "a", "model": {"kind": "dense"}, "training.epochs": ["x"]}),
        json!([]),
        json!({"defaults": {"training": {"epoch": 3}}, "experiment": [{"id": "a"}]}),
        json!({"defaults": {"model": {"kind": "dense"}}, "experiment": [{"model": {}}]}),
    ] {
        assert!(!is_valid(&schema, &schema, &wrong), "{wrong}");
    }
}

#[test]
fn settings_have_their_defaults_and_descriptions_in_the_schema() {
    let schema = schema();
    let settings = &schema["$defs"]["experiment"]["properties"];
    for (name, default) in [
        ("seed", json!(13)),
        ("training.learning_rate", json!(1e-3)),
        ("training.epochs", json!(10)),
        ("model.widths", json!([784, 64, 784])),
    ] {
        let text = settings[name].to_string();
        let found = settings[name].pointer("/default");
        assert_eq!(found, Some(&default), "{text}");
        assert!(text.contains("description"), "{text}");
    }
}
