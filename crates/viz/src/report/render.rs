//! The two templates of the report.

use minijinja::{
    AutoEscape, Environment, Value, escape_formatter, syntax::SyntaxConfig, value::Serde,
};

use crate::{Error, drawing::svg::data_uri, report::page::Report};

/// The report in both formats.
#[derive(Debug)]
pub struct Rendered {
    /// One page with its figures in it.
    pub html: String,
    /// The same text and tables, with links to the figures' files.
    pub markdown: String,
}

const MARKDOWN: &str = "markdown";

/// Fills both templates. Whatever the data holds is escaped for each format.
///
/// # Errors
/// [`Error::Template`].
pub fn render(report: &Report) -> Result<Rendered, Error> {
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
    environment.add_filter("svg_uri", |svg: &str| {
        Value::from_safe_string(data_uri("image/svg+xml", svg.as_bytes()))
    });
    environment.add_template("report.html", include_str!("templates/report.html"))?;
    environment.add_template("report.md", include_str!("templates/report.md"))?;
    let report = Value::from(Serde(report));
    let fill = |name| environment.get_template(name)?.render(&report);
    Ok(Rendered {
        html: fill("report.html")?,
        markdown: fill("report.md")?,
    })
}

/// Text that means only itself in Markdown, also within a table or a link.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_takes_no_orders_from_the_data() {
        assert_eq!(
            escape_markdown("a|b *c* [d](e) <f>\n# g_h"),
            "a\\|b \\*c\\* \\[d\\](e) &lt;f&gt; \\# g\\_h"
        );
    }
}
