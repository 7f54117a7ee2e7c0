//! The files of libtorch, the data, and the folders that commands write.

use std::{env, fs, path::Path};

use super::machine::{
    Machine,
    Verdict::{self, Failed, Good, Note},
};
use crate::setup::libtorch::{VERSION, verify_digests};

pub(super) fn libtorch(machine: &Machine) -> Verdict {
    match &machine.libtorch {
        Ok(folder) => {
            let is_users = machine.context.user_libtorch.is_some();
            let named = if is_users { ", named by LIBTORCH" } else { "" };
            Good(format!("{VERSION}, {}{named}", folder.display()))
        }
        Err(problem) => Failed(problem.clone()),
    }
}

pub(super) fn digests(machine: &Machine) -> Verdict {
    let Ok(folder) = &machine.libtorch else {
        return Note("not read: see the line on libtorch".to_owned());
    };
    match verify_digests(folder) {
        Ok(None) => Good("there; no list of digests comes with this libtorch".to_owned()),
        Ok(Some(count)) => Good(format!("the digests of all {count} are right")),
        Err(problem) => Failed(format!("{problem:#}")),
    }
}

pub(super) fn data(machine: &Machine) -> Verdict {
    let folder = machine.context.root.join("data");
    let files = &machine.context.data_files;
    let problems: Vec<String> = files
        .iter()
        .filter_map(|file| Some(file.verify(&folder).err()?.to_string()))
        .collect();
    if problems.is_empty() {
        Good(format!("the digests of all {} are right", files.len()))
    } else {
        Failed(problems.join("; "))
    }
}

pub(super) fn project(machine: &Machine) -> Verdict {
    let root = &machine.context.root;
    write_to(root).map_or_else(Failed, |()| Good(root.display().to_string()))
}

pub(super) fn temporary(_: &Machine) -> Verdict {
    let folder = env::temp_dir();
    write_to(&folder).map_or_else(Failed, |()| Good(folder.display().to_string()))
}

pub(super) fn cache(machine: &Machine) -> Verdict {
    let cache = &machine.context.cache;
    match write_to(existing(cache)) {
        Ok(()) => Good(format!("{}, with {}", cache.display(), content(cache))),
        Err(problem) => machine.needed_to_install(problem),
    }
}

/// The folder, or the one that it would be made in.
pub(super) fn existing(folder: &Path) -> &Path {
    let mut folders = folder.ancestors();
    folders.find(|folder| folder.exists()).unwrap_or(folder)
}

fn write_to(folder: &Path) -> Result<(), String> {
    match tempfile::tempfile_in(folder) {
        Ok(_) => Ok(()),
        Err(error) => Err(format!("cannot write to {}: {error}", folder.display())),
    }
}

fn content(cache: &Path) -> String {
    let names: Vec<String> = fs::read_dir(cache)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
        .filter(|name| name != "lock")
        .collect();
    if names.is_empty() {
        "nothing".to_owned()
    } else {
        names.join(", ")
    }
}
