//! A folder of image files: sub-folders are classes, `train` and `test` are the split.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use rayon::prelude::*;

use crate::{
    array,
    error::{Error, Problem},
    listing::{Listing, has_extension, name, relative},
    options::Options,
    picture::{self, Picture},
    set::{ImageSet, Pixels, Shape, Source},
};

/// The endings of image files.
const EXTENSIONS: [&str; 5] = ["png", "jpg", "jpeg", "jfif", "bmp"];

/// How deep folders are searched. Links can make a circle.
const MAX_DEPTH: usize = 6;

/// The image files of a split, each with its class.
#[derive(Default)]
struct Files {
    images: Vec<(PathBuf, Option<String>)>,
    others: Vec<PathBuf>,
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

/// Reads the images below `root`.
pub(crate) fn read(root: &Path, options: &Options, set: &str) -> Result<Source, Error> {
    let folder = set_folder(root)?;
    let mut notes = Vec::new();
    let (training, test) = split(&folder, &mut notes)?;
    let sets = [Some(training), test].into_iter().flatten();
    let sets = sets.collect::<Vec<Files>>();
    let classes: BTreeSet<&String> = sets
        .iter()
        .flat_map(|files| files.images.iter().filter_map(|(_, class)| class.as_ref()))
        .collect();
    let classes: Vec<String> = classes.into_iter().cloned().collect();
    let first = sets.iter().flat_map(|files| &files.images).next();
    let Some((first, _)) = first else {
        let found = Listing::of(&folder)?.describe();
        return Err(Problem::NoImages { found }.at(&folder));
    };
    let first = (first.clone(), picture::read(first, options)?);
    let total: usize = sets.iter().map(|files| files.images.len()).sum();
    array::count(&[total, first.1.shape.rows, first.1.shape.columns])
        .map_err(|problem| problem.at(root))?;

    let mut pictures = Vec::new();
    for files in &sets {
        pictures.push(decode(&files.images, &first, options)?);
    }
    // Images that are gray by chance do not make a set of color images differ in shape.
    let channels = pictures
        .iter()
        .flatten()
        .map(|picture| picture.shape.channels);
    let shape = Shape {
        channels: channels.max().unwrap_or(1),
        ..first.1.shape
    };
    array::count(&[total, shape.size()]).map_err(|problem| problem.at(root))?;
    let mut read = sets.into_iter().zip(pictures).map(|(files, pictures)| {
        let labels = |class: &Option<String>| {
            let class = class.as_ref()?;
            classes.binary_search(class).ok().map(|index| index as i64)
        };
        let mut notes = notes.clone();
        notes.extend(notes_on(&files, &pictures));
        ImageSet {
            name: set.to_owned(),
            shape,
            names: files
                .images
                .iter()
                .map(|(file, _)| relative(file, root))
                .collect(),
            files: files
                .images
                .iter()
                .zip(&pictures)
                .map(|((file, _), picture)| (relative(file, root), picture.sha256.clone()))
                .collect::<BTreeMap<_, _>>(),
            labels: files
                .images
                .iter()
                .map(|(_, class)| labels(class))
                .collect(),
            class_names: classes.clone(),
            pixels: Pixels::U8(joined(pictures, shape)),
            notes,
        }
    });
    let training = read.next().ok_or_else(|| Problem::TestOnly.at(root))?;
    Ok(Source {
        training,
        test: read.next(),
    })
}

/// `folder`, or the only folder in it, and so on, if there is nothing else.
fn set_folder(folder: &Path) -> Result<PathBuf, Error> {
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
fn split(folder: &Path, notes: &mut Vec<String>) -> Result<(Files, Option<Files>), Error> {
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

/// Decodes the files in parallel. The error is that of the first bad file, or of the first that
/// differs in size from `first`.
fn decode(
    files: &[(PathBuf, Option<String>)],
    first: &(PathBuf, Picture),
    options: &Options,
) -> Result<Vec<Picture>, Error> {
    let decode = |(file, _): &(PathBuf, Option<String>)| {
        let picture = picture::read(file, options)?;
        let sides = |shape: Shape| (shape.rows, shape.columns);
        if sides(picture.shape) != sides(first.1.shape) {
            let problem = Problem::Sizes {
                of_first: first.0.clone(),
                first: first.1.size,
                found: picture.size,
            };
            return Err(problem.at(file));
        }
        Ok(picture)
    };
    let pictures: Vec<Result<Picture, Error>> = files.par_iter().map(decode).collect();
    pictures.into_iter().collect()
}

/// The pixels of all pictures; those of one channel are repeated if `shape` has three.
fn joined(pictures: Vec<Picture>, shape: Shape) -> Vec<u8> {
    let mut pixels = Vec::with_capacity(pictures.len() * shape.size());
    for picture in pictures {
        for _ in 0..shape.channels / picture.shape.channels {
            pixels.extend_from_slice(&picture.pixels);
        }
    }
    pixels
}

fn notes_on(files: &Files, pictures: &[Picture]) -> Vec<String> {
    let mut notes: Vec<String> = not_read(&files.others).into_iter().collect();
    let count =
        |what: fn(&Picture) -> bool| pictures.iter().filter(|picture| what(picture)).count();
    match count(|picture| picture.transparent) {
        0 => {}
        1 => notes.push("1 image has transparent pixels: they are laid over white.".into()),
        many => notes.push(format!(
            "{many} images have transparent pixels: they are laid over white."
        )),
    }
    match count(|picture| picture.deep) {
        0 => {}
        1 => notes.push("1 image has 16 bits for each channel: they are reduced to 8.".into()),
        many => notes.push(format!(
            "{many} images have 16 bits for each channel: they are reduced to 8."
        )),
    }
    notes
}

/// A note on what was left out.
fn not_read(paths: &[PathBuf]) -> Option<String> {
    let (first, more) = paths.split_first()?;
    let first = name(first);
    Some(match more.len() {
        0 => format!("Not read: {first}."),
        1 => format!("Not read: {first} and 1 other."),
        more => format!("Not read: {first} and {more} others."),
    })
}
