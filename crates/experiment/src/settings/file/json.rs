//! Settings in JSON.

use serde_json::{Deserializer, Value};

use super::{
    node::{Content, Field, Node, Problem},
    text::without_comments,
};

/// Parses a text with one value, and comments.
pub fn parse(text: &str) -> Result<Node, Problem> {
    let text = &without_comments(text);
    // It finds what is wrong and limits the depth, but does not say where each value is.
    serde_json::from_str::<Value>(text).map_err(|error| explain(text, &error))?;
    Ok(Reader { text, at: 0 }.value())
}

/// Reads a text that is valid JSON.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn value(&mut self) -> Node {
        self.skip();
        let at = self.at;
        let content = match self.text.as_bytes()[at] {
            b'[' => {
                self.at += 1;
                let mut items = Vec::new();
                while !self.is_over(b']') {
                    items.push(self.value());
                }
                Content::List(items)
            }
            b'{' => {
                self.at += 1;
                let mut fields = Vec::new();
                while !self.is_over(b'}') {
                    let at = self.at;
                    let name = self.scalar().as_str().unwrap_or_default().to_owned();
                    let value = self.value();
                    fields.push(Field { name, at, value });
                }
                Content::Fields(fields)
            }
            _ => Content::Scalar(self.scalar()),
        };
        Node { at, content }
    }

    /// Whether a list or object has no further item; if so, its last bracket is skipped.
    fn is_over(&mut self, end: u8) -> bool {
        self.skip();
        let is_end = self.text.as_bytes()[self.at] == end;
        self.at += usize::from(is_end);
        is_end
    }

    /// Goes on to the next value or bracket.
    fn skip(&mut self) {
        let rest = &self.text[self.at..];
        let punctuation = |c: char| c.is_ascii_whitespace() || matches!(c, ',' | ':');
        self.at += rest.len() - rest.trim_start_matches(punctuation).len();
    }

    fn scalar(&mut self) -> Value {
        let mut values = Deserializer::from_str(&self.text[self.at..]).into_iter();
        let value = values.next().and_then(Result::ok).unwrap_or_default();
        self.at += values.byte_offset();
        value
    }
}

/// What is wrong with a text that is not JSON.
fn explain(text: &str, error: &serde_json::Error) -> Problem {
    let line: usize = text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum();
    let at = text.floor_char_boundary(line + error.column().saturating_sub(1));
    let rest = &text[at..];
    let text = match rest.as_bytes().first() {
        Some(b'#') => {
            "comments in JSON begin with //; those of TOML (the name of its file ends in .toml) with #"
                .to_owned()
        }
        Some(b'N' | b'I') => {
            let word: String = rest.chars().take_while(char::is_ascii_alphabetic).collect();
            format!("expected a finite number, found {word}")
        }
        Some(b'\'') => "expected a text in double quotes, found a single quote".to_owned(),
        _ if error.is_eof() => "the file ends within a value, a list or braces".to_owned(),
        _ => {
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or_default();
            format!("this is not JSON: {message}")
        }
    };
    Problem { at, text }
}
