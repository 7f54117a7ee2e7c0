//! Whether the folders can be written that commands write.

use std::{fs, path::Path};

use super::Finding;
use crate::context::Context;

pub fn examine(context: &Context, has_libtorch: bool) -> Vec<Finding> {
    let cache = Finding::ok("cache", holds(&context.cache));
    let remedy = format!(
        "make {} a folder that you may write, or name another in AE_WORKBENCH_CACHE",
        context.cache.display()
    );
    vec![
        match try_to_write(&context.root) {
            Ok(()) => Finding::ok("project", context.root.display()),
            Err(problem) => Finding::failed(
                "project",
                problem,
                format!(
                    "make {} a folder that you may write",
                    context.root.display()
                ),
            ),
        },
        match try_to_write(&context.cache) {
            Ok(()) => cache,
            Err(problem) if has_libtorch => {
                let remedy = format!("not needed, since libtorch is set up; else {remedy}");
                Finding::note("cache", problem, remedy)
            }
            Err(problem) => Finding::failed("cache", problem, remedy),
        },
    ]
}

/// In the folder, or in the one that it would be made in.
fn try_to_write(folder: &Path) -> Result<(), String> {
    let existing = folder
        .ancestors()
        .find(|folder| folder.exists())
        .unwrap_or(folder);
    tempfile::tempfile_in(existing)
        .map(drop)
        .map_err(|error| format!("cannot write to {}: {error}", existing.display()))
}

fn holds(cache: &Path) -> String {
    let names: Vec<String> = fs::read_dir(cache)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
        .filter(|name| name != "lock")
        .collect();
    let cache = cache.display();
    if names.is_empty() {
        format!("{cache}, empty")
    } else {
        format!("{cache}, with {}", names.join(", "))
    }
}
