//! What is refused before it is read: running out of memory would end the program.

use std::{fs::Metadata, path::Path};

use experiment::Shape;

use crate::{Error, free_memory::lack_of_memory};

/// The maximum of the numbers of an image, those of 1024 x 1024 gray pixels: evaluations show
/// [`experiment::RANDOM_IMAGES`] random images of this size to every model.
const MAX_NUMBERS: usize = 1 << 20;

/// Refuses images of so many numbers that no evaluation can take them.
pub(super) fn check_size(shape: Shape, name: &str) -> Result<(), Error> {
    if shape.size() <= MAX_NUMBERS {
        return Ok(());
    }
    Err(Error::ImagesTooLarge {
        name: name.to_owned(),
        max: MAX_NUMBERS,
        found: shape.to_string(),
    })
}

/// Refuses a file of images that does not fit into memory.
pub(super) fn check_file(path: &Path, name: &str) -> Result<(), Error> {
    let file = path.metadata().ok().filter(Metadata::is_file);
    let needed = file.map_or(0, |file| file.len());
    match lack_of_memory(needed) {
        None => Ok(()),
        Some(free) => Err(Error::TooManyImages {
            name: name.to_owned(),
            needed,
            free,
        }),
    }
}

/// Refuses test images that do not fit into memory.
pub(super) fn check_test_images(
    count: usize,
    shape: Shape,
    is_bytes: bool,
    name: &str,
) -> Result<(), Error> {
    // Evaluations have a copy.
    let needed = 2 * (count * shape.size() * if is_bytes { 1 } else { 4 }) as u64;
    match lack_of_memory(needed) {
        None => Ok(()),
        Some(free) => Err(Error::TooManyTestImages {
            name: name.to_owned(),
            needed,
            free,
        }),
    }
}
