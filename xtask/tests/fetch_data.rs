//! `fetch-data` against servers that behave well and badly.

mod support;

use std::{
    fs::{self, Permissions},
    io::Write,
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
    process::{Command, Stdio},
    thread,
};

use flate2::{Compression, write::GzEncoder};
use mnist_io::catalog::{self, KnownFile};
use sha2::{Digest, Sha256};
use support::{Answer, PATIENCE, Rest, Server, World, names_in};
use tempfile::TempDir;
use xtask::{download::Downloader, fetch_data, output::Output};

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

fn downloader(output: &Output) -> Downloader<'_> {
    Downloader {
        output,
        patience: PATIENCE,
        offline: false,
    }
}

fn fetch(output: &Output, folder: &Path, servers: &[&Server]) -> Result<(), String> {
    let mirrors: Vec<_> = servers.iter().map(|server| server.url.clone()).collect();
    fetch_data::fetch(
        &downloader(output),
        folder,
        &[known(b"the digits")],
        &mirrors,
    )
    .map_err(|error| format!("{error:#}"))
}

#[test]
fn mirrors_are_tried_in_turn_and_a_second_run_downloads_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let without = Server::start([]);
    let wrong = Server::start([("/mnist/digits.gz", Answer::Whole(gzip(b"other digits")))]);
    let good = Server::start([("/mnist/digits.gz", Answer::Whole(gzip(b"the digits")))]);
    let output = Output::recording();
    fetch(&output, folder.path(), &[&without, &wrong, &good]).unwrap();

    let path = folder.path().join(PATH);
    assert_eq!(fs::read(&path).unwrap(), gzip(b"the digits"));
    let ordinary = folder.path().join("ordinary");
    fs::write(&ordinary, "").unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&path), mode(&ordinary));
    let said = output.recorded();
    assert!(said.contains("missing  mnist/digits.gz"), "{said}");
    assert!(said.contains("404"), "{said}");
    assert!(said.contains(known(b"the digits").sha256), "{said}");

    let requests = good.requests();
    let output = Output::recording();
    fetch(&output, folder.path(), &[&good]).unwrap();
    assert_eq!(output.recorded(), "ok       mnist/digits.gz");
    assert_eq!(good.requests(), requests);
}

#[test]
fn a_failure_of_all_mirrors_names_the_file_and_each_of_them_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let without = Server::start([]);
    let wrong = Server::start([("/mnist/digits.gz", Answer::Whole(gzip(b"other digits")))]);
    let no_gzip = Server::start([("/mnist/digits.gz", Answer::Whole(b"<html>".to_vec()))]);
    let cut_off = Server::start([("/mnist/digits.gz", Answer::CutOff(gzip(b"the digits")))]);
    let servers = [&without, &wrong, &no_gzip, &cut_off];
    let error = fetch(&Output::recording(), folder.path(), &servers).unwrap_err();

    assert!(
        error.contains(&folder.path().join(PATH).display().to_string()),
        "{error}"
    );
    assert!(error.contains("--mirror URL"), "{error}");
    assert!(error.contains("cut off after"), "{error}");
    for server in servers {
        assert!(error.contains(&server.url), "{error}");
    }
    assert!(names_in(&folder.path().join("mnist")).is_empty());
}

#[test]
fn a_damaged_file_stays_until_there_is_a_better_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(PATH);
    let damaged = &gzip(b"the digits")[..15];
    fs::create_dir(folder.path().join("mnist")).unwrap();
    fs::write(&path, damaged).unwrap();

    let without = Server::start([]);
    let output = Output::recording();
    fetch(&output, folder.path(), &[&without]).unwrap_err();
    assert!(
        output.recorded().contains("damaged  mnist/digits.gz: "),
        "{}",
        output.recorded()
    );
    assert_eq!(fs::read(&path).unwrap(), damaged);

    let good = Server::start([("/mnist/digits.gz", Answer::Whole(gzip(b"the digits")))]);
    fetch(&Output::recording(), folder.path(), &[&good]).unwrap();
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
    let good = Server::start([("/mnist/digits.gz", Answer::Whole(gzip(b"the digits")))]);
    fetch(&Output::recording(), folder.path(), &[&good]).unwrap();
    assert_eq!(names_in(&folder.path().join("mnist")), ["digits.gz"]);
}

