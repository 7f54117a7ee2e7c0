//! Downloads from servers that misbehave on purpose.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    sync::Mutex,
    thread,
    time::Duration,
};

use anyhow::ensure;
use fetch_data::{RetryPolicy, download};
use tempfile::TempDir;

use crate::{
    POLICY, names_in,
    server::{Answer, Server},
};

const CONTENT: &[u8] = b"the digits zero to nine";

/// A folder to download to.
struct Target {
    folder: TempDir,
    said: Mutex<String>,
    policy: RetryPolicy,
}

impl Target {
    fn new() -> Self {
        Target {
            folder: tempfile::tempdir().unwrap(),
            said: Mutex::default(),
            policy: POLICY,
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("digits")
    }

    /// Downloads `/digits`; the error is its message.
    fn fetch(&self, server: &Server) -> Result<(), String> {
        let url = format!("{}/digits", server.url);
        let accept = |path: &Path| {
            ensure!(fs::read(path)? == CONTENT, "the content is wrong");
            Ok(())
        };
        let say = |text: &str| *self.said.lock().unwrap() += text;
        download(&self.policy, &say, &url, &self.path(), &accept)
            .map_err(|error| format!("{error:#}"))
    }

    fn has_the_content_alone(&self) -> bool {
        names_in(self.folder.path()) == ["digits"] && fs::read(self.path()).unwrap() == CONTENT
    }
}

fn server(answer: Answer) -> Server {
    Server::start([
        ("/digits", answer),
        ("/loop", Answer::Redirect("/loop".to_owned())),
        ("/moved", Answer::Whole(CONTENT.to_vec())),
    ])
}

/// The download fails for this reason after `requests` requests, and the old file stays.
fn fails(answer: Answer, policy: RetryPolicy, reason: &str, requests: usize) {
    let bad = server(answer);
    let mut target = Target::new();
    target.policy = policy;
    fs::write(target.path(), "what was there before").unwrap();
    let error = target.fetch(&bad).unwrap_err();
    assert!(error.contains(reason), "no {reason:?} in: {error}");
    assert_eq!(bad.requests(), requests, "{error}");
    let found = fs::read_to_string(target.path()).unwrap();
    assert_eq!(found, "what was there before");
    // A good server then completes the download, whatever the bad one has left.
    target
        .fetch(&server(Answer::Whole(CONTENT.to_vec())))
        .unwrap();
    assert!(target.has_the_content_alone());
}

#[test]
fn a_permanent_status_is_not_retried() {
    for status in [404, 403, 410] {
        let reason = format!("expected status 200, found {status}");
        fails(Answer::Status(status), POLICY, &reason, 1);
    }
}

#[test]
fn a_transient_status_is_retried() {
    for status in [500, 503, 429] {
        let reason = format!("expected status 200, found {status}");
        fails(Answer::Status(status), POLICY, &reason, 3);
    }
    let recovers = server(Answer::InTurn(vec![
        Answer::Status(503),
        Answer::CutOff(CONTENT.to_vec()),
        Answer::Whole(CONTENT.to_vec()),
    ]));
    let target = Target::new();
    target.fetch(&recovers).unwrap();
    assert!(target.has_the_content_alone());
    assert_eq!(recovers.requests(), 3);
    let said = target.said.lock().unwrap();
    assert!(
        said.contains("again, since expected status 200, found 503"),
        "{said}"
    );
}

#[test]
fn a_redirection_is_followed_and_a_loop_of_them_ends() {
    let elsewhere = server(Answer::Status(404));
    for to in ["/moved".to_owned(), format!("{}/moved", elsewhere.url)] {
        let target = Target::new();
        target.fetch(&server(Answer::Redirect(to))).unwrap();
        assert!(target.has_the_content_alone());
    }
    let target = Target::new();
    let error = target
        .fetch(&server(Answer::Redirect("/loop".to_owned())))
        .unwrap_err();
    assert!(error.contains("redirect"), "{error}");
}

#[test]
fn other_content_is_refused() {
    let page = Answer::Whole(b"<html>Please log in</html>".to_vec());
    fails(page, POLICY, "the content is wrong", 1);
    fails(Answer::Whole(Vec::new()), POLICY, "the content is wrong", 1);
}

#[test]
fn endless_content_is_refused() {
    let endless = Answer::Endless(vec![0; 1 << 16]);
    fails(endless, POLICY, "the content is wrong", 1);
}

#[test]
fn a_silent_server_is_a_timeout() {
    let hasty = RetryPolicy {
        timeout: Duration::from_millis(100),
        ..POLICY
    };
    for silent in [Answer::Silent, Answer::Stalled(CONTENT.to_vec())] {
        let bad = server(silent);
        let mut target = Target::new();
        target.policy = hasty;
        let error = target.fetch(&bad).unwrap_err();
        assert!(error.contains("timeout"), "{error}");
        // The server counts a request when it handles it, maybe after the client's timeout.
        while bad.requests() < 3 {
            thread::yield_now();
        }
        assert_eq!(bad.requests(), 3);
    }
}

#[test]
fn a_trickling_server_is_a_timeout() {
    let hasty = RetryPolicy {
        attempt_timeout: Duration::from_millis(100),
        attempts: 1,
        ..POLICY
    };
    let bad = server(Answer::Trickling);
    let mut target = Target::new();
    target.policy = hasty;
    let error = target.fetch(&bad).unwrap_err();
    assert!(error.contains("timeout"), "{error}");
}

#[test]
fn a_link_at_the_path_of_the_partial_file_is_not_followed() {
    let target = Target::new();
    let linked = tempfile::NamedTempFile::new().unwrap();
    fs::write(&linked, "a user's").unwrap();
    symlink(&linked, target.folder.path().join("digits.partial")).unwrap();
    let good = server(Answer::Whole(CONTENT.to_vec()));
    target.fetch(&good).unwrap();
    assert!(target.has_the_content_alone());
    assert!(!target.path().is_symlink());
    assert_eq!(fs::read_to_string(&linked).unwrap(), "a user's");
}

#[test]
fn an_interrupted_download_is_resumed() {
    let target = Target::new();
    let bad = server(Answer::CutOff(CONTENT.to_vec()));
    let error = target.fetch(&bad).unwrap_err();
    assert!(error.contains("cut off"), "{error}");
    assert_eq!(names_in(target.folder.path()), ["digits.partial"]);
    let good = server(Answer::Whole(CONTENT.to_vec()));
    target.fetch(&good).unwrap();
    assert!(target.has_the_content_alone());
    assert_eq!(good.requests(), 1);
}

#[test]
fn parts_that_do_not_fit_together_are_downloaded_again() {
    let target = Target::new();
    let changes = server(Answer::InTurn(vec![
        Answer::CutOff(CONTENT.to_vec()),
        Answer::WrongRest(CONTENT.to_vec()),
        Answer::Whole(CONTENT.to_vec()),
    ]));
    target.fetch(&changes).unwrap();
    assert!(target.has_the_content_alone());
    assert_eq!(changes.requests(), 3);

    // What is longer than the content is not its beginning.
    let target = Target::new();
    fs::write(target.folder.path().join("digits.partial"), [0; 100]).unwrap();
    let good = server(Answer::Whole(CONTENT.to_vec()));
    target.fetch(&good).unwrap();
    assert!(target.has_the_content_alone());
    assert_eq!(good.requests(), 2);
}

#[test]
fn an_address_at_which_nobody_listens_is_an_error() {
    let target = Target::new();
    let error = target.fetch(&Server::gone()).unwrap_err();
    assert!(error.contains("refused"), "{error}");
    assert!(names_in(target.folder.path()).is_empty());
}
