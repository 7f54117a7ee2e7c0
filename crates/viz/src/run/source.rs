//! Files of the run folder that the report refers to.

use std::path::{Component, Path};

use serde::Serialize;

use crate::error::Error;

/// A file in the run folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Source {
    /// Relative to the report.
    pub path: String,
    /// The text of the link to it.
    pub label: String,
}

impl Source {
    /// A file that the report calls by its path.
    pub fn new(path: impl Into<String>) -> Self {
        let path = path.into();
        Source {
            label: path.clone(),
            path,
        }
    }
}

/// The path in a run folder of the image array `name` of `inputs/`.
pub fn input_path(name: &str) -> String {
    format!("inputs/{name}.idx")
}

/// The relative link from the folder `from` to the folder `to`, which both exist, with a slash at its
/// end.
///
/// # Errors
/// A path that cannot be resolved.
pub fn link_to(to: &Path, from: &Path) -> Result<String, Error> {
    let resolve = |path: &Path| {
        path.canonicalize()
            .map_err(|reason| durable_fs::Error::io("resolve", path, reason))
    };
    let (to, from) = (resolve(to)?, resolve(from)?);
    let shared = to.components().zip(from.components());
    let shared = shared.take_while(|(a, b)| a == b).count();
    let mut link = "../".repeat(from.components().count() - shared);
    for part in to.components().skip(shared) {
        if let Component::Normal(part) = part {
            link += &encoded(&part.to_string_lossy());
            link.push('/');
        }
    }
    Ok(link)
}

/// A part of a path as part of a link: all but the safest characters as `%` and two digits.
fn encoded(part: &str) -> String {
    let byte = |byte: u8| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    part.bytes().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_from_one_folder_to_another() {
        let root = tempfile::tempdir().unwrap();
        for folder in ["a b", "c/d"] {
            std::fs::create_dir_all(root.path().join(folder)).unwrap();
        }
        let (to, from) = (root.path().join("a b"), root.path().join("c/d"));
        assert_eq!(link_to(&to, &from).unwrap(), "../../a%20b/");
        assert_eq!(link_to(&to, &to).unwrap(), "");
        assert_eq!(link_to(&to, root.path()).unwrap(), "a%20b/");
    }
}