#[test]
fn a_pipe_or_a_folder_in_the_place_of_the_lock_is_refused() {
    let good = Server::start([("/mnist/digits.gz", Answer::Whole(gzip(b"the digits")))]);
    for make in ["mkfifo", "mkdir"] {
        let folder = tempfile::tempdir().unwrap();
        let lock = folder.path().join("lock");
        assert!(Command::new(make).arg(&lock).status().unwrap().success());
        let error = fetch(&Output::recording(), folder.path(), &[&good]).unwrap_err();
        let expected = format!("expected a file or nothing at {}", lock.display());
        assert!(error.contains(&expected), "{error}");
    }
}

#[test]
fn sound_images_of_a_user_are_kept_beside_the_known_ones() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(PATH);
    let good = Server::start([("/mnist/digits.gz", Answer::Whole(gzip(b"the digits")))]);
    fs::create_dir(folder.path().join("mnist")).unwrap();
    let own = [1, 2].map(|pixel| [0, 0, 8, 1, 0, 0, 0, 1, pixel]);
    for own in &own {
        fs::write(&path, own).unwrap();
        let output = Output::recording();
        let without = Server::start([]);
        fetch(&output, folder.path(), &[&without]).unwrap_err();
        assert_eq!(fs::read(&path).unwrap(), own);
        fetch(&output, folder.path(), &[&good]).unwrap();
        assert_eq!(fs::read(&path).unwrap(), gzip(b"the digits"));
        let said = output.recorded();
        assert!(said.contains("another  mnist/digits.gz: "), "{said}");
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
fn one_file_that_cannot_be_had_does_not_keep_the_others_away() {
    let folder = tempfile::tempdir().unwrap();
    let lost = KnownFile {
        path: "mnist/lost.gz",
        ..known(b"nowhere")
    };
    let good = Server::start([("/mnist/digits.gz", Answer::Whole(gzip(b"the digits")))]);
    let files = [lost, known(b"the digits")];
    let output = Output::recording();
    let error = fetch_data::fetch(&downloader(&output), folder.path(), &files, &[good.url])
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("lost.gz") && !error.contains("digits.gz"),
        "{error}"
    );
    assert!(folder.path().join(PATH).is_file());
}

#[test]
fn two_runs_at_once_download_once_and_both_end_well() {
    let folder = tempfile::tempdir().unwrap();
    let good = Server::start([("/mnist/digits.gz", Answer::Whole(gzip(b"the digits")))]);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| fetch(&Output::recording(), folder.path(), &[&good]).unwrap());
        }
    });
    assert_eq!(good.requests(), 1);
    assert_eq!(names_in(&folder.path().join("mnist")), ["digits.gz"]);
}

#[test]
fn offline_names_what_is_missing_and_asks_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let good = Server::start([("/mnist/digits.gz", Answer::Whole(gzip(b"the digits")))]);
    let mut world = World::new();
    world.context.offline = true;
    let arguments = fetch_data::Arguments {
        all: false,
        mirrors: vec![good.url.clone()],
        data: Some(folder.path().to_owned()),
    };
    let error = fetch_data::run(&world.context, &arguments).unwrap_err();
    let error = error.to_string();
    assert!(error.contains("mnist/few-images: "), "{error}");
    assert!(error.contains("which --offline forbids"), "{error}");
    assert_eq!(good.requests(), 0);
    assert!(names_in(folder.path()).is_empty());
}

/// A file of the real ones that is small.
const LABELS: &str = "mnist/t10k-labels-idx1-ubyte.gz";

