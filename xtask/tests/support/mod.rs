//! What several tests need: a server on this machine, zip files, a context of temporary folders.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::{
    collections::HashMap,
    env::consts::{DLL_PREFIX, DLL_SUFFIX},
    fs,
    io::{BufRead, BufReader, Cursor, Write},
    net::{TcpListener, TcpStream},
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use tempfile::TempDir;
use xtask::{context::Context, output::Output};
use zip::{ZipWriter, write::SimpleFileOptions};

/// What a server answers to one path.
#[derive(Clone)]
pub enum Answer {
    Whole(Vec<u8>),
    /// Announces all of it, sends half and hangs up.
    CutOff(Vec<u8>),
}

/// A server that answers 404 to all other paths.
pub struct Server {
    pub url: String,
    requests: Arc<AtomicUsize>,
}

impl Server {
    pub fn start<const N: usize>(answers: [(&str, Answer); N]) -> Self {
        let answers: HashMap<_, _> = answers
            .map(|(path, answer)| (path.to_owned(), answer))
            .into();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(AtomicUsize::new(0));
        let counter = requests.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                counter.fetch_add(1, Ordering::SeqCst);
                respond(stream.unwrap(), &answers);
            }
        });
        Server { url, requests }
    }

    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

fn respond(mut stream: TcpStream, answers: &HashMap<String, Answer>) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let request = lines.next().unwrap().unwrap();
    let path = request.split(' ').nth(1).unwrap();
    lines.find(|line| line.as_ref().unwrap().is_empty());
    let (status, announced, sent): (_, _, &[u8]) = match answers.get(path) {
        Some(Answer::Whole(body)) => ("200 OK", body.len(), body),
        Some(Answer::CutOff(body)) => ("200 OK", body.len(), &body[..body.len() / 2]),
        None => ("404 Not Found", 0, &[]),
    };
    let head =
        format!("HTTP/1.1 {status}\r\nContent-Length: {announced}\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(sent).unwrap();
}

/// A project's folder and a cache, both empty; no pip, no cargo, no NVIDIA driver.
pub struct World {
    folder: TempDir,
    pub context: Context,
}

impl World {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("project");
        fs::create_dir(&root).unwrap();
        let context = Context {
            root,
            cache: folder.path().join("cache"),
            user_libtorch: None,
            python: folder.path().join("no-python").into(),
            cargo: folder.path().join("no-cargo").into(),
            nvidia_driver: || None,
            output: Output::recording(),
        };
        World { folder, context }
    }

    /// A folder beside the project.
    pub fn folder(&self, name: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::create_dir_all(&path).unwrap();
        path
    }

    /// Puts programs that do nothing but note how they are called into a folder, which it gives.
    pub fn fake_programs(&mut self) -> PathBuf {
        let programs = self.folder("programs");
        let fake = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/fake.sh");
        for name in ["python", "cargo", "train", "viz"] {
            symlink(&fake, programs.join(name)).unwrap();
        }
        self.context.python = programs.join("python").into();
        self.context.cargo = programs.join("cargo").into();
        programs
    }

    /// Where `.libtorch` leads to.
    pub fn linked(&self) -> Option<PathBuf> {
        fs::read_link(self.context.root.join(".libtorch")).ok()
    }
}

/// A zip file of these paths and contents.
pub fn zip_of<N: AsRef<str>, C: AsRef<[u8]>>(files: &[(N, C)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        writer
            .start_file(name.as_ref(), SimpleFileOptions::default())
            .unwrap();
        writer.write_all(content.as_ref()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// File name of a shared library on this system.
pub fn library(name: &str) -> String {
    format!("{DLL_PREFIX}{name}{DLL_SUFFIX}")
}

/// The files that set-up looks for in a libtorch, below the folder `top`.
pub fn libtorch_files(top: &str) -> Vec<(String, String)> {
    let mut files = vec![(
        format!("{top}/include/torch/csrc/api/include/torch/torch.h"),
        "// header".to_owned(),
    )];
    for name in ["torch", "torch_cpu", "c10"] {
        files.push((
            format!("{top}/lib/{}", library(name)),
            format!("{name}, whole"),
        ));
    }
    files
}

/// Lays a libtorch out in `folder`.
pub fn unpacked_libtorch(folder: &Path, version: &str) {
    for (path, content) in libtorch_files(".") {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    fs::write(folder.join("build-version"), version).unwrap();
}

/// Names of what is in a folder, sorted.
pub fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
