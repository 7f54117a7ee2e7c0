//! The values of a settings file, each with its place in the text, whatever the format.

use serde_json::Value;

/// A value.
#[derive(Clone, Debug)]
pub struct Node {
    /// Where it begins: a byte of the text.
    pub at: usize,
    /// What it is.
    pub content: Content,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum Content {
    /// A text, a number, `true`, `false` or `null`.
    Scalar(Value),
    /// Values in square brackets.
    List(Vec<Node>),
    /// Values with names.
    Fields(Vec<Field>),
}

/// A value with a name.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name, as the file has it.
    pub name: String,
    /// Where the name begins: a byte of the text.
    pub at: usize,
    /// The value.
    pub value: Node,
}

/// What is wrong with a file, and where.
#[derive(Debug)]
pub struct Problem {
    /// A byte of the text.
    pub at: usize,
    /// The message.
    pub text: String,
}

impl Problem {
    /// A problem of a value.
    pub fn new(node: &Node, text: String) -> Self {
        Problem { at: node.at, text }
    }
}

impl Node {
    /// The value of a dotted name, however the file nests it; of several in a list the first. The
    /// value around it if it is not there.
    pub fn find(&self, dotted: &str) -> &Node {
        match &self.content {
            Content::List(items) => items.first().map_or(self, |first| first.find(dotted)),
            Content::Fields(fields) => {
                let rest_after = |field: &Field| match dotted.strip_prefix(&*field.name)? {
                    "" => Some(""),
                    rest => rest.strip_prefix('.'),
                };
                let found = fields.iter().find_map(|f| Some((f, rest_after(f)?)));
                match found {
                    None => self,
                    Some((field, "")) => &field.value,
                    Some((field, rest)) => field.value.find(rest),
                }
            }
            Content::Scalar(_) => self,
        }
    }

    /// The value that a message names by its dotted name, or this one.
    pub fn named_in(&self, message: &str) -> &Node {
        let found = message.split([' ', ',']).map(|word| self.find(word));
        let mut found = found.filter(|found| found.at != self.at);
        found.next().unwrap_or(self)
    }
}
