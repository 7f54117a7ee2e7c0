//! What all figures have in common: an SVG document, its style, its text.

use std::fmt::{self, Write};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Serialize;

/// A figure that has been drawn.
#[derive(Clone, Debug, Serialize)]
pub struct Drawing {
    /// The whole document.
    pub svg: String,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
    /// Whether its curves and points show their values under a pointer: in a page, the document has to
    /// be part of it.
    pub has_values: bool,
    /// The same for narrow screens, where it differs.
    pub narrow: Option<Box<Drawing>>,
}

impl Drawing {
    /// A document of that size.
    pub fn new(svg: String, width: u32, height: u32) -> Self {
        Drawing {
            svg,
            width,
            height,
            has_values: false,
            narrow: None,
        }
    }

    /// With another drawing for narrow screens.
    pub fn with_narrow(self, narrow: Drawing) -> Self {
        Drawing {
            narrow: Some(Box::new(narrow)),
            ..self
        }
    }
}

/// Light by default, dark where the reader's screen is. Curves carry their colors as attributes,
/// which these rules override.
pub const STYLE: &str = "<style>\
text{font-family:system-ui,sans-serif;fill:#1b1b1b}\
.paper,rect[fill=\"#FFFFFF\"]{fill:#ffffff}\
image{image-rendering:pixelated}\
@media screen and (prefers-color-scheme:dark){\
text{fill:#e6e6e6}\
[fill=\"#0072B2\"]{fill:#4da3ff}\
[fill=\"#6E50C8\"]{fill:#a48cff}\
[stroke=\"#6E50C8\"]{stroke:#a48cff}\
[stroke=\"#0072B2\"]{stroke:#4da3ff}\
[stroke=\"#000000\"]{stroke:#e6e6e6}\
.paper,rect[fill=\"#FFFFFF\"]{fill:#191b1f}}\
</style>";

/// An SVG document being written, on paper of the given size.
pub struct Canvas {
    drawing: Drawing,
    font_size: u32,
}

impl Canvas {
    /// An empty document of that size in pixels, with text of `font_size` pixels.
    pub fn new(width: u32, height: u32, font_size: u32) -> Self {
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" \
             xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\">{STYLE}\
             <rect class=\"paper\" width=\"{width}\" height=\"{height}\" fill=\"#FFFFFF\"/>\n"
        );
        Canvas {
            drawing: Drawing::new(svg, width, height),
            font_size,
        }
    }

    /// Writes `content` with its baseline at `y`; nothing if it is empty. `attributes` are SVG's.
    pub fn text(&mut self, x: u32, y: u32, attributes: &str, content: &str) {
        if !content.is_empty() {
            let (size, content) = (self.font_size, escape(content));
            self.element(format_args!(
                "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" {attributes}>{content}</text>\n"
            ));
        }
    }

    /// Adds an SVG element.
    pub fn element(&mut self, element: fmt::Arguments) {
        let svg = &mut self.drawing.svg;
        svg.write_fmt(element).expect("a string takes any text");
    }

    pub fn finish(mut self) -> Drawing {
        self.drawing.svg.push_str("</svg>\n");
        self.drawing
    }
}

/// The width of the widest text in pixels, estimated: the reader's own font draws it.
pub fn text_width<'a>(texts: impl Iterator<Item = &'a String>, font_size: u32) -> u32 {
    let characters = texts.map(|text| text.chars().count()).max().unwrap_or(0);
    characters as u32 * font_size * 6 / 10
}

/// `text` with an ellipsis in the middle if it has more than `characters`.
pub fn shortened(text: &str, characters: usize) -> String {
    let all: Vec<char> = text.chars().collect();
    if all.len() <= characters {
        return text.to_owned();
    }
    let end = characters / 2;
    let begin = characters.saturating_sub(end + 1);
    let parts = [&all[..begin], &['…'], &all[all.len() - end..]];
    parts.concat().into_iter().collect()
}

/// `bytes` as a URI that needs no file.
pub fn data_uri(media_type: &str, bytes: &[u8]) -> String {
    format!("data:{media_type};base64,{}", STANDARD.encode(bytes))
}

/// `text` in lines of at most `characters`, broken after dashes and spaces, and where it has line ends. A
/// longer word keeps its length.
pub fn lines(text: &str, characters: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for line in text.split('\n') {
        let mut current = String::new();
        for word in line.split_inclusive(['-', ' ', '/']) {
            let length = current.chars().count() + word.trim_end().chars().count();
            if !current.is_empty() && length > characters {
                lines.push(current.trim_end().to_owned());
                current.clear();
            }
            current += word;
        }
        lines.push(current);
    }
    lines
}

/// Escapes `text` for use between tags or in an attribute.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
