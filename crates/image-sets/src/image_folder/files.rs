//! Which image files a folder has, with their classes and the split.

use std::path::{Path, PathBuf};

use crate::{
    error::{Error, Problem},
    listing::{Listing, has_extension, name, relative},
};

/// The endings of image files.
const EXTENSIONS: [&str; 5] = ["png", "jpg", "jpeg", "jfif", "bmp"];

/// How deep folders are searched. Links can make a circle.
const MAX_DEPTH: usize = 6;

/// The image files of a split, each with its class.
#[derive(Default)]
pub(super) struct Files {
    pub(super) images: Vec<(PathBuf, Option<String>)>,
    pub(super) others: Vec<PathBuf>,
}

/// Whether there are image files in `folder` or below.
pub(crate) fn has_images(folder: &Path) -> Result<bool, Error> {
    has_images_to(folder, MAX_DEPTH)
}

fn has_images_to(folder: &Path, depth: usize) -> Result<bool, Error> {
    let listing = Listing::of(folder)?;
    if listing.files.iter().any(|file| is_image(file)) {
        return Ok(true);
    }
    for folder in &listing.folders {
        if depth > 0 && has_images_to(folder, depth - 1)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn is_image(path: &Path) -> bool {
    has_extension(path, &EXTENSIONS)
}

/// `folder`, or the only folder in it, and so on, if there is nothing else.
pub(super) fn set_folder(folder: &Path) -> Result<PathBuf, Error> {
    let listing = Listing::of(folder)?;
    if let [only] = &listing.folders[..]
        && !listing.files.iter().any(|file| is_image(file))
        && split_of(only).is_none()
        && !Listing::of(only)?.files.iter().any(|file| is_image(file))
    {
        return set_folder(only);
    }
    Ok(folder.to_owned())
}

/// The part of the split that a folder is named after.
#[derive(Clone, Copy, PartialEq)]
enum Split {
    Training,
    Test,
    Validation,
}

fn split_of(folder: &Path) -> Option<Split> {
    match &*name(folder).to_lowercase() {
        "train" | "training" => Some(Split::Training),
        "test" | "testing" => Some(Split::Test),
        "val" | "valid" | "validation" => Some(Split::Validation),
        _ => None,
    }
}

/// The files for training and for testing. Without a folder `test`, `val` is for testing.
pub(super) fn split(
    folder: &Path,
    notes: &mut Vec<String>,
) -> Result<(Files, Option<Files>), Error> {
    let listing = Listing::of(folder)?;
    let part = |split| {
        listing
            .folders
            .iter()
            .find(|folder| split_of(folder) == Some(split))
    };
    let Some(training) = part(Split::Training) else {
        if part(Split::Test).is_some() {
            return Err(Problem::TestOnly.at(folder));
        }
        return Ok((labeled(folder)?, None));
    };
    let (test, validation) = (part(Split::Test), part(Split::Validation));
    let unread = listing.files.iter().chain(&listing.folders);
    let unread = unread.filter(|path| {
        let used = [Some(training), test.or(validation)];
        !used.contains(&Some(path))
    });
    notes.extend(not_read(&unread.cloned().collect::<Vec<_>>()));
    if test.is_none() && validation.is_some() {
        notes.push(
            "There is no folder test, so the images of the validation set are for testing.".into(),
        );
    }
    let test = test
        .or(validation)
        .map(|folder| labeled(folder))
        .transpose()?;
    Ok((labeled(training)?, test))
}

/// The images of a folder, by class if they are in sub-folders.
fn labeled(folder: &Path) -> Result<Files, Error> {
    let listing = Listing::of(folder)?;
    let mut files = Files::default();
    for file in &listing.files {
        if is_image(file) {
            files.images.push((file.clone(), None));
        } else {
            files.others.push(file.clone());
        }
    }
    for class in &listing.folders {
        let before = files.images.len();
        collect(class, &name(class), MAX_DEPTH, &mut files)?;
        if let (Some((above, None)), Some((below, _))) =
            (files.images.first(), files.images.get(before))
        {
            let (above, below) = (relative(above, folder), relative(below, folder));
            return Err(Problem::Mixed { above, below }.at(folder));
        }
    }
    Ok(files)
}

/// Adds the images of `folder` and below, all of one class.
fn collect(folder: &Path, class: &str, depth: usize, files: &mut Files) -> Result<(), Error> {
    let listing = Listing::of(folder)?;
    for file in listing.files {
        if is_image(&file) {
            files.images.push((file, Some(class.to_owned())));
        } else {
            files.others.push(file);
        }
    }
    for folder in &listing.folders {
        if depth > 0 {
            collect(folder, class, depth - 1, files)?;
        }
    }
    Ok(())
}

/// A note on what was left out.
pub(super) fn not_read(paths: &[PathBuf]) -> Option<String> {
    let (first, more) = paths.split_first()?;
    let first = name(first);
    Some(match more.len() {
        0 => format!("Not read: {first}."),
        1 => format!("Not read: {first} and 1 other."),
        more => format!("Not read: {first} and {more} others."),
    })
}
