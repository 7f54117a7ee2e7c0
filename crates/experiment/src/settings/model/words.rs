//! Words that the descriptions of dense and convolutional models share.

use super::Initialization;

/// The end of a description that all models have.
pub fn describe_rest(top_k: Option<usize>, initialization: Initialization) -> String {
    let mut text = String::new();
    if let Some(k) = top_k {
        text += &format!(", the {k} largest of the code");
    }
    if initialization != Initialization::default() {
        text += &format!(", {} initialization", initialization.name());
    }
    text
}
