//! The digests of an experiment's files, so that later damage is found.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use durable_fs::{Problem, checksums};

use crate::Error;

/// Lists the digests of the files in `folder`, which are all there.
pub fn write(folder: &Path) -> Result<(), Error> {
    Ok(checksums::write(folder, &files(folder)?)?)
}

/// What the list of a complete experiment names. `evaluation.json` comes last, so that no list that
/// was cut off is taken for a whole one.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut files: Vec<PathBuf> = ["experiment.json", "model.safetensors"]
        .map(PathBuf::from)
        .into();
    // PCA is fitted in one step, and has none.
    files.extend(Some(PathBuf::from("metrics.jsonl")).filter(|file| folder.join(file).exists()));
    let arrays = folder.join("arrays");
    files.extend(arrays_in(&arrays).map_err(|e| Error::io("read", &arrays, e))?);
    files.push("evaluation.json".into());
    Ok(files)
}

fn arrays_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(files),
        entries => entries?,
    };
    for entry in entries {
        files.push(Path::new("arrays").join(entry?.file_name()));
    }
    files.retain(|file| file.extension().is_some_and(|extension| extension == "idx"));
    files.sort();
    Ok(files)
}

/// Whether there is a list; every file of the experiment is on it, and is what it was.
pub fn check(folder: &Path) -> Result<bool, Error> {
    let damaged = |problem| Error::Damaged {
        folder: folder.to_owned(),
        problem,
    };
    let listed = checksums::verify(folder).map_err(|problem| match problem.problem {
        Problem::Io { .. } | Problem::Denied => problem.into(),
        _ => damaged(problem),
    })?;
    let Some(listed) = listed else {
        return Ok(false);
    };
    let mut files = files(folder)?.into_iter();
    match files.find(|file| !listed.contains(&folder.join(file))) {
        None => Ok(true),
        Some(file) => Err(damaged(durable_fs::Error {
            path: folder.join(checksums::NAME),
            problem: Problem::NotListed { file },
        })),
    }
}
