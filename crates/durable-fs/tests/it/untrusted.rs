//! Untrusted text.

use durable_fs::quote_untrusted;

#[test]
fn control_characters_are_replaced() {
    assert_eq!(
        quote_untrusted("\u{1b}[31mred\n"),
        "\u{fffd}[31mred\u{fffd}"
    );
    assert_eq!(quote_untrusted("plain: é ×"), "plain: é ×");
}

#[test]
fn long_texts_are_cut_at_a_character() {
    let exact = "é".repeat(300);
    assert_eq!(quote_untrusted(&exact), exact);
    assert_eq!(quote_untrusted(&format!("{exact}x")), format!("{exact}..."));
}
