//! The digests of an experiment's files, so that later damage is found.
//!
//! A complete experiment is sealed: `SHA256SUMS`, its last file, lists the digests of all others.
//! They are compared each time that an evaluation is read, and each time that `train` finds the
//! experiment complete. An experiment with a file that differs, or that is not on the list, fails
//! by the file's name and is left as it is; the report is drawn without it and says so at the top.
//!
//! A checkpoint is removed only after the seal is written, or kept and listed in it. So results with
//! neither are damaged, and `train` refuses to overwrite them; `viz` shows them, since early versions wrote no list.
//! `inputs/` has its own list; each `train run` writes both again.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use durable_fs::{Problem, checksums};

use crate::error::Error;

/// Lists the digests of all files of the experiment in `folder`; the state of its training is one of
/// them only if it is kept (`with_state`).
pub fn write(folder: &Path, with_state: bool) -> Result<(), Error> {
    let mut list = files(folder)?;
    if with_state {
        list.insert(0, "resume.safetensors".into());
    }
    Ok(checksums::write(folder, &list)?)
}

/// The files of a complete experiment. `evaluation.json` comes last, so that a truncated list is
/// never taken for a complete one.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut files: Vec<PathBuf> = ["experiment.json", "model.safetensors"]
        .map(PathBuf::from)
        .into();
    // Older versions recorded no machine. PCA is fitted in one step and has no metrics.
    let optional = ["machine.json", "metrics.jsonl"].map(PathBuf::from);
    files.extend(
        optional
            .into_iter()
            .filter(|file| folder.join(file).exists()),
    );
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

/// Whether there is a list. If so, every file of the experiment must be on it and have its digest.
pub fn verify(folder: &Path) -> Result<bool, Error> {
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
