//! Installing libtorch into the cache that all clones of a user share.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail, ensure};

use crate::{
    archive,
    context::Context,
    digests,
    libtorch::{self, Build, VERSION},
    lock::lock,
    wheels,
};

/// Where the damaged folder goes when the new one is whole: in the folder for what is not finished.
const REPLACED: &str = "replaced";

/// Where an installation of `build` is, or would be.
pub fn folder(context: &Context, build: Build) -> PathBuf {
    context
        .cache
        .join(format!("libtorch-{VERSION}-{}", build.name()))
}

/// The folder of an installed `build`, which is installed first if it is not there or is damaged:
/// from the archives on `site`, else from wheels.
///
/// # Errors
/// A cache that cannot be written, or what each source said.
pub fn install(context: &Context, build: Build, site: &str) -> anyhow::Result<PathBuf> {
    let installed = folder(context, build);
    let check = || libtorch::check(&installed, &context.cache);
    let Err(problem) = check() else {
        return Ok(installed);
    };
    ensure!(
        installed.is_dir() || fs::symlink_metadata(&installed).is_err(),
        "expected a folder or nothing at {}, found something else; remove it",
        installed.display()
    );
    if context.offline {
        let found = match installed.exists() {
            true => format!(
                "libtorch in {} is damaged: {problem:#}",
                installed.display()
            ),
            false => format!(
                "libtorch {VERSION} ({}) is not in {}",
                build.name(),
                context.cache.display()
            ),
        };
        bail!(
            "{found}; --offline forbids to download it; run `cargo xtask setup` with a network \
             once, or unpack it yourself and set LIBTORCH to its folder"
        );
    }
    let lock = lock(&context.output, &context.cache.join("lock"))?;
    let mut partial = installed.clone().into_os_string();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    if partial.join(REPLACED).exists() && !installed.exists() {
        // The set-up that made it was ended between two renames.
        put_in_place(&partial, &installed)?;
    }
    // While this one waited, another set-up may have installed it.
    match check() {
        Ok(()) => return Ok(installed),
        Err(problem) if installed.exists() => {
            context.output.line(format!(
                "installing again, since the copy is damaged: {problem:#}"
            ));
        }
        Err(_) => {}
    }
    fetch(context, build, site, &partial, &lock)?;
    put_in_place(&partial, &installed)?;
    // What was written is read once, and the stamp is made for the set-ups that follow.
    check()?;
    Ok(installed)
}

/// Where libtorch can come from: a name, and what fills a folder with libtorch, given a folder
/// for its downloads.
type Source<'a> = (&'a str, &'a dyn Fn(&Path, &Path) -> anyhow::Result<()>);

/// Tries the sources in turn, until one has filled `partial/libtorch`, with the list of its
/// digests. What they have downloaded stays for the next set-up if none has.
fn fetch(
    context: &Context,
    build: Build,
    site: &str,
    partial: &Path,
    lock: &File,
) -> anyhow::Result<()> {
    let sources: [Source; 2] = [
        ("PyTorch's archives", &|downloads, libtorch| {
            archive::fetch(context, site, build, downloads, libtorch)
        }),
        ("wheels", &|downloads, libtorch| {
            wheels::fetch(context, build, downloads, libtorch, lock)
        }),
    ];
    let downloads = partial.join("downloads");
    let libtorch = partial.join("libtorch");
    let mut refusals = String::new();
    for (name, source) in sources {
        clear(partial, &downloads)?;
        fs::create_dir_all(&downloads)
            .with_context(|| format!("cannot make {}", downloads.display()))?;
        let filled = source(&downloads, &libtorch)
            .and_then(|()| digests::record(&libtorch))
            .and_then(|()| libtorch::check_presence(&libtorch));
        match filled {
            Ok(()) => return Ok(()),
            Err(reason) => {
                context
                    .output
                    .line(format!("nothing from {name}: {reason:#}"));
                refusals += &format!("\n  {name}: {reason:#}");
            }
        }
    }
    clear(partial, &downloads)?;
    bail!(
        "cannot install libtorch {VERSION} ({}):{refusals}\n\
         Unpack libtorch {VERSION} yourself and set LIBTORCH to its folder, or give a mirror of \
         PyTorch's archives with `cargo xtask setup --mirror URL`, or make pip work: `{} -m pip --version`.",
        build.name(),
        context.python.display()
    )
}

/// Removes all of an installation that was not finished but the downloads that can be gone on
/// with: wheels, whose digests pip checks again, and the archive's part.
fn clear(partial: &Path, downloads: &Path) -> anyhow::Result<()> {
    let is_kept = |path: &Path| {
        let extension = path.extension().unwrap_or_default();
        ["whl", "txt", "partial", "source"]
            .iter()
            .any(|kept| extension == *kept)
            && path.is_file()
    };
    remove_but(partial, &|path| path == downloads)?;
    remove_but(downloads, &is_kept)?;
    // A list of wheels without any is of no use.
    if paths_in(downloads)?
        .iter()
        .all(|path| path.ends_with(wheels::LIST))
    {
        remove(partial)?;
    }
    Ok(())
}

fn remove_but(folder: &Path, is_kept: &dyn Fn(&Path) -> bool) -> anyhow::Result<()> {
    for path in paths_in(folder)? {
        if !is_kept(&path) {
            remove(&path)?;
        }
    }
    Ok(())
}

/// Of a folder that is not there: none.
pub(crate) fn paths_in(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.with_context(|| format!("cannot read {}", folder.display()))?,
    };
    entries.map(|entry| Ok(entry?.path())).collect()
}

/// The new folder appears whole or not at all, even if the power fails; what was there before is
/// gone only then.
fn put_in_place(partial: &Path, installed: &Path) -> anyhow::Result<()> {
    rustix::fs::sync();
    if installed.exists() {
        let replaced = partial.join(REPLACED);
        fs::rename(installed, &replaced)
            .with_context(|| format!("cannot move {}", installed.display()))?;
    }
    fs::rename(partial.join("libtorch"), installed)
        .with_context(|| format!("cannot make {}", installed.display()))?;
    remove(partial)
}

/// Removes a file or a folder, if it is there.
pub(crate) fn remove(path: &Path) -> anyhow::Result<()> {
    let removed = match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        _ => fs::remove_file(path),
    };
    match removed {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}
