//! What a schema takes, and what a file has, in a user's words.

use durable_fs::quote_untrusted;
use serde_json::Value;

use super::{
    node::{Content, Node},
    schema::{has_type, names},
};

/// What any of these schemas takes: `a whole number`, `one of relu, sigmoid`.
pub fn expected(schemas: &[&Value]) -> String {
    let is_any = |name: &str| schemas.iter().any(|schema| has_type(schema, name));
    let mut words = Vec::new();
    let texts: Vec<&str> = schemas.iter().flat_map(|schema| names(schema)).collect();
    if !texts.is_empty() {
        words.push(one_of(&texts));
    } else if is_any("string") {
        words.push("a text in quotes".to_owned());
    }
    if is_any("number") {
        words.push("a number".to_owned());
    } else if is_any("integer") {
        let is_count = schemas.iter().any(|schema| schema["minimum"] == 0);
        let bound = if is_count { ", 0 or more" } else { "" };
        words.push(format!("a whole number{bound}"));
    }
    if is_any("boolean") {
        words.push("true or false".to_owned());
    }
    if is_any("array") {
        words.push("a list in square brackets".to_owned());
    }
    if is_any("object") {
        words.push(match kinds(schemas).as_slice() {
            [] => "settings in braces".to_owned(),
            kinds => format!("settings in braces whose kind is {}", one_of(kinds)),
        });
    }
    words.join(" or ")
}

/// `adam`, or `one of adam, sgd`.
pub fn one_of(names: &[&str]) -> String {
    match names {
        [name] => (*name).to_owned(),
        names => format!("one of {}", names.join(", ")),
    }
}

/// The kinds of settings that any of these schemas takes.
pub fn kinds<'a>(schemas: &[&'a Value]) -> Vec<&'a str> {
    let kinds = schemas.iter().map(|schema| &schema["properties"]["kind"]);
    kinds.flat_map(names).collect()
}

/// What a file has.
pub fn found(node: &Node) -> String {
    match &node.content {
        Content::Scalar(Value::Null) => "nothing (null)".to_owned(),
        Content::Scalar(value) => quote_untrusted(&value.to_string()),
        Content::List(_) => "a list in square brackets".to_owned(),
        Content::Fields(_) => "settings in braces".to_owned(),
    }
}
