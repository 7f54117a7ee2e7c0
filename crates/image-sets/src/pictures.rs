//! Pictures that are read a few at a time: any number of them fits into memory.

use std::{
    ops::Range,
    path::{Path, PathBuf},
};

use rayon::prelude::*;

use mnist_io::Kind;

use crate::{
    error::{Error, Problem},
    image_folder,
    listing::{self, Listing, relative},
    options::Options,
    picture,
    set::Shape,
};

/// The PNG, JPEG or BMP files of a folder, or one such file.
#[derive(Clone, Debug)]
pub struct Pictures {
    root: PathBuf,
    options: Options,
    files: Vec<(PathBuf, Option<String>)>,
}

impl Pictures {
    /// Finds the pictures at `path`. Of a folder with a split, they are those for testing.
    ///
    /// # Errors
    /// A path that cannot be read or holds none; images beside folders of images.
    pub fn find(path: &Path, options: &Options) -> Result<Pictures, Error> {
        let pictures = |root: &Path, files| Pictures {
            root: root.to_owned(),
            options: *options,
            files,
        };
        if path.is_dir() {
            let files = image_folder::files(path)?;
            if files.is_empty() {
                let found = Listing::of(path)?.describe();
                return Err(Problem::NoImages { found }.at(path));
            }
            return Ok(pictures(path, files));
        }
        let found = listing::kind(path)?;
        if !matches!(found, Kind::Png | Kind::Jpeg | Kind::Bmp) {
            let expected = "a PNG, JPEG or BMP image";
            return Err(Problem::Kind { expected, found }.at(path));
        }
        let root = path.parent().unwrap_or(Path::new(""));
        Ok(pictures(root, vec![(path.to_owned(), None)]))
    }

    /// The number of pictures.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The path of a picture.
    pub fn path(&self, index: usize) -> &Path {
        &self.files[index].0
    }

    /// The path of a picture in its folder, with `/` between its parts.
    pub fn name(&self, index: usize) -> String {
        relative(self.path(index), &self.root)
    }

    /// The class of a picture: the name of its sub-folder, if it is in one.
    pub fn class(&self, index: usize) -> Option<&str> {
        self.files[index].1.as_deref()
    }

    /// Reads some of the pictures, in parallel: the shape of each, which has one channel if every
    /// pixel is gray, and its bytes, C x H x W.
    ///
    /// # Errors
    /// The first file that cannot be read or decoded.
    pub fn read(&self, range: Range<usize>) -> Result<Vec<(Shape, Vec<u8>)>, Error> {
        let read = |(file, _): &(PathBuf, Option<String>)| {
            let picture = picture::read(file, &self.options)?;
            Ok((picture.shape, picture.pixels))
        };
        let read: Vec<Result<_, Error>> = self.files[range].par_iter().map(read).collect();
        read.into_iter().collect()
    }
}
