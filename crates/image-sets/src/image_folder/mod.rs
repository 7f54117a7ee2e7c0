//! A folder of image files: sub-folders are classes, `train` and `test` are the split.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use rayon::prelude::*;

use files::{Files, not_read, set_folder, split};

use crate::{
    array,
    error::{Error, Problem},
    listing::{Listing, relative},
    options::Options,
    picture::{self, Picture},
    set::{ImageSet, Pixels, Shape, Source},
};

mod files;

pub(crate) use files::has_images;

/// Reads the images below `root`.
pub(crate) fn read(root: &Path, options: &Options) -> Result<Source, Error> {
    let folder = set_folder(root)?;
    let mut notes = Vec::new();
    let (training, test) = split(&folder, &mut notes)?;
    if training.images.is_empty() && test.as_ref().is_some_and(|test| !test.images.is_empty()) {
        return Err(Problem::TestOnly.at(&folder));
    }
    let test = test.filter(|test| !test.images.is_empty());
    let sets: Vec<Files> = [Some(training), test].into_iter().flatten().collect();
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
            shape,
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

/// The image files below `root`, each with its class: those for testing if they are apart.
pub(crate) fn files(root: &Path) -> Result<Vec<(PathBuf, Option<String>)>, Error> {
    let folder = set_folder(root)?;
    let (training, test) = split(&folder, &mut Vec::new())?;
    let test = test.filter(|test| !test.images.is_empty());
    Ok(test.unwrap_or(training).images)
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
