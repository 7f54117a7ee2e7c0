//! Untrusted text, made safe to print.

/// Characters that are kept.
const MAX_CHARACTERS: usize = 300;

/// Makes untrusted text safe to print: control characters, which a terminal would obey, are
/// replaced, and it is cut to 300 characters; `...` marks the cut.
pub fn quote_untrusted(text: &str) -> String {
    let start: String = text.chars().take(MAX_CHARACTERS).collect();
    let mut quoted = start.replace(char::is_control, "\u{fffd}");
    if text.chars().nth(MAX_CHARACTERS).is_some() {
        quoted.push_str("...");
    }
    quoted
}
