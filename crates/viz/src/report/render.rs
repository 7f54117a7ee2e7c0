//! Fills the two templates of the report: HTML and Markdown.

use minijinja::{
    AutoEscape, Environment, Value, escape_formatter, syntax::SyntaxConfig, value::Serde,
};

use super::page::Report;
use crate::error::Error;

const MARKDOWN: &str = "markdown";

/// The report as one HTML page with its figures in it, and as Markdown with links to the figures'
/// files. All data is escaped for the format.
///
/// # Errors
/// [`Error::Template`].
pub fn render(report: &Report) -> Result<(String, String), Error> {
    let mut environment = Environment::new();
    let mut syntax = SyntaxConfig::builder();
    syntax.trim_blocks(true).lstrip_blocks(true);
    environment.set_syntax(syntax.build()?);
    environment.set_auto_escape_callback(|name| {
        if name.ends_with(".md") {
            AutoEscape::Custom(MARKDOWN.into())
        } else {
            AutoEscape::Html
        }
    });
    environment.set_formatter(|out, state, value| {
        if matches!(state.auto_escape(), AutoEscape::Custom(_)) {
            let text = value.to_string();
            let text = if value.is_safe() {
                text
            } else {
                escape_markdown(&text)
            };
            Ok(out.write_str(&text)?)
        } else {
            escape_formatter(out, state, value)
        }
    });
    environment.add_filter("svg_uri", |svg: &str| Value::from_safe_string(svg_uri(svg)));
    environment.add_template("report.html", include_str!("templates/report.html"))?;
    environment.add_template("report.css", include_str!("templates/report.css"))?;
    environment.add_template("report.md", include_str!("templates/report.md"))?;
    let report = Value::from(Serde(report));
    let fill = |name| environment.get_template(name)?.render(&report);
    Ok((fill("report.html")?, fill("report.md")?))
}

/// An SVG document as a URI: shorter than in base64, which its images are in already.
fn svg_uri(svg: &str) -> String {
    let mut uri = String::from("data:image/svg+xml,");
    for character in svg.chars() {
        match character {
            '"' | '#' | '%' | '&' | '<' | '>' | '\'' | ',' => {
                uri += &format!("%{:02X}", u32::from(character));
            }
            _ if character.is_ascii_graphic() => uri.push(character),
            _ => {
                let mut bytes = [0; 4];
                for byte in character.encode_utf8(&mut bytes).bytes() {
                    uri += &format!("%{byte:02X}");
                }
            }
        }
    }
    uri
}

/// Escapes everything that Markdown would interpret, within a table or a link too.
fn escape_markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\r' => escaped.push(' '),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '!' => {
                escaped.push('\\');
                escaped.push(character);
            }
            _ => escaped.push(character),
        }
    }
    escaped
}
