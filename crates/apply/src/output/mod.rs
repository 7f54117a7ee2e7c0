//! Files of results: the ending of a name says what is written, and a file appears whole or not at all.

mod folder;
mod rows;
mod sheet;
mod svg;

use std::{io::Write, path::Path};

use crate::Error;

pub use folder::{PictureFolder, write_folder};
pub use rows::{
    Content, NAME_COLUMNS, RowWriter, begin_images, csv_error, csv_name, json_name, npy_header,
    write_image, write_rows,
};
pub use sheet::{MAX_IMAGES, png};
pub use svg::{Comparison, ComparisonRow, svg};

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// NumPy's array of 32-bit floats.
    Npy,
    /// A line for each image.
    Csv,
    /// One object.
    Json,
    /// A picture: one image as it is, or several as a sheet.
    Png,
    /// A picture with texts.
    Svg,
}

impl Format {
    const ALL: [(Format, &str); 5] = [
        (Format::Npy, ".npy"),
        (Format::Csv, ".csv"),
        (Format::Json, ".json"),
        (Format::Png, ".png"),
        (Format::Svg, ".svg"),
    ];

    /// The one of `allowed` that the name of a file ends in.
    ///
    /// # Errors
    /// [`Error::Format`].
    pub fn of(path: &Path, allowed: &[Format]) -> Result<Format, Error> {
        let name = path.to_string_lossy().to_lowercase();
        let allowed = || {
            Format::ALL
                .into_iter()
                .filter(|(format, _)| allowed.contains(format))
        };
        let found = allowed().find(|(_, ending)| name.ends_with(ending));
        found
            .map(|(format, _)| format)
            .ok_or_else(|| Error::Format {
                path: path.to_owned(),
                expected: allowed()
                    .map(|(_, ending)| ending)
                    .collect::<Vec<_>>()
                    .join(" or "),
            })
    }

    /// How many images it can hold.
    pub fn max_images(self) -> usize {
        match self {
            Format::Png => MAX_IMAGES,
            _ => usize::MAX,
        }
    }
}

/// Writes a file whole or not at all: if `fill` fails, what was there before is untouched.
///
/// # Errors
/// Those of `fill`; [`Error::File`].
pub fn write(
    path: &Path,
    fill: impl FnOnce(&mut dyn Write) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut failure = None;
    let written = durable_fs::write_atomically_with(path, |file| {
        fill(file).map_err(|error| match error {
            Error::Output(reason) => reason,
            error => {
                failure = Some(error);
                std::io::Error::other("its content could not be made")
            }
        })
    });
    match failure {
        Some(error) => Err(error),
        None => Ok(written?),
    }
}
