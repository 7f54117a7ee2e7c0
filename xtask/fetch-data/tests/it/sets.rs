//! The sets that are fetched by their names.

use std::{
    env,
    fs::{self, File},
    io::Write as _,
    path::Path,
    process::Command,
    sync::Mutex,
};

use fetch_data::{
    Fetcher, emnist,
    sets::{self, Digest, RemoteFile},
};
use mnist_io::{Elements, IdxArray};
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::{
    POLICY, names_in,
    server::{Answer, Server},
};

fn fetcher(say: &dyn Fn(&str)) -> Fetcher<'_> {
    Fetcher {
        policy: POLICY,
        offline: false,
        say,
    }
}

#[test]
fn each_set_has_four_files_with_whole_digests() {
    for name in sets::NAMES {
        let files = sets::files(name);
        assert_eq!(files.len(), if name.starts_with("emnist") { 0 } else { 4 });
        for file in files {
            assert!(file.path.starts_with(&format!("{name}/")), "{}", file.path);
            let (digest, length) = match file.digest {
                Digest::ContentSha256(digest) => (digest, 64),
                Digest::Md5(digest) => (digest, 32),
            };
            assert!(
                digest.len() == length && digest.bytes().all(|digit| digit.is_ascii_hexdigit())
            );
        }
    }
}

#[test]
fn a_file_is_checked_by_its_md5() {
    let file = RemoteFile {
        path: "mnist/digits.gz",
        // Of "abc", as RFC 1321 has it.
        digest: Digest::Md5("900150983cd24fb0d6963f7d28e17f72"),
    };
    let folder = tempfile::tempdir().unwrap();
    let wrong = Server::of_digits(Answer::Whole(b"abd".to_vec()));
    let said = Mutex::new(String::new());
    let say = |text: &str| *said.lock().unwrap() += &format!("{text}\n");
    let fetch = |server: &Server| {
        let mirrors = std::slice::from_ref(&server.url);
        fetcher(&say).fetch(folder.path(), &[file], mirrors)
    };
    let error = fetch(&wrong).unwrap_err().to_string();
    let expected = "expected bytes of MD5 900150983cd24fb0d6963f7d28e17f72, found 4911e516e5aa21d327512e0c8b197616";
    assert!(error.contains(expected), "{error}");
    assert!(!folder.path().join(file.path).exists());

    let good = Server::of_digits(Answer::Whole(b"abc".to_vec()));
    fetch(&good).unwrap();
    assert_eq!(fs::read(folder.path().join(file.path)).unwrap(), b"abc");
    fetch(&good).unwrap();
    assert_eq!(good.requests(), 1);
    assert!(said.lock().unwrap().ends_with("ok       mnist/digits.gz\n"));
}

/// An archive like EMNIST's, with the files of one set.
fn write_archive(folder: &Path, name: &str) {
    let path = folder.join(sets::EMNIST_ARCHIVE.path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let images = IdxArray::new(vec![2, 1, 1], Elements::U8(vec![1, 2])).unwrap();
    let file = folder.join("images.gz");
    mnist_io::write(&file, &images).unwrap();
    let mut archive = ZipWriter::new(File::create(path).unwrap());
    for entry in sets::emnist_files(name) {
        archive
            .start_file(format!("gzip/{entry}"), SimpleFileOptions::default())
            .unwrap();
        archive.write_all(&fs::read(&file).unwrap()).unwrap();
    }
    archive.finish().unwrap();
}

#[test]
fn emnist_is_unpacked_once() {
    let folder = tempfile::tempdir().unwrap();
    write_archive(folder.path(), "emnist-letters");
    let error = format!(
        "{:#}",
        emnist::unpack(folder.path(), "emnist-balanced").unwrap_err()
    );
    assert!(
        error.contains("cannot read gzip/emnist-balanced-train-images-idx3-ubyte.gz"),
        "{error}"
    );
    assert!(!emnist::is_unpacked(folder.path(), "emnist-letters"));
    emnist::unpack(folder.path(), "emnist-letters").unwrap();
    let names = names_in(&folder.path().join("emnist-letters"));
    assert_eq!(names.len(), 4);
    assert_eq!(names[0], "emnist-letters-test-images-idx3-ubyte.gz");
    // The archive is not needed any more, and nothing is downloaded.
    fs::remove_file(folder.path().join(sets::EMNIST_ARCHIVE.path)).unwrap();
    fetcher(&|_| {})
        .fetch_set(folder.path(), "emnist-letters", &[Server::gone().url])
        .unwrap();
}

#[test]
fn the_archive_of_emnist_is_checked_before_it_is_unpacked() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start([("/emnist/gzip.zip", Answer::Whole(b"abc".to_vec()))]);
    let error = fetcher(&|_| {})
        .fetch_set(
            folder.path(),
            "emnist-letters",
            std::slice::from_ref(&server.url),
        )
        .unwrap_err();
    let error = format!("{error:#}");
    assert!(
        error.contains("expected bytes of MD5 58c8d27c78d21e728a6bc7b3cc06412e"),
        "{error}"
    );
    assert_eq!(server.requests(), 1);
    assert!(!folder.path().join("emnist-letters").exists());
}

#[test]
fn the_program_takes_names_of_sets() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let mut program = Command::new(env::var_os("CARGO_BIN_EXE_fetch-data").unwrap());
        let output = program
            .args(arguments)
            .arg("--data")
            .arg(folder.path())
            .output()
            .unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let (status, said) = run(&["--offline", "kmnist"]);
    assert_eq!(status, Some(1));
    assert!(
        said.contains("kmnist/t10k-labels-idx1-ubyte.gz: ") && !said.contains("/mnist/"),
        "{said}"
    );
    let (status, said) = run(&["kmnits"]);
    assert_eq!(status, Some(2));
    assert!(
        said.contains("mnist, fashion-mnist, kmnist, qmnist, emnist-letters, emnist-balanced"),
        "{said}"
    );
}
