//! Settings that are beside the experiments of a file: each experiment has them where it does not say
//! otherwise.

use serde_json::Value;

use super::{
    grid::undot,
    node::{Content, Field, Node},
};

/// The name of these settings in a file.
pub const DEFAULTS: &str = "defaults";

/// An experiment with the settings of `defaults` that it does not have itself. Where both have
/// settings in braces, they are joined in the same way, unless their `kind` differs: then those of
/// the experiment alone count. PCA gets no `training`, since it has none.
pub fn with_defaults(defaults: &[Field], experiment: Node) -> Node {
    let Content::Fields(own) = &experiment.content else {
        return experiment;
    };
    let own = undot(own);
    let is_pca = fields(&own, "model").and_then(kind) == Some("pca");
    let mut defaults = undot(defaults);
    defaults.retain(|field| !(is_pca && field.name == "training"));
    let content = Content::Fields(joined(&defaults, own));
    Node {
        content,
        ..experiment
    }
}

fn joined(defaults: &[Field], mut own: Vec<Field>) -> Vec<Field> {
    if kind(&own).is_some_and(|own| kind(defaults).is_some_and(|default| default != own)) {
        return own;
    }
    for default in defaults {
        match own.iter_mut().find(|field| field.name == default.name) {
            None => own.push(default.clone()),
            Some(field) => {
                if let (Content::Fields(defaults), Content::Fields(inner)) =
                    (&default.value.content, &mut field.value.content)
                {
                    *inner = joined(defaults, std::mem::take(inner));
                }
            }
        }
    }
    own
}

fn fields<'a>(all: &'a [Field], name: &str) -> Option<&'a [Field]> {
    let field = all.iter().find(|field| field.name == name)?;
    match &field.value.content {
        Content::Fields(fields) => Some(fields),
        Content::Scalar(_) | Content::List(_) => None,
    }
}

fn kind(all: &[Field]) -> Option<&str> {
    let field = all.iter().find(|field| field.name == "kind")?;
    match &field.value.content {
        Content::Scalar(Value::String(kind)) => Some(kind),
        _ => None,
    }
}
