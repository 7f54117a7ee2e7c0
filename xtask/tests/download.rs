//! Downloads from servers that misbehave on purpose.

mod support;

use std::{fs, os::unix::fs::symlink, path::PathBuf, time::Duration};

use anyhow::ensure;
use support::{Answer, PATIENCE, Rest, Server, names_in};
use tempfile::TempDir;
use xtask::{
    download::{Download, Downloader},
    output::Output,
    transfer::Patience,
};

const CONTENT: &[u8] = b"the digits zero to nine";
const LARGEST: u64 = 100;

/// A folder to download to.
struct Target {
    folder: TempDir,
    output: Output,
    patience: Patience,
}

impl Target {
    fn new() -> Self {
        Target {
            folder: tempfile::tempdir().unwrap(),
            output: Output::recording(),
            patience: PATIENCE,
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("digits")
    }

    /// Downloads `/digits` from the first server that has it; the error is what was said.
    fn fetch(&self, servers: &[&Server]) -> Result<(), String> {
        let urls: Vec<_> = servers
            .iter()
            .map(|server| format!("{}/digits", server.url))
            .collect();
        let downloader = Downloader {
            output: &self.output,
            patience: self.patience,
            offline: false,
        };
        let download = Download {
            name: "digits",
            urls: &urls,
            target: &self.path(),
            largest: LARGEST,
            check: &|path| {
                ensure!(fs::read(path)? == CONTENT, "the content is wrong");
                Ok(())
            },
        };
        downloader
            .fetch(&download)
            .map_err(|error| format!("{error:#}"))
    }

    fn has_the_content_alone(&self) -> bool {
        names_in(self.folder.path()) == ["digits"] && fs::read(self.path()).unwrap() == CONTENT
    }
}

fn server(answer: Answer) -> Server {
    Server::start([("/digits", answer), ("/loop", Answer::Redirect("/loop"))])
}

/// What must be so with every fault: the reason is said, nothing is left of it, and the next
/// mirror is taken. `requests` is how often the bad one is asked.
fn is_survived(answer: Answer, patience: Patience, reason: &str, requests: usize) {
    let bad = server(answer);
    let mut target = Target::new();
    target.patience = patience;
    let error = target.fetch(&[&bad]).unwrap_err();
    assert!(error.contains(reason), "no {reason:?} in: {error}");
    assert!(error.contains(&bad.url), "{error}");
    assert_eq!(bad.requests(), requests, "{error}");
    assert!(names_in(target.folder.path()).is_empty());

    fs::write(target.path(), "what was there before").unwrap();
    let good = server(Answer::Whole(CONTENT.to_vec()));
    target.fetch(&[&bad, &good]).unwrap();
    assert!(target.has_the_content_alone());
}

#[test]
fn a_status_that_will_not_change_is_not_asked_for_again() {
    for status in [404, 403, 410] {
        let reason = format!("expected status 200, found {status}");
        is_survived(Answer::Status(status), PATIENCE, &reason, 1);
    }
}

#[test]
fn a_server_in_trouble_is_asked_again() {
    for status in [500, 503, 429] {
        let reason = format!("expected status 200, found {status}");
        is_survived(Answer::Status(status), PATIENCE, &reason, 3);
    }
    let recovers = server(Answer::InTurn(vec![
        Answer::Status(503),
        Answer::CutOff(CONTENT.to_vec()),
        Answer::Whole(CONTENT.to_vec()),
    ]));
    let target = Target::new();
    target.fetch(&[&recovers]).unwrap();
    assert!(target.has_the_content_alone());
    assert_eq!(recovers.requests(), 3);
    let said = target.output.recorded();
    assert!(
        said.contains("again, since expected status 200, found 503"),
        "{said}"
    );
}

#[test]
fn a_redirection_is_followed_and_a_loop_of_them_ends() {
    let target = Target::new();
    let moved = Server::start([
        ("/digits", Answer::Redirect("/moved")),
        ("/moved", Answer::Whole(CONTENT.to_vec())),
    ]);
    target.fetch(&[&moved]).unwrap();
    assert!(target.has_the_content_alone());
    // The first request, and the ten redirections that are allowed.
    let reason = "expected 10 redirections at most, found more";
    is_survived(Answer::Redirect("/loop"), PATIENCE, reason, 11);
    is_survived(
        Answer::Redirect("http://"),
        PATIENCE,
        "expected an address",
        1,
    );
}

#[test]
fn a_redirection_is_followed_however_it_is_written() {
    let there = Server::start([("/a/digits", Answer::Whole(CONTENT.to_vec()))]);
    let absolute = format!("{}/a/digits", there.url).leak();
    let without_scheme = absolute.strip_prefix("http:").unwrap();
    for location in [absolute, without_scheme, "/a/digits", "a/digits#top"] {
        let moved = Server::start([
            ("/digits", Answer::Redirect(location)),
            ("/a/digits", Answer::Whole(CONTENT.to_vec())),
        ]);
        let target = Target::new();
        target.fetch(&[&moved]).unwrap();
        assert!(target.has_the_content_alone());
    }
}

#[test]
fn the_body_of_a_redirection_is_not_waited_for() {
    let moved = Server::start([
        ("/digits", Answer::RedirectEndless("/moved")),
        ("/moved", Answer::Whole(CONTENT.to_vec())),
    ]);
    let target = Target::new();
    target.fetch(&[&moved]).unwrap();
    assert!(target.has_the_content_alone());
}

#[test]
fn other_content_is_refused() {
    let page = Answer::Whole(b"<html>Please log in</html>".to_vec());
    is_survived(page, PATIENCE, "the content is wrong", 1);
    is_survived(
        Answer::Whole(Vec::new()),
        PATIENCE,
        "the content is wrong",
        1,
    );
}

#[test]
fn a_content_that_is_cut_off_is_refused() {
    is_survived(
        Answer::CutOff(CONTENT.to_vec()),
        PATIENCE,
        "cut off after",
        3,
    );
}

#[test]
fn a_length_that_is_wrong_is_noticed() {
    let too_long = Answer::Announced(CONTENT.len() + 1, CONTENT.to_vec());
    is_survived(too_long, PATIENCE, "cut off after", 3);
    let too_short = Answer::Announced(CONTENT.len() - 1, CONTENT.to_vec());
    is_survived(too_short, PATIENCE, "the content is wrong", 1);
    let absurd = Answer::Announced(usize::MAX, CONTENT.to_vec());
    is_survived(
        absurd,
        PATIENCE,
        "expected 100 bytes at most, found more",
        1,
    );
}

#[test]
fn a_content_without_end_is_given_up() {
    let endless = Answer::Endless(CONTENT.to_vec());
    is_survived(
        endless,
        PATIENCE,
        "expected 100 bytes at most, found more",
        1,
    );
}

#[test]
fn a_server_that_falls_silent_is_given_up() {
    let hasty = Patience {
        response: Duration::from_millis(100),
        silence: Duration::from_millis(100),
        attempts: 2,
        ..PATIENCE
    };
    is_survived(Answer::Silent, hasty, "timeout", 2);
    is_survived(Answer::Stalled(CONTENT.to_vec()), hasty, "timeout", 2);
}

#[test]
fn a_server_that_is_too_slow_is_given_up() {
    let hasty = Patience {
        silence: Duration::from_millis(300),
        slowest: 100_000,
        attempts: 1,
        ..PATIENCE
    };
    let slow = Answer::Slow(vec![0; 99]);
    is_survived(slow, hasty, "expected 100000 bytes a second at least", 1);
}

#[test]
fn nobody_at_the_address_is_survived_too() {
    let target = Target::new();
    let gone = Server::gone();
    let good = server(Answer::Whole(CONTENT.to_vec()));
    target.fetch(&[&gone, &good]).unwrap();
    assert!(target.has_the_content_alone());
}

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
