//! Writes `explorer.html`: one offline page that holds the models of a run folder and computes them,
//! so that a reader can move through their codes.
//!
//! Layers: page -> fit -> collect -> {image_set, trained} -> {codes, network} -> {numbers, projection} -> arrays -> error
//!
//! [`write()`] needs the run folder alone. `trained` is a model as the page has it: its layers by
//! `network`, what its codes look like by `codes`. `fit` chooses with how many bits weights are
//! written, and leaves out the largest models if they do not fit. `page/` has the page: JavaScript,
//! CSS and HTML, a file for each concept.
//!
//! Shapes: P is the number of pixels of an image, all channels counted, U of units of a code, M of
//! test images whose codes are saved, S of test samples.

#![deny(missing_docs)]

mod arrays;
mod codes;
mod collect;
mod error;
mod fit;
mod image_set;
mod network;
mod numbers;
mod page;
mod projection;
mod trained;

use std::path::Path;

use experiment::RunFolder;

pub use arrays::Rows;
pub use error::Error;
pub use projection::Projection;

/// The maximum size of a page, in bytes.
pub const MAX_BYTES: usize = 5_000_000;

/// Writes the page of the first seed's experiments in `folders` to the file `path`. Each folder comes
/// with the beginning of the names of its experiments, empty for a single one. Experiments that
/// cannot be shown are named in the page, with the reason.
///
/// # Errors
/// A run folder whose experiments cannot be listed, and a file that cannot be written.
pub fn write(folders: &[(&str, &RunFolder)], path: &Path) -> Result<(), Error> {
    let collection = collect::collect(folders)?;
    let html = page::html(&fit::fit(collection, MAX_BYTES)?)?;
    Ok(durable_fs::write_atomically(path, html.as_bytes())?)
}
