//! A folder of PNG pictures, one for each image.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use experiment::Shape;
use tch::Tensor;

use super::png;
use crate::{Error, interruption, scores::floats};

/// Pictures on their way to a folder.
pub struct PictureFolder {
    folder: PathBuf,
    shape: Shape,
}

impl PictureFolder {
    /// Whether `path` names a folder: one that is there, or a name without an ending.
    pub fn is_named_by(path: &Path) -> bool {
        path.is_dir() || path.extension().is_none()
    }

    /// Writes images, `[N, P]`, as pictures of these names, relative to the folder.
    ///
    /// # Errors
    /// [`Error::SameName`]; a file that cannot be written.
    pub fn write(&mut self, names: &[PathBuf], images: &Tensor) -> Result<(), Error> {
        let images = floats(images);
        for (name, image) in names.iter().zip(images.chunks_exact(self.shape.size())) {
            interruption::check()?;
            let path = self.folder.join(name);
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            let mut file = match File::create_new(&path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    let name = name.clone();
                    return Err(Error::SameName { name });
                }
                file => file?,
            };
            file.write_all(&png(self.shape, image)?)?;
        }
        Ok(())
    }
}

/// Writes pictures of `shape` to the folder at `path`, which appears whole or not at all: there must
/// be no folder, or an empty one.
///
/// # Errors
/// [`Error::Folder`]; those of `fill`; a folder that cannot be made.
pub fn write_folder(
    path: &Path,
    shape: Shape,
    fill: impl FnOnce(&mut PictureFolder) -> Result<(), Error>,
) -> Result<(), Error> {
    let fail = |reason| durable_fs::Error::io("write", path, reason);
    let found = match fs::read_dir(path) {
        Ok(mut entries) => entries.next().map(|_| "files in it"),
        Err(_) => path.exists().then_some("a file"),
    };
    if let Some(found) = found {
        let path = path.to_owned();
        return Err(Error::Folder { path, found });
    }
    // On the same file system, so that it can be moved.
    let beside = path.parent().filter(|parent| *parent != Path::new(""));
    let temporary = tempfile::Builder::new()
        .prefix(".apply-unfinished-")
        .tempdir_in(beside.unwrap_or(Path::new(".")))
        .map_err(fail)?;
    let folder = temporary.path().join("pictures");
    fs::create_dir(&folder).map_err(fail)?;
    let mut pictures = PictureFolder { folder, shape };
    fill(&mut pictures).map_err(|error| match error {
        Error::Output(reason) => fail(reason).into(),
        error => error,
    })?;
    fs::rename(&pictures.folder, path).map_err(fail)?;
    Ok(())
}
