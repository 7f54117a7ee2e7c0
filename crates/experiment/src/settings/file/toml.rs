//! Settings in TOML.

use durable_fs::quote_untrusted;
use serde_json::{Number, Value};
use toml::de::{DeInteger, DeTable, DeValue};

use super::node::{Content, Field, Node, Problem};

/// Parses a text.
pub fn parse(text: &str) -> Result<Node, Problem> {
    let table = DeTable::parse(text).map_err(|error| Problem {
        at: error.span().map_or(0, |span| span.start),
        text: format!("this is not TOML: {}", quote_untrusted(error.message())),
    })?;
    let at = table.span().start;
    Ok(node(at, DeValue::Table(table.into_inner())))
}

fn node(at: usize, value: DeValue) -> Node {
    let content = match value {
        DeValue::Array(items) => Content::List(
            items
                .into_iter()
                .map(|item| node(item.span().start, item.into_inner()))
                .collect(),
        ),
        DeValue::Table(fields) => {
            let fields = fields.into_iter().map(|(name, value)| Field {
                at: name.span().start,
                name: name.into_inner().into_owned(),
                value: node(value.span().start, value.into_inner()),
            });
            Content::Fields(fields.collect())
        }
        DeValue::String(text) => Content::Scalar(text.into_owned().into()),
        DeValue::Boolean(value) => Content::Scalar(value.into()),
        DeValue::Datetime(time) => Content::Scalar(time.to_string().into()),
        DeValue::Integer(number) => Content::Scalar(integer(&number)),
        DeValue::Float(number) => {
            // A text is refused by its name where a number is expected.
            let parsed = number.as_str().parse().ok().and_then(Number::from_f64);
            Content::Scalar(parsed.map_or_else(|| number.as_str().into(), Value::Number))
        }
    };
    Node { at, content }
}

fn integer(number: &DeInteger) -> Value {
    let (digits, radix) = (number.as_str(), number.radix());
    u64::from_str_radix(digits, radix)
        .map(Value::from)
        .or_else(|_| i64::from_str_radix(digits, radix).map(Value::from))
        .unwrap_or_else(|_| number.to_string().into())
}
