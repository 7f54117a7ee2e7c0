//! What all figures have in common: they are SVG documents of one look.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Serialize;

/// A finished figure.
#[derive(Clone, Debug, Serialize)]
pub struct Drawing {
    /// The whole document.
    pub svg: String,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
}

/// Light by default, dark where the reader's screen is. Curves carry their colours as
/// attributes, which these rules override.
pub const STYLE: &str = "<style>\
text{font-family:system-ui,sans-serif;fill:#1b1b1b}\
.paper,rect[fill=\"#FFFFFF\"]{fill:#ffffff}\
image{image-rendering:pixelated}\
@media screen and (prefers-color-scheme:dark){\
text{fill:#e6e6e6}\
[fill=\"#0072B2\"]{fill:#56b4e9}\
[stroke=\"#0072B2\"]{stroke:#56b4e9}\
.paper,rect[fill=\"#FFFFFF\"]{fill:#191b1f}}\
</style>";

/// `bytes` as a URI that needs no file.
pub fn data_uri(media_type: &str, bytes: &[u8]) -> String {
    format!("data:{media_type};base64,{}", STANDARD.encode(bytes))
}

/// `text` as it must stand between tags or in an attribute.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
