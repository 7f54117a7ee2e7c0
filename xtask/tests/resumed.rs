//! Downloads that were cut off, and are gone on with where that gives the same file.

mod support;

use std::{fs, os::unix::fs::symlink};

use support::{
    Answer, Rest, names_in,
    target::{CONTENT, Target, server},
};

#[test]
fn what_was_cut_off_is_gone_on_with() {
    let server = server(Answer::Tagged("\"a\"", CONTENT.to_vec(), Rest::Given));
    let target = Target::new();
    target.fetch(&[&server]).unwrap();
    assert!(target.has_the_content_alone());
    assert_eq!(server.requests(), 2);
}

#[test]
fn a_later_run_goes_on_with_what_an_earlier_one_had() {
    let server = server(Answer::InTurn(vec![
        Answer::Tagged("\"a\"", CONTENT.to_vec(), Rest::Given),
        Answer::Status(404),
        Answer::Tagged("\"a\"", CONTENT.to_vec(), Rest::Given),
    ]));
    let target = Target::new();
    target.fetch(&[&server]).unwrap_err();
    let left = ["digits.partial", "digits.partial.source"];
    assert_eq!(names_in(target.folder.path()), left);
    target.fetch(&[&server]).unwrap();
    assert!(target.has_the_content_alone());
    assert_eq!(server.requests(), 3);
}

#[test]
fn a_rest_that_does_not_fit_is_not_taken() {
    for rest in [
        Rest::Ignored,
        Rest::FromElsewhere,
        Rest::OtherBytes,
        Rest::Refused,
    ] {
        let server = server(Answer::InTurn(vec![
            Answer::Tagged("\"a\"", CONTENT.to_vec(), rest),
            Answer::Tagged("\"a\"", CONTENT.to_vec(), rest),
            Answer::Whole(CONTENT.to_vec()),
        ]));
        let target = Target::new();
        target.fetch(&[&server]).unwrap();
        assert!(target.has_the_content_alone());
    }
}

#[test]
fn a_content_that_changed_meanwhile_is_taken_whole() {
    let older = b"the digits one to nine".to_vec();
    let server = server(Answer::InTurn(vec![
        Answer::Tagged("\"a\"", older, Rest::Given),
        Answer::Tagged("\"b\"", CONTENT.to_vec(), Rest::Given),
    ]));
    let target = Target::new();
    target.fetch(&[&server]).unwrap();
    assert!(target.has_the_content_alone());
    assert_eq!(server.requests(), 2);
}

#[test]
fn a_rest_of_another_content_is_not_added() {
    let server = server(Answer::InTurn(vec![
        Answer::Tagged("\"a\"", CONTENT.to_vec(), Rest::Given),
        Answer::Tagged("\"a\"", CONTENT.to_vec(), Rest::OtherTag),
        Answer::Whole(CONTENT.to_vec()),
    ]));
    let target = Target::new();
    target.fetch(&[&server]).unwrap();
    assert!(target.has_the_content_alone());
    let said = target.output.recorded();
    let reason = "expected the rest of \"a\", found that of \"other\"";
    assert!(said.contains(reason), "{said}");
    assert_eq!(server.requests(), 3);
}

#[test]
fn a_part_without_its_tag_is_not_gone_on_with() {
    let server = server(Answer::Tagged("\"a\"", CONTENT.to_vec(), Rest::Given));
    let target = Target::new();
    let beside = |ending: &str| target.folder.path().join(format!("digits.{ending}"));
    fs::write(beside("partial"), "the d").unwrap();
    fs::write(beside("partial.source"), format!("{}/digits\n", server.url)).unwrap();
    target.fetch(&[&server]).unwrap();
    assert!(target.has_the_content_alone());
    // The server gives half to who asks for all: one request would do for who asks for a rest.
    assert_eq!(server.requests(), 2);
}

#[test]
fn a_part_with_a_tag_that_cannot_be_sent_is_begun_anew() {
    let server = server(Answer::Whole(CONTENT.to_vec()));
    let target = Target::new();
    let beside = |ending: &str| target.folder.path().join(format!("digits.{ending}"));
    fs::write(beside("partial"), "the d").unwrap();
    let source = format!("{}/digits\n\"a\u{7}\"", server.url);
    fs::write(beside("partial.source"), source).unwrap();
    target.fetch(&[&server]).unwrap();
    assert!(target.has_the_content_alone());
}

#[test]
fn a_link_in_the_place_of_a_part_leaves_what_it_leads_to_alone() {
    let server = server(Answer::Whole(CONTENT.to_vec()));
    let target = Target::new();
    let elsewhere = tempfile::tempdir().unwrap();
    let own = elsewhere.path().join("own");
    fs::write(&own, "a user's").unwrap();
    for ending in ["partial", "partial.source"] {
        symlink(&own, target.folder.path().join(format!("digits.{ending}"))).unwrap();
    }
    target.fetch(&[&server]).unwrap();
    assert!(target.has_the_content_alone());
    assert_eq!(fs::read_to_string(&own).unwrap(), "a user's");
}

#[test]
fn halves_of_two_mirrors_are_not_mixed() {
    let first = server(Answer::InTurn(vec![
        Answer::Tagged("\"a\"", b"THE DIGITS ZERO TO NINE".to_vec(), Rest::Given),
        Answer::Status(404),
    ]));
    let second = server(Answer::InTurn(vec![Answer::Tagged(
        "\"a\"",
        CONTENT.to_vec(),
        Rest::Given,
    )]));
    let target = Target::new();
    target.fetch(&[&first, &second]).unwrap();
    assert!(target.has_the_content_alone());
}

#[test]
fn a_tag_that_does_not_promise_the_same_bytes_is_not_relied_on() {
    let server = server(Answer::InTurn(vec![
        Answer::Tagged("W/\"a\"", CONTENT.to_vec(), Rest::Given),
        Answer::Whole(CONTENT.to_vec()),
    ]));
    let target = Target::new();
    target.fetch(&[&server]).unwrap();
    assert!(target.has_the_content_alone());
}
