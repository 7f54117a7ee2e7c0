//! The data sets that can be downloaded: their files, addresses and digests.
//!
//! MNIST and Fashion-MNIST are checked by the SHA-256 of their decompressed content, which
//! [`mnist_io::catalog`] has. Of the others, the MD5 of each file as it is served is published, in
//! torchvision (`torchvision/datasets/mnist.py`): it finds damage, but not a forgery. The files of
//! EMNIST come out of one archive, and only its MD5 is published: the files themselves are only
//! checked to be sound IDX files.

use mnist_io::catalog::{self, KnownFile};

/// A file to be downloaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RemoteFile {
    /// Its path in the data folder: the folder of its set, and its name at the mirrors.
    pub path: &'static str,
    /// What it is checked by.
    pub digest: Digest,
}

/// The digest of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Digest {
    /// SHA-256 of its decompressed content, 64 hexadecimal digits.
    ContentSha256(&'static str),
    /// MD5 of its bytes, 32 hexadecimal digits.
    Md5(&'static str),
}

impl From<KnownFile> for RemoteFile {
    fn from(file: KnownFile) -> Self {
        RemoteFile {
            path: file.path,
            digest: Digest::ContentSha256(file.sha256),
        }
    }
}

/// The sets by their names, which are also the names of their folders.
pub const NAMES: [&str; 6] = [
    "mnist",
    "fashion-mnist",
    "kmnist",
    "qmnist",
    "emnist-letters",
    "emnist-balanced",
];

/// The files of a set, but for those of EMNIST.
pub fn files(name: &str) -> Vec<RemoteFile> {
    let known: &[KnownFile] = match name {
        "mnist" => &catalog::MNIST,
        "fashion-mnist" => &[catalog::FASHION_TEST, catalog::FASHION_TRAIN].concat(),
        _ => &[],
    };
    let known = known.iter().map(|&file| RemoteFile::from(file));
    let others = WITH_MD5
        .iter()
        .filter(|(path, _)| path.starts_with(&format!("{name}/")));
    let others = others.map(|&(path, digest)| RemoteFile {
        path,
        digest: Digest::Md5(digest),
    });
    known.chain(others).collect()
}

/// Files by the MD5 that torchvision publishes.
#[rustfmt::skip]
const WITH_MD5: [(&str, &str); 8] = [
    ("kmnist/train-images-idx3-ubyte.gz", "bdb82020997e1d708af4cf47b453dcf7"),
    ("kmnist/train-labels-idx1-ubyte.gz", "e144d726b3acfaa3e44228e80efcd344"),
    ("kmnist/t10k-images-idx3-ubyte.gz", "5c965bf0a639b31b8f53240b1b52f4d7"),
    ("kmnist/t10k-labels-idx1-ubyte.gz", "7320c461ea6c1c855c0b718fb2a4b134"),
    ("qmnist/qmnist-train-images-idx3-ubyte.gz", "ed72d4157d28c017586c42bc6afe6370"),
    ("qmnist/qmnist-train-labels-idx2-int.gz", "0058f8dd561b90ffdd0f734c6a30e5e4"),
    ("qmnist/qmnist-test-images-idx3-ubyte.gz", "1394631089c404de565df7b7aeaf9412"),
    ("qmnist/qmnist-test-labels-idx2-int.gz", "5b5b05890a5e13444e108efe57b788aa"),
];

/// The archive of all six sets of EMNIST, 540 MB.
pub const EMNIST_ARCHIVE: RemoteFile = RemoteFile {
    path: "emnist/gzip.zip",
    digest: Digest::Md5("58c8d27c78d21e728a6bc7b3cc06412e"),
};

/// The files of a set of EMNIST. In the archive they are in the folder `gzip`.
pub fn emnist_files(name: &str) -> [String; 4] {
    [
        "train-images-idx3",
        "train-labels-idx1",
        "test-images-idx3",
        "test-labels-idx1",
    ]
    .map(|part| format!("{name}-{part}-ubyte.gz"))
}

/// Public mirrors of the files of each folder.
#[rustfmt::skip]
pub(crate) const PUBLIC_MIRRORS: [(&str, &str); 7] = [
    ("mnist", "https://ossci-datasets.s3.amazonaws.com/mnist"),
    ("mnist", "https://storage.googleapis.com/cvdf-datasets/mnist"),
    ("fashion-mnist", "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com"),
    ("fashion-mnist", "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion"),
    ("kmnist", "http://codh.rois.ac.jp/kmnist/dataset/kmnist"),
    ("qmnist", "https://raw.githubusercontent.com/facebookresearch/qmnist/master"),
    ("emnist", "https://www.itl.nist.gov/iaui/vip/cs_links/EMNIST"),
];
