//! The files of MNIST and Fashion-MNIST, known by the SHA-256 of their decompressed content: the
//! same images can be compressed in many ways.

use std::{
    io::{self, Read},
    path::Path,
};

use durable_fs::Sha256Reader;

use crate::{
    content,
    error::{Error, Problem},
    kind::Kind,
    read,
};

/// A file that is the same everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownFile {
    /// Its path in the data folder, e.g. `mnist/train-images-idx3-ubyte.gz`.
    pub path: &'static str,
    /// SHA-256 of its decompressed content, 64 hexadecimal digits.
    pub sha256: &'static str,
}

impl KnownFile {
    /// Checks the file in `data_folder`.
    ///
    /// # Errors
    /// Those of [`content_sha256`]; a file that is not IDX, or
    /// [`Problem::Digest`](durable_fs::Problem::Digest).
    pub fn verify(&self, data_folder: &Path) -> Result<(), Error> {
        let path = data_folder.join(self.path);
        let found = content_sha256(&path)?;
        if found != self.sha256 {
            match read::kind(&path)? {
                // Of these a digest says as much.
                Kind::Idx | Kind::Text | Kind::Unknown(_) => {}
                found => return Err(Problem::NotIdx { found }.at(&path)),
            }
            let expected = self.sha256.to_owned();
            return Err(durable_fs::Problem::Digest { expected, found }
                .at(&path)
                .into());
        }
        Ok(())
    }
}

/// MNIST: images and labels for training, 60,000 of each, then for testing, 10,000 of each.
pub const MNIST: [KnownFile; 4] = [
    KnownFile {
        path: "mnist/train-images-idx3-ubyte.gz",
        sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    },
    KnownFile {
        path: "mnist/train-labels-idx1-ubyte.gz",
        sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    },
    KnownFile {
        path: "mnist/t10k-images-idx3-ubyte.gz",
        sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    },
    KnownFile {
        path: "mnist/t10k-labels-idx1-ubyte.gz",
        sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    },
];

/// The test set of Fashion-MNIST: 10,000 images, then their labels.
pub const FASHION_TEST: [KnownFile; 2] = [
    KnownFile {
        path: "fashion-mnist/t10k-images-idx3-ubyte.gz",
        sha256: "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    },
    KnownFile {
        path: "fashion-mnist/t10k-labels-idx1-ubyte.gz",
        sha256: "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    },
];

/// The training set of Fashion-MNIST: 60,000 images, then their labels.
pub const FASHION_TRAIN: [KnownFile; 2] = [
    KnownFile {
        path: "fashion-mnist/train-images-idx3-ubyte.gz",
        sha256: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    },
    KnownFile {
        path: "fashion-mnist/train-labels-idx1-ubyte.gz",
        sha256: "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    },
];

/// Maximum size of the content: the largest known file has 47,040,016 bytes, but a small gzip stream
/// can expand a thousand times.
const MAX_CONTENT: u64 = 64 << 20;

/// SHA-256 of the content of a file, decompressed if it is gzip: 64 hexadecimal digits.
///
/// # Errors
/// A file that cannot be read, a gzip stream that is truncated or damaged, or more content than any
/// known file has.
pub fn content_sha256(path: &Path) -> Result<String, Error> {
    content_sha256_at_most(path, MAX_CONTENT)
}

/// Like [`content_sha256`], of a file of at most `max` bytes of content.
///
/// # Errors
/// A file that cannot be read, a gzip stream that is truncated or damaged, or more content.
pub fn content_sha256_at_most(path: &Path, max: u64) -> Result<String, Error> {
    let digest = || {
        let mut content = Sha256Reader::new(content::open(path)?.0);
        let mut buffer = vec![0; 1 << 16];
        let mut found = 0;
        loop {
            match content.read(&mut buffer) {
                Ok(0) => return Ok(content.sha256()),
                Ok(count) => {
                    found += count as u64;
                    if found > max {
                        return Err(durable_fs::Problem::TooLarge { max }.into());
                    }
                }
                Err(error) if error.kind() != io::ErrorKind::Interrupted => {
                    return Err(content::reading(error));
                }
                Err(_) => {}
            }
        }
    };
    digest().map_err(|problem| problem.at(path))
}
