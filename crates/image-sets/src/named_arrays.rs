//! Sets in NumPy's formats: which array is what, by its name.
//!
//! The words of a name decide, whatever separates them: `y`, `labels` or `target` are labels, `x`,
//! `images` or `data` images, `test` is the test set, and `val` is not read. One array alone is images,
//! whatever its name.

use std::path::{Path, PathBuf};

use crate::{
    array::Values,
    array_file::{ArrayFile, Format},
    array_set::{ArraySet, ArraySource},
    error::{Error, Problem},
    listing::{has_extension, name, relative},
    npy,
    npz::Npz,
};

/// Words for images. If several arrays are images, the one of the earliest word is taken.
const IMAGES: [&str; 6] = ["x", "images", "image", "imgs", "img", "data"];

/// Words for labels.
const LABELS: [&str; 6] = ["y", "labels", "label", "targets", "target", "classes"];

/// The array of a single `.npy` file: images, without labels or a test set.
pub(crate) fn of_npy(path: &Path) -> Result<ArraySource, Error> {
    of_files(path.parent().unwrap_or(Path::new("")), &[path.to_owned()])
}

/// Reads a `.npy` file of any numbers, for example of codes: its shape, and the numbers row by row.
///
/// # Errors
/// A file that cannot be read, is of another kind, is damaged, or holds something else than numbers.
pub fn read_numbers(path: &Path) -> Result<(Vec<usize>, Vec<f32>), Error> {
    let (array, _) = npy::read_file(path)?;
    let numbers = match array.values {
        Values::Bool(values) => values.into_iter().map(|v| f32::from(u8::from(v))).collect(),
        Values::U8(values) => values.into_iter().map(f32::from).collect(),
        Values::Integer(values) => values.into_iter().map(|v| v as f32).collect(),
        Values::Float(values) => values,
    };
    Ok((array.shape, numbers))
}

/// The arrays of an `.npz` file.
pub(crate) fn of_npz(path: &Path) -> Result<ArraySource, Error> {
    let npz = Npz::open(path)?;
    assign(path, &npz.names, &mut |index| {
        Ok(ArrayFile::in_npz(&npz, &npz.names[index], name(path)))
    })
}

/// The arrays in the `.npy` and `.npz` files of a folder of the set at `root`: each `.npy`, and each
/// `.npz` with one array, is an array of that name.
pub(crate) fn of_files(root: &Path, files: &[PathBuf]) -> Result<ArraySource, Error> {
    if let [file] = files
        && has_extension(file, &["npz"])
    {
        return of_npz(file);
    }
    let stem = |file: &PathBuf| {
        file.file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    };
    let names: Vec<String> = files.iter().map(stem).collect();
    let folder = files[0].parent().unwrap_or(root);
    assign(folder, &names, &mut |index| {
        let file = &files[index];
        let name_in_set = relative(file, root);
        if !has_extension(file, &["npz"]) {
            return Ok(ArrayFile {
                path: file.clone(),
                name: name_in_set,
                format: Format::Npy,
            });
        }
        let npz = Npz::open(file)?;
        match &npz.names[..] {
            [only] => Ok(ArrayFile::in_npz(&npz, only, name_in_set)),
            _ => {
                let found = files.iter().map(|file| name(file)).collect();
                Err(Problem::SeveralSets { found }.at(folder))
            }
        }
    })
}

/// Which of the arrays are what, by index.
#[derive(Debug, Default)]
struct Roles {
    images: Option<usize>,
    labels: Option<usize>,
    test_images: Option<usize>,
    test_labels: Option<usize>,
}

impl Roles {
    /// The roles of arrays of these names, and the arrays that have none.
    fn of(names: &[String]) -> Result<(Roles, Vec<usize>), Problem> {
        let refuse = || Problem::ArrayNames {
            found: names.to_vec(),
        };
        if names.len() == 1 {
            let images = Some(0);
            return Ok((
                Roles {
                    images,
                    ..Roles::default()
                },
                Vec::new(),
            ));
        }
        // The best rank of each role.
        let mut best: [Option<(usize, usize)>; 4] = [None; 4];
        for (index, name) in names.iter().enumerate() {
            let Some((role, rank)) = role(name) else {
                continue;
            };
            match &mut best[role] {
                Some((same, _)) if *same == rank => return Err(refuse()),
                Some((better, _)) if *better < rank => {}
                place => *place = Some((rank, index)),
            }
        }
        let [images, labels, test_images, test_labels] = best.map(|best| Some(best?.1));
        let used = [images, labels, test_images, test_labels];
        let unused = (0..names.len()).filter(|index| !used.contains(&Some(*index)));
        if images.is_none() {
            return Err(if test_images.is_some() {
                Problem::TestOnly
            } else {
                refuse()
            });
        }
        let roles = Roles {
            images,
            labels,
            test_images,
            test_labels,
        };
        Ok((roles, unused.collect()))
    }
}

/// The role of the images of a test set.
const TEST_IMAGES: usize = 2;

/// The role of an array: 0 for images, 1 for labels, and 2 more for those of the test set; and its
/// rank among the arrays of this role, the best first.
fn role(name: &str) -> Option<(usize, usize)> {
    let name = name.to_lowercase();
    if let Some(role) = ["arr_0", "arr_1"].iter().position(|arr| *arr == name) {
        return Some((role, 0));
    }
    let words: Vec<&str> = name
        .split(|letter: char| !letter.is_alphanumeric())
        .flat_map(|word| match word {
            "xtrain" => vec!["x", "train"],
            "ytrain" => vec!["y", "train"],
            "xtest" => vec!["x", "test"],
            "ytest" => vec!["y", "test"],
            word => vec![word],
        })
        .collect();
    let has = |word: &str| words.contains(&word);
    if ["val", "valid", "validation", "names"]
        .iter()
        .any(|word| has(word))
    {
        return None;
    }
    let is_test = has("test") || has("t10k");
    let role = TEST_IMAGES * usize::from(is_test);
    if let Some(rank) = LABELS.iter().position(|word| has(word)) {
        return Some((role + 1, rank));
    }
    if let Some(rank) = IMAGES.iter().position(|word| has(word)) {
        return Some((role, rank));
    }
    let is_split = is_test || has("train") || has("training");
    is_split.then_some((role, IMAGES.len()))
}

/// The arrays that are needed, which `find` gives by their index, as a set.
fn assign(
    place: &Path,
    names: &[String],
    find: &mut dyn FnMut(usize) -> Result<ArrayFile, Error>,
) -> Result<ArraySource, Error> {
    let (roles, unused) = Roles::of(names).map_err(|problem| problem.at(place))?;
    let mut set = |images: usize, labels: Option<usize>| -> Result<ArraySet, Error> {
        Ok(ArraySet {
            images: find(images)?,
            labels: labels.map(&mut *find).transpose()?,
            is_transposed: false,
            notes: Vec::new(),
        })
    };
    let mut training = set(roles.images.unwrap_or(0), roles.labels)?;
    let test = match roles.test_images {
        None => None,
        Some(images) => Some(set(images, roles.test_labels)?),
    };
    if let [only] = names
        && role(only).is_some_and(|(role, _)| role == TEST_IMAGES)
    {
        training.notes.push(format!(
            "There are no images for training: those of {only} are used for training and for testing, \
             each for one of the two."
        ));
    }
    if !unused.is_empty() {
        let unused: Vec<&str> = unused.iter().map(|&index| &*names[index]).collect();
        training
            .notes
            .push(format!("Arrays that were not read: {}.", unused.join(", ")));
    }
    Ok(ArraySource { training, test })
}
