//! Downloads from servers that misbehave on purpose.

mod support;

use std::{
    fs, thread,
    time::{Duration, Instant},
};

use support::{
    Answer, LIMIT, PATIENCE, Server, names_in,
    target::{CONTENT, Target, server},
};
use xtask::transfer::Patience;

/// What must be so with every fault: the reason is said, nothing is left of it, and the next
/// mirror is taken. `requests` is how often the bad one is asked.
fn is_survived(answer: Answer, patience: Patience, reason: &str, requests: usize) {
    let (bad, target) = is_given_up(answer, patience, reason, requests);
    fs::write(target.path(), "what was there before").unwrap();
    let good = server(Answer::Whole(CONTENT.to_vec()));
    target.fetch(&[&bad, &good]).unwrap();
    assert!(target.has_the_content_alone());
}

/// As [`is_survived`], without a next mirror.
fn is_given_up(
    answer: Answer,
    patience: Patience,
    reason: &str,
    requests: usize,
) -> (Server, Target) {
    let bad = server(answer);
    let mut target = Target::new();
    target.patience = patience;
    let error = target.fetch(&[&bad]).unwrap_err();
    assert!(error.contains(reason), "no {reason:?} in: {error}");
    assert!(error.contains(&bad.url), "{error}");
    // One that was given up is counted when the server comes to it.
    let end = Instant::now() + LIMIT;
    while bad.requests() < requests && Instant::now() < end {
        thread::yield_now();
    }
    assert_eq!(bad.requests(), requests, "{error}");
    assert!(names_in(target.folder.path()).is_empty());
    (bad, target)
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

/// The mirrors after it have limits of their own: no good one can be held to such short ones.
#[test]
fn a_server_that_falls_silent_is_given_up() {
    let hasty = Patience {
        response: Duration::from_millis(100),
        silence: Duration::from_millis(100),
        attempts: 2,
        ..PATIENCE
    };
    is_given_up(Answer::Silent, hasty, "timeout", 2);
    is_given_up(Answer::Stalled(CONTENT.to_vec()), hasty, "timeout", 2);
}

#[test]
fn nobody_at_the_address_is_survived_too() {
    let target = Target::new();
    let gone = Server::gone();
    let good = server(Answer::Whole(CONTENT.to_vec()));
    target.fetch(&[&gone, &good]).unwrap();
    assert!(target.has_the_content_alone());
}
