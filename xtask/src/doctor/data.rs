//! The data files.

use super::Finding;
use crate::context::Context;

pub fn examine(context: &Context) -> Vec<Finding> {
    let folder = context.root.join("data");
    let files = context.data_files.iter();
    files
        .map(|file| match file.verify(&folder) {
            Ok(()) => Finding::ok("data", file.path),
            Err(error) => Finding::failed("data", error, "run `cargo xtask fetch-data`"),
        })
        .collect()
}
