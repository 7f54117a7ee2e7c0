//! Descriptions of the first difference of two JSON files.

use experiment::json::first_difference;

#[test]
fn json_differs_at_a_path() {
    let difference = |now: &str| first_difference(br#"{"a": [1.5, {"b": null}]}"#, now.as_bytes());
    assert_eq!(difference(r#"{"a": [1.5, {"b": null}]}"#), None);
    let said = |now| difference(now).unwrap();
    assert_eq!(
        said(r#"{"a": [1.5, {"b": 2}]}"#),
        "$.a[1].b: recorded null, now 2"
    );
    assert_eq!(
        said(r#"{"a": [1.5]}"#),
        "$.a[1].b: recorded null, now nothing"
    );
    assert_eq!(
        said(r#"{"a": [1.50, {"b": null}]}"#),
        "the same values, written in another way"
    );
}

#[test]
fn a_file_that_was_cut_off_is_a_difference() {
    let said = first_difference(b"{\"a\": [1, 2", b"{\"a\": [1, 2]}").unwrap();
    assert!(said.starts_with("expected JSON: "), "{said}");
}

#[test]
fn untrusted_names_are_quoted() {
    let name = "\\u001b[31m".to_owned() + &"a".repeat(1000);
    let json = |value: &str| format!("{{\"{name}\": {value}}}");
    let said = first_difference(json("1").as_bytes(), json("2").as_bytes()).unwrap();
    assert!(said.len() < 400 && !said.contains('\u{1b}'), "{said:?}");
}
