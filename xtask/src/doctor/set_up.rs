//! Which libtorch is set up, and whether its files are whole.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::Finding;
use crate::{
    context::Context,
    digests,
    libtorch::{self, VERSION},
    setup,
};

/// The folder of the libtorch that cargo takes, or why there is none.
pub fn chosen(context: &Context) -> Result<PathBuf, Finding> {
    if let Some(folder) = &context.user_libtorch {
        return match setup::check_users_presence(folder) {
            Ok(()) => Ok(folder.clone()),
            Err(problem) => Err(Finding::failed(
                "libtorch",
                format!("{problem:#}"),
                setup::users_remedy(folder),
            )),
        };
    }
    let link = context.libtorch_link();
    let failed = |problem| {
        Err(Finding::failed(
            "libtorch",
            problem,
            "run `cargo xtask setup`",
        ))
    };
    let target = match fs::read_link(&link) {
        // A user may have made a relative one.
        Ok(target) => context.root.join(target),
        // Or unpacked libtorch in its place.
        Err(_) if link.is_dir() => link.clone(),
        Err(_) => {
            return failed(format!(
                "it is not set up: there is no link {}",
                link.display()
            ));
        }
    };
    match libtorch::check_presence(&target) {
        Ok(()) => Ok(target),
        Err(_) if !target.exists() => failed(format!(
            "the link {} leads to {}, which is not there",
            link.display(),
            target.display()
        )),
        Err(problem) => failed(format!("{problem:#}")),
    }
}

pub fn examine(context: &Context, chosen: &Result<PathBuf, Finding>) -> Vec<Finding> {
    match chosen {
        Err(failed) => vec![failed.clone()],
        Ok(folder) => vec![
            Finding::ok("libtorch", format!("{VERSION}, {}", folder.display())),
            examine_files(context, folder),
        ],
    }
}

fn examine_files(context: &Context, folder: &Path) -> Finding {
    let what = "its files";
    match digests::verify(folder) {
        Ok(None) => Finding::ok(what, "there; no list of digests comes with this libtorch"),
        Ok(Some(count)) => Finding::ok(what, format!("the digests of all {count} are right")),
        Err(problem) => {
            let remedy = match &context.user_libtorch {
                Some(folder) => setup::users_remedy(folder),
                None => format!("remove {} and run `cargo xtask setup`", folder.display()),
            };
            Finding::failed(what, format!("{problem:#}"), remedy)
        }
    }
}
