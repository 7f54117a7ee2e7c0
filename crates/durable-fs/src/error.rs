//! What can be wrong with a file, whatever it should hold.

use std::{
    io,
    path::{Path, PathBuf},
};

/// Something is wrong with a file or folder.
#[derive(Debug, thiserror::Error)]
#[error("{}", problem.describe(path))]
pub struct Error {
    /// The file or folder.
    pub path: PathBuf,
    /// What was expected of it and what was found.
    pub problem: Problem,
}

impl Error {
    /// The operating system refused to do `operation`: "read", "write" and so on.
    pub fn io(operation: &'static str, path: &Path, reason: io::Error) -> Self {
        Problem::Io { operation, reason }.at(path)
    }
}

/// What can be wrong with a file. Each message is complete: it includes the system's reason.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// It does not exist.
    #[error("no such file")]
    Missing,
    /// The path leads to a directory.
    #[error("expected a file, found a directory")]
    Directory,
    /// The path leads to a device, a pipe or a socket, which may never end.
    #[error("expected a file, found a device, a pipe or a socket")]
    NotAFile,
    /// This user may not read it.
    #[error("no permission to read this file")]
    Denied,
    /// The operating system refused.
    #[error("cannot {operation}: {reason}")]
    Io {
        /// "read", "write" and so on.
        operation: &'static str,
        /// The system's reason.
        reason: io::Error,
    },
    /// It holds more than any file of its kind.
    #[error("expected at most {max} bytes of content, found more")]
    TooLarge {
        /// The limit in bytes.
        max: u64,
    },

    /// A line of a list of digests is malformed.
    #[error(
        "expected a SHA-256, two spaces and a path in this folder, found {found:?} as line {number}"
    )]
    List {
        /// Which line, from 1.
        number: usize,
        /// Its beginning.
        found: String,
    },
    /// A list of digests lacks a file.
    #[error("expected the digest of {} on this list, found none", file.display())]
    NotListed {
        /// The file, by its path in the list's folder.
        file: PathBuf,
    },
    /// The content is not the known one, or not the one that a list of digests names.
    #[error("expected content of SHA-256 {expected}, found {found}")]
    Digest {
        /// The known digest.
        expected: String,
        /// The digest of the file's content, decompressed if it belongs to a data set.
        found: String,
    },
}

impl Problem {
    /// The message of this problem with the file at `path`.
    pub fn describe(&self, path: &Path) -> String {
        match self {
            Problem::Io { operation, reason } => {
                format!("cannot {operation} {}: {reason}", path.display())
            }
            problem => format!("{}: {problem}", path.display()),
        }
    }

    /// This problem with the file at `path`.
    pub fn at(self, path: &Path) -> Error {
        Error {
            path: path.to_owned(),
            problem: self,
        }
    }
}
