//! Checks and downloads, with servers that behave well and badly.

use std::{
    fs::{self, Permissions},
    io::Write,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::Command,
    sync::Mutex,
    thread,
};

use crate::{
    POLICY, names_in,
    server::{Answer, Server},
};
use fetch_data::Fetcher;
use flate2::{Compression, write::GzEncoder};
use mnist_io::catalog::KnownFile;
use sha2::{Digest, Sha256};

const PATH: &str = "mnist/digits.gz";

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn known(content: &[u8]) -> KnownFile {
    let digest: String = Sha256::digest(content)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    KnownFile {
        path: PATH,
        sha256: digest.leak(),
    }
}

/// Fetches the digits from the first server that has them; the messages go to `said`, the error is
/// its message.
fn fetch_and_say(folder: &Path, servers: &[&Server], said: &Mutex<String>) -> Result<(), String> {
    let mirrors: Vec<_> = servers.iter().map(|server| server.url.clone()).collect();
    let fetcher = Fetcher {
        policy: POLICY,
        offline: false,
        say: &|text| *said.lock().unwrap() += &format!("{text}\n"),
    };
    fetcher
        .fetch(folder, &[known(b"the digits").into()], &mirrors)
        .map_err(|error| format!("{error:#}"))
}

fn fetch(folder: &Path, servers: &[&Server]) -> Result<(), String> {
    fetch_and_say(folder, servers, &Mutex::default())
}

#[test]
fn mirrors_are_tried_in_turn_and_a_second_run_downloads_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let without = Server::start([]);
    let wrong = Server::of_digits(Answer::Whole(gzip(b"other digits")));
    let good = Server::of_digits(Answer::Whole(gzip(b"the digits")));
    let said = Mutex::default();
    fetch_and_say(folder.path(), &[&without, &wrong, &good], &said).unwrap();

    let path = folder.path().join(PATH);
    assert_eq!(fs::read(&path).unwrap(), gzip(b"the digits"));
    let ordinary = folder.path().join("ordinary");
    fs::write(&ordinary, "").unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&path), mode(&ordinary));
    let said = said.into_inner().unwrap();
    assert!(said.contains("missing  mnist/digits.gz"), "{said}");
    assert!(said.contains("404"), "{said}");
    assert!(said.contains(known(b"the digits").sha256), "{said}");

    let requests = good.requests();
    let said = Mutex::default();
    fetch_and_say(folder.path(), &[&good], &said).unwrap();
    assert_eq!(*said.lock().unwrap(), "ok       mnist/digits.gz\n");
    assert_eq!(good.requests(), requests);
}

#[test]
fn a_failure_of_all_mirrors_names_the_file_and_each_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let without = Server::start([]);
    let wrong = Server::of_digits(Answer::Whole(gzip(b"other digits")));
    let no_gzip = Server::of_digits(Answer::Whole(b"<html>".to_vec()));
    let cut_off = Server::of_digits(Answer::CutOff(gzip(b"the digits")));
    let servers = [&without, &wrong, &no_gzip, &cut_off];
    let error = fetch(folder.path(), &servers).unwrap_err();

    assert!(
        error.contains(&folder.path().join(PATH).display().to_string()),
        "{error}"
    );
    assert!(error.contains("--mirror URL"), "{error}");
    assert!(error.contains("cut off"), "{error}");
    for server in servers {
        assert!(error.contains(&server.url), "{error}");
    }
    // The part that arrived is resumed by the next attempt.
    let left = names_in(&folder.path().join("mnist"));
    assert_eq!(left, ["digits.gz.partial"]);
}

#[test]
fn a_damaged_file_stays_until_there_is_a_better_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(PATH);
    let damaged = &gzip(b"the digits")[..15];
    fs::create_dir(folder.path().join("mnist")).unwrap();
    fs::write(&path, damaged).unwrap();

    let without = Server::start([]);
    let said = Mutex::default();
    fetch_and_say(folder.path(), &[&without], &said).unwrap_err();
    assert!(
        said.lock().unwrap().contains("damaged  mnist/digits.gz: "),
        "{}",
        said.lock().unwrap()
    );
    assert_eq!(fs::read(&path).unwrap(), damaged);

    let good = Server::of_digits(Answer::Whole(gzip(b"the digits")));
    fetch(folder.path(), &[&good]).unwrap();
    assert_eq!(fs::read(&path).unwrap(), gzip(b"the digits"));
    // It may have been a user's own, of another format.
    let kept = folder.path().join("mnist/digits.gz.replaced");
    assert_eq!(fs::read(kept).unwrap(), damaged);
}

