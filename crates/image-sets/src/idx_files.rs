//! Sets of IDX files in all the spellings that are found.
//!
//! A name says three things: the set by what it begins with (`emnist-letters-`), `train`, or `t10k`
//! or `test`, and `images` or `labels`. The rest, `-idx3-ubyte`, `.idx3-ubyte` or `.gz`, is only a hint
//! that it is an IDX file.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use crate::{
    array_file::{ArrayFile, Format},
    array_set::{ArraySet, ArraySource},
    error::{Error, Problem},
    listing::{Listing, name, relative},
};

/// Images and their labels.
#[derive(Clone, Debug, Default)]
struct Part {
    images: Option<PathBuf>,
    labels: Option<PathBuf>,
}

/// The files of a set.
#[derive(Clone, Debug, Default)]
pub(crate) struct IdxFiles {
    training: Part,
    test: Part,
}

/// What the name of a file says.
struct Meaning {
    prefix: String,
    is_test: bool,
    is_labels: bool,
}

impl Meaning {
    /// `None` if it is not the name of an IDX file of a set.
    fn of(path: &Path) -> Option<Meaning> {
        let name = name(path).to_lowercase();
        let position = |word: &str| name.find(word);
        position("idx").or(position("ubyte"))?;
        let labels = position("labels");
        let kind = position("images").or(labels)?;
        let test = position("t10k").or(position("test"));
        let train = position("train");
        let start = [test, train, Some(kind)].into_iter().flatten().min()?;
        Some(Meaning {
            prefix: name[..start].trim_end_matches(['-', '_', '.']).to_owned(),
            is_test: test.is_some() && train.is_none(),
            is_labels: labels == Some(kind),
        })
    }
}

/// Whether a file is named like one of a set of IDX files.
pub(crate) fn is_idx(path: &Path) -> bool {
    Meaning::of(path).is_some()
}

/// The set among `files`, if one is there. Of a file and the same as `.gz`, the first is taken.
pub(crate) fn find(folder: &Path, files: &[PathBuf]) -> Result<Option<IdxFiles>, Error> {
    let sets = sets(files);
    let complete = || sets.values().filter_map(|set| set.training.images.as_ref());
    match complete().count() {
        1 => Ok(sets.into_values().find(|set| set.training.images.is_some())),
        0 if sets.values().any(|set| set.test.images.is_some()) => {
            Err(Problem::TestOnly.at(folder))
        }
        0 => Ok(None),
        _ => {
            let found = complete().map(|images| name(images)).collect();
            Err(Problem::SeveralSets { found }.at(folder))
        }
    }
}

/// The test images among `files`, if there is one set of them.
pub(crate) fn test_images(files: &[PathBuf]) -> Option<PathBuf> {
    let sets = sets(files);
    let mut found = sets.into_values().filter_map(|set| set.test.images);
    found.next().filter(|_| found.next().is_none())
}

/// The set that the file at `path` belongs to, with the other files of its folder.
///
/// Test images, and files of any other name, are a set without a test set.
pub(crate) fn around(path: &Path) -> Result<IdxFiles, Error> {
    let alone = Part {
        images: Some(path.to_owned()),
        labels: None,
    };
    let set = match Meaning::of(path) {
        Some(meaning) if !meaning.is_labels => {
            let folder = path.parent().filter(|folder| *folder != Path::new(""));
            let listing = Listing::of(folder.unwrap_or(Path::new(".")))?;
            let set = sets(&listing.files)
                .remove(&meaning.prefix)
                .unwrap_or_default();
            if meaning.is_test {
                let training = set.test;
                let test = Part::default();
                IdxFiles { training, test }
            } else {
                set
            }
        }
        _ => IdxFiles::default(),
    };
    let labels = set.training.labels;
    Ok(IdxFiles {
        training: Part { labels, ..alone },
        test: set.test,
    })
}

fn sets(files: &[PathBuf]) -> BTreeMap<String, IdxFiles> {
    let mut sets: BTreeMap<String, IdxFiles> = BTreeMap::new();
    for file in files {
        if let Some(meaning) = Meaning::of(file) {
            let set = sets.entry(meaning.prefix).or_default();
            let part = if meaning.is_test {
                &mut set.test
            } else {
                &mut set.training
            };
            let place = if meaning.is_labels {
                &mut part.labels
            } else {
                &mut part.images
            };
            place.get_or_insert_with(|| file.clone());
        }
    }
    sets
}

/// The files as arrays. `root` is the folder that the user named.
pub(crate) fn arrays(root: &Path, files: &IdxFiles) -> Result<ArraySource, Error> {
    let training = array_set(root, &files.training);
    let training = training.ok_or_else(|| Problem::TestOnly.at(root))?;
    let test = array_set(root, &files.test);
    Ok(ArraySource { training, test })
}

fn array_set(root: &Path, part: &Part) -> Option<ArraySet> {
    let file = |path: &PathBuf| ArrayFile {
        path: path.clone(),
        name: relative(path, root),
        format: Format::Idx,
    };
    let images = part.images.as_ref()?;
    Some(ArraySet {
        images: file(images),
        labels: part.labels.as_ref().map(file),
        // EMNIST, by G. Cohen et al., was converted from files that have the columns first.
        is_transposed: name(images).to_lowercase().starts_with("emnist"),
        notes: Vec::new(),
    })
}
