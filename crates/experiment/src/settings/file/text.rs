//! The text of a user's file, which may have come from any editor, and the kinds of files that are not
//! text at all.

use mnist_io::Kind;

/// The text of a file in UTF-8, or in UTF-16 with the byte-order mark that Windows begins it with.
///
/// # Errors
/// What the file is instead.
pub fn decode(bytes: &[u8]) -> Result<String, String> {
    let utf16 = |unit: fn([u8; 2]) -> u16, bytes: &[u8]| {
        let (units, rest) = bytes.as_chunks();
        let units: Vec<u16> = units.iter().map(|&bytes| unit(bytes)).collect();
        let text = String::from_utf16(&units).ok();
        text.filter(|_| rest.is_empty())
    };
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(u16::from_le_bytes, rest),
        [0xfe, 0xff, rest @ ..] => utf16(u16::from_be_bytes, rest),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8(rest.to_vec()).ok(),
        _ => String::from_utf8(bytes.to_vec()).ok(),
    };
    let found = match (Kind::of(&bytes[..bytes.len().min(Kind::SNIFFED)]), text) {
        (Kind::Json | Kind::Text | Kind::Empty | Kind::Unknown(_), Some(text)) => return Ok(text),
        (Kind::Json | Kind::Text | Kind::Empty | Kind::Unknown(_), None) => {
            return Err("expected text in UTF-8, found another encoding".to_owned());
        }
        (found, _) => found,
    };
    Err(format!(
        "expected experiments in JSON or TOML, found {found}"
    ))
}

/// The text with spaces in the place of comments, as editors take them in JSON: from `//` to the end of
/// a line, and between `/*` and `*/`. Every byte stays where it is.
pub fn without_comments(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(['"', '/']) {
        let (before, from) = rest.split_at(start);
        plain += before;
        let length = if from.starts_with('"') {
            string_length(from)
        } else if from.starts_with("//") {
            from.find('\n').unwrap_or(from.len())
        } else if from.starts_with("/*") {
            from.find("*/").map_or(from.len(), |end| end + 2)
        } else {
            1
        };
        let (part, after) = from.split_at(length);
        if length > 1 && part.starts_with('/') {
            let blank = part
                .bytes()
                .map(|byte| if byte == b'\n' { '\n' } else { ' ' });
            plain.extend(blank);
        } else {
            plain += part;
        }
        rest = after;
    }
    plain + rest
}

/// Bytes of the string that a text begins with, quotes included.
fn string_length(text: &str) -> usize {
    let mut escaped = true;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}