#[test]
fn an_empty_file_is_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("mnist")).unwrap();
    fs::write(folder.path().join(PATH), "").unwrap();
    let good = Server::of_digits(Answer::Whole(gzip(b"the digits")));
    fetch(folder.path(), &[&good]).unwrap();
    assert_eq!(names_in(&folder.path().join("mnist")), ["digits.gz"]);
}

#[test]
fn a_pipe_or_a_folder_at_the_path_of_the_lock_is_refused() {
    let good = Server::of_digits(Answer::Whole(gzip(b"the digits")));
    for make in ["mkfifo", "mkdir"] {
        let folder = tempfile::tempdir().unwrap();
        let lock = folder.path().join("lock");
        assert!(Command::new(make).arg(&lock).status().unwrap().success());
        let error = fetch(folder.path(), &[&good]).unwrap_err();
        let expected = format!("{}: expected a file", lock.display());
        assert!(error.contains(&expected), "{error}");
    }
}

#[test]
fn sound_images_of_a_user_are_kept_beside_the_known_ones() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(PATH);
    let good = Server::of_digits(Answer::Whole(gzip(b"the digits")));
    fs::create_dir(folder.path().join("mnist")).unwrap();
    let own = [1, 2].map(|pixel| [0, 0, 8, 1, 0, 0, 0, 1, pixel]);
    for own in &own {
        fs::write(&path, own).unwrap();
        let said = Mutex::default();
        let without = Server::start([]);
        fetch_and_say(folder.path(), &[&without], &said).unwrap_err();
        assert_eq!(fs::read(&path).unwrap(), own);
        fetch_and_say(folder.path(), &[&good], &said).unwrap();
        assert_eq!(fs::read(&path).unwrap(), gzip(b"the digits"));
        let said = said.into_inner().unwrap();
        assert!(said.contains("differs  mnist/digits.gz: "), "{said}");
        assert!(said.contains("mnist/digits.gz.replaced"), "{said}");
    }
    for (name, own) in ["digits.gz.replaced", "digits.gz.replaced-2"]
        .iter()
        .zip(own)
    {
        assert_eq!(
            fs::read(folder.path().join("mnist").join(name)).unwrap(),
            own
        );
    }
}

#[test]
fn a_file_that_no_mirror_has_does_not_stop_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let lost = KnownFile {
        path: "mnist/lost.gz",
        ..known(b"nowhere")
    };
    let good = Server::of_digits(Answer::Whole(gzip(b"the digits")));
    let files = [lost.into(), known(b"the digits").into()];
    let fetcher = Fetcher {
        policy: POLICY,
        offline: false,
        say: &|_| {},
    };
    let error = fetcher
        .fetch(folder.path(), &files, &[good.url])
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("lost.gz") && !error.contains("digits.gz"),
        "{error}"
    );
    assert!(folder.path().join(PATH).is_file());
}

#[test]
fn two_runs_at_once_download_once_and_both_succeed() {
    let folder = tempfile::tempdir().unwrap();
    let good = Server::of_digits(Answer::Whole(gzip(b"the digits")));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| fetch(folder.path(), &[&good]).unwrap());
        }
    });
    assert_eq!(good.requests(), 1);
    assert_eq!(names_in(&folder.path().join("mnist")), ["digits.gz"]);
}

#[test]
fn offline_names_what_is_missing_and_sends_no_request() {
    let folder = tempfile::tempdir().unwrap();
    let good = Server::of_digits(Answer::Whole(gzip(b"the digits")));
    let fetcher = Fetcher {
        policy: POLICY,
        offline: true,
        say: &|_| {},
    };
    let files = [known(b"the digits").into()];
    let error = fetcher
        .fetch(folder.path(), &files, std::slice::from_ref(&good.url))
        .unwrap_err()
        .to_string();
    assert!(error.contains("mnist/digits.gz: "), "{error}");
    assert!(error.contains("--offline forbids"), "{error}");
    assert_eq!(good.requests(), 0);
    assert!(names_in(folder.path()).is_empty());
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_may_not_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let good = Server::of_digits(Answer::Whole(gzip(b"the digits")));
    give_up_privileges();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o555)).unwrap();
    let error = fetch(folder.path(), &[&good]).unwrap_err();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    let named = format!("cannot make {}", folder.path().display());
    assert!(error.contains(&named), "{error}");
    assert_eq!(good.requests(), 0);
}

/// Root may write everything: the thread of a test that sees a folder as read-only gives that up.
#[cfg(target_os = "linux")]
fn give_up_privileges() {
    use rustix::thread::{CapabilitySet, CapabilitySets, set_capabilities};
    let none = CapabilitySets {
        effective: CapabilitySet::empty(),
        permitted: CapabilitySet::empty(),
        inheritable: CapabilitySet::empty(),
    };
    set_capabilities(None, none).expect("anyone may give up privileges");
}