/// A folder that holds all real files but the labels, and the content of those.
fn all_but_labels() -> (TempDir, Vec<u8>) {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data");
    let folder = tempfile::tempdir().unwrap();
    for file in [&catalog::MNIST[..], &catalog::FASHION_TEST].concat() {
        let link = folder.path().join(file.path);
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        if file.path != LABELS {
            symlink(data.join(file.path), link).unwrap();
        }
    }
    (folder, fs::read(data.join(LABELS)).unwrap())
}

/// The real program, with no proxy but the one that the test names.
fn program(folder: &Path, mirror: &str) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_xtask"));
    for name in ["ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"] {
        program.env_remove(name).env_remove(name.to_lowercase());
    }
    program
        .args(["fetch-data", "--mirror", mirror, "--data"])
        .arg(folder);
    program
}

#[test]
fn a_proxy_is_taken_from_the_environment() {
    let (folder, labels) = all_but_labels();
    let proxy = Server::start([(&*format!("/{LABELS}"), Answer::Whole(labels.clone()))]);
    let output = program(folder.path(), "http://files.invalid")
        .env("HTTP_PROXY", &proxy.url)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(proxy.requests(), 1);
    assert_eq!(fs::read(folder.path().join(LABELS)).unwrap(), labels);
}

#[test]
fn a_proxy_that_is_none_or_cannot_be_reached_is_named() {
    let (folder, _) = all_but_labels();
    let gone = Server::gone();
    let address = gone.url.strip_prefix("http://").unwrap();
    for (value, expected) in [
        ("http://a b:1", "HTTP_PROXY: expected http://HOST:PORT"),
        (
            "socks5://127.0.0.1:1",
            "HTTP_PROXY: expected http://HOST:PORT",
        ),
        (
            &gone.url,
            &format!("through the proxy {address} of the environment"),
        ),
    ] {
        let output = program(folder.path(), "http://files.invalid")
            .env("HTTP_PROXY", value)
            .output()
            .unwrap();
        assert!(!output.status.success());
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(expected), "no {expected:?} in: {said}");
        assert!(!folder.path().join(LABELS).exists());
    }
}

#[test]
fn a_run_that_was_killed_leaves_a_part_that_the_next_goes_on_with() {
    let (folder, labels) = all_but_labels();
    let server = Server::start([(
        &*format!("/{LABELS}"),
        Answer::InTurn(vec![
            Answer::StalledTagged("\"a\"", labels.clone()),
            Answer::Tagged("\"a\"", labels.clone(), Rest::Given),
        ]),
    )]);
    let mut first = program(folder.path(), &server.url)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let part = folder.path().join(format!("{LABELS}.partial"));
    let half = labels.len() as u64 / 2;
    while fs::metadata(&part).map_or(0, |part| part.len()) < half {
        assert!(first.try_wait().unwrap().is_none(), "it ended early");
        thread::yield_now();
    }
    first.kill().unwrap();
    first.wait().unwrap();
    assert!(!folder.path().join(LABELS).exists());

    let output = program(folder.path(), &server.url).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(fs::read(folder.path().join(LABELS)).unwrap(), labels);
    assert!(!part.exists());
    // The server gives half to who asks for all: two requests are enough for who asks for the rest.
    assert_eq!(server.requests(), 2);
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_may_not_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let good = Server::start([("/mnist/digits.gz", Answer::Whole(gzip(b"the digits")))]);
    support::give_up_privileges();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o555)).unwrap();
    let error = fetch(&Output::recording(), folder.path(), &[&good]).unwrap_err();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    let named = format!("cannot write {}", folder.path().join("lock").display());
    assert!(error.contains(&named), "{error}");
    assert_eq!(good.requests(), 0);
}

#[test]
fn the_project_comes_with_the_data_of_the_assignment() {
    let mut world = World::new();
    world.context.data_files = [&catalog::MNIST[..], &catalog::FASHION_TEST].concat();
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data");
    let arguments = fetch_data::Arguments {
        all: false,
        mirrors: Vec::new(),
        data: Some(data),
    };
    fetch_data::run(&world.context, &arguments).unwrap();
    assert_eq!(
        world.context.output.recorded().matches("ok  ").count(),
        world.context.data_files.len()
    );
}
