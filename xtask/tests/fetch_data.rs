//! `fetch-data` against servers that behave well and badly.

mod support;

use std::{
    fs,
    io::Write,
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
    process::Command,
    thread,
};

use flate2::{Compression, write::GzEncoder};
use mnist_io::catalog::{self, KnownFile};
use sha2::{Digest, Sha256};
use support::{Answer, PATIENCE, Server, World, names_in};
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

#[test]
fn a_proxy_is_taken_from_the_environment() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data");
    let folder = tempfile::tempdir().unwrap();
    let missing = "mnist/t10k-labels-idx1-ubyte.gz";
    for file in [&catalog::MNIST[..], &catalog::FASHION_TEST].concat() {
        let link = folder.path().join(file.path);
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        if file.path != missing {
            symlink(data.join(file.path), link).unwrap();
        }
    }
    let content = fs::read(data.join(missing)).unwrap();
    let proxy = Server::start([("/mnist/t10k-labels-idx1-ubyte.gz", Answer::Whole(content))]);
    let mut xtask = Command::new(env!("CARGO_BIN_EXE_xtask"));
    for name in [
        "ALL_PROXY",
        "all_proxy",
        "HTTPS_PROXY",
        "https_proxy",
        "NO_PROXY",
        "no_proxy",
    ] {
        xtask.env_remove(name);
    }
    let output = xtask
        .args(["fetch-data", "--mirror", "http://files.invalid", "--data"])
        .arg(folder.path())
        .env("HTTP_PROXY", &proxy.url)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(proxy.requests(), 1);
    assert!(folder.path().join(missing).is_file());
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
