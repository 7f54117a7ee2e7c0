//! Files of the run folder that the report refers to.

use serde::Serialize;

/// A file in the run folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Source {
    /// Relative to the run folder.
    pub path: String,
    /// The text of the link to it.
    pub label: String,
}

impl Source {
    /// A file that the report calls by its path.
    pub fn new(path: impl Into<String>) -> Self {
        let path = path.into();
        Source {
            label: path.clone(),
            path,
        }
    }

    /// The image array `name` of `inputs/`.
    pub fn input(name: &str) -> Self {
        Source::new(format!("inputs/{name}.idx"))
    }
}
