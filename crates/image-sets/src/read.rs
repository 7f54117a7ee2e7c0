//! What a file or a folder of any of the known kinds holds, and reading all of it.

use std::path::{Path, PathBuf};

use mnist_io::Kind;

use crate::{
    array_set::{ArraySet, ArraySource},
    error::{Error, Problem},
    idx_files, image_folder,
    listing::{self, Listing, has_extension, name},
    named_arrays, notes,
    options::Options,
    set::{ImageSet, Pixels, Shape, Source},
    transform,
};

/// How deep a folder is searched for a set: `data/MNIST/raw` has its files two below `data`.
const MAX_DEPTH: usize = 3;

/// Reads the images at `path`: an IDX, `.npy` or `.npz` file, or a folder of such files or of images.
///
/// An IDX file of images brings its labels and its test set along if they are beside it. The files of
/// a folder may also be one or more folders below it, if there is only one set.
///
/// # Errors
/// A path that cannot be read; a file of another kind than its name says, or damaged, truncated or
/// larger than [`MAX_PIXELS`](crate::MAX_PIXELS) allows; no images, several sets, or images for
/// testing alone; sizes that differ within the set or from its test images; labels that are not as
/// many as the images; pixels that are NaN or infinite.
pub fn read(path: &Path, options: &Options) -> Result<Source, Error> {
    let source = match arrays_at(path)? {
        Some(ArraySource { training, test }) => Source {
            training: training.read()?,
            test: test.map(|test| test.read()).transpose()?,
        },
        None if path.is_dir() => image_folder::read(path, options)?,
        None => return Err(not_many(listing::kind(path)?).at(path)),
    };
    let finish = |set: ImageSet| finish(set, options).map_err(|problem| problem.at(path));
    let training = finish(source.training)?;
    let test = source.test.map(finish).transpose()?;
    let kind = |set: &ImageSet| (set.shape(), matches!(set.pixels(), Pixels::U8(_)));
    check_parts(kind(&training), test.as_ref().map(kind)).map_err(|problem| problem.at(path))?;
    Ok(Source { training, test })
}

/// Refuses test images that are not like those for training in the size of an image, and in whether
/// their numbers are bytes.
pub(crate) fn check_parts(
    training: (Shape, bool),
    test: Option<(Shape, bool)>,
) -> Result<(), Problem> {
    let (expected, is_bytes) = training;
    match test {
        Some((found, _)) if found != expected => Err(Problem::TestShape { expected, found }),
        Some((_, test)) if test != is_bytes => Err(Problem::TestValues),
        _ => Ok(()),
    }
}

/// The arrays at `path` for a model that is trained: of a folder with a test set, the images of that
/// alone, and there need be no others; or else all images. `None` if pictures are there.
pub(crate) fn arrays_for_testing(path: &Path) -> Result<Option<ArraySet>, Error> {
    if path.is_dir()
        && let Some(file) = idx_files::test_images(&Listing::of(path)?.files)
    {
        return Ok(arrays_at(&file)?.map(|source| source.training));
    }
    let Some(ArraySource { training, test }) = arrays_at(path)? else {
        return Ok(None);
    };
    // A file that is named itself is what the user wants.
    let test = test.filter(|_| path.is_dir());
    Ok(Some(test.unwrap_or(training)))
}

/// The arrays at `path`; `None` if it is a picture or a folder of pictures.
pub(crate) fn arrays_at(path: &Path) -> Result<Option<ArraySource>, Error> {
    if path.is_dir() {
        return in_folder(path, path, MAX_DEPTH);
    }
    let root = path.parent().unwrap_or(Path::new(""));
    let idx = || idx_files::arrays(root, &idx_files::around(path)?);
    match listing::kind(path)? {
        _ if idx_files::is_idx(path) => idx(),
        Kind::Idx => idx(),
        _ if has_extension(path, &["npz"]) => named_arrays::of_npz(path),
        _ if has_extension(path, &["npy"]) => named_arrays::of_npy(path),
        Kind::Npy => named_arrays::of_npy(path),
        Kind::Zip => named_arrays::of_npz(path),
        Kind::Png | Kind::Jpeg | Kind::Bmp => return Ok(None),
        found => Err(not_many(found).at(path)),
    }
    .map(Some)
}

fn not_many(found: Kind) -> Problem {
    let expected = "a file of many images (IDX, .npy, .npz), or a folder of images";
    Problem::Kind { expected, found }
}

/// The arrays in `folder`, which is `root`, the folder that the user named, or below it; `None` if there
/// are pictures.
fn in_folder(root: &Path, folder: &Path, depth: usize) -> Result<Option<ArraySource>, Error> {
    let listing = Listing::of(folder)?;
    if let Some(files) = idx_files::find(folder, &listing.files)? {
        return idx_files::arrays(root, &files).map(Some);
    }
    let arrays = arrays(&listing);
    if !arrays.is_empty() {
        return named_arrays::of_files(root, &arrays).map(Some);
    }
    if image_folder::has_images(folder)? {
        return Ok(None);
    }
    let mut sets = Vec::new();
    for folder in &listing.folders {
        if holds_arrays(folder, depth)? {
            sets.push(folder);
        }
    }
    match sets[..] {
        [only] if depth > 0 => in_folder(root, only, depth - 1),
        [] | [_] => Err(no_images(folder, &listing, depth)),
        _ => {
            let found = sets.into_iter().map(|folder| name(folder)).collect();
            Err(Problem::SeveralSets { found }.at(folder))
        }
    }
}

/// The error for a folder without images. Of folders that only hold one other, the innermost is named.
fn no_images(folder: &Path, listing: &Listing, depth: usize) -> Error {
    if let (true, [only]) = (listing.files.is_empty() && depth > 0, &listing.folders[..])
        && let Ok(listing) = Listing::of(only)
    {
        return no_images(only, &listing, depth - 1);
    }
    let found = listing.describe();
    Problem::NoImages { found }.at(folder)
}

/// Whether `folder`, or one below it, has IDX files or NumPy's.
fn holds_arrays(folder: &Path, depth: usize) -> Result<bool, Error> {
    if has_arrays(folder)? {
        return Ok(true);
    }
    for folder in &Listing::of(folder)?.folders {
        if depth > 0 && holds_arrays(folder, depth - 1)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether the files of a folder are arrays of images rather than pictures.
fn has_arrays(folder: &Path) -> Result<bool, Error> {
    let listing = Listing::of(folder)?;
    Ok(!arrays(&listing).is_empty() || listing.files.iter().any(|file| idx_files::is_idx(file)))
}

fn arrays(listing: &Listing) -> Vec<PathBuf> {
    let files = listing
        .files
        .iter()
        .filter(|file| has_extension(file, &["npy", "npz"]));
    files.cloned().collect()
}

/// The set as the options want it, with notes on its pixels.
fn finish(mut set: ImageSet, options: &Options) -> Result<ImageSet, Problem> {
    (set.shape, set.pixels) = transform::apply(set.shape, set.pixels, options)?;
    let notes = notes::of(&set);
    set.notes.extend(notes);
    Ok(set)
}
