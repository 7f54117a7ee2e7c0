//! The digests of an experiment's files, so that later damage is found.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use mnist_io::{Problem, checksums};

use crate::Error;

/// Lists the digests of the files in `folder`, which are all there.
pub fn write(folder: &Path) -> Result<(), Error> {
    let mut files: Vec<PathBuf> = ["experiment.json", "model.safetensors", "evaluation.json"]
        .map(PathBuf::from)
        .into();
    // PCA is fitted in one step, and has none.
    files.extend(Some(PathBuf::from("metrics.jsonl")).filter(|file| folder.join(file).exists()));
    let arrays = folder.join("arrays");
    files.extend(arrays_in(&arrays).map_err(|e| Error::io("read", &arrays, e))?);
    Ok(checksums::write(folder, &files)?)
}

fn arrays_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        files.push(Path::new("arrays").join(entry?.file_name()));
    }
    files.retain(|file| file.extension().is_some_and(|extension| extension == "idx"));
    files.sort();
    Ok(files)
}

/// Whether there is a list; every file on it is what it was.
pub fn check(folder: &Path) -> Result<bool, Error> {
    match checksums::verify(folder) {
        Ok(count) => Ok(count.is_some()),
        Err(problem) => Err(match problem.problem {
            Problem::Digest { .. } | Problem::Missing | Problem::List { .. } => Error::Damaged {
                folder: folder.to_owned(),
                problem,
            },
            _ => problem.into(),
        }),
    }
}
