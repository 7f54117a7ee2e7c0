//! Installing libtorch into the cache that all clones of a user share.

use std::{
    fs,
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

/// The folder of an installed `build`, which is installed first if it is not there: from the
/// archives on `site`, else from wheels.
///
/// # Errors
/// A cache that cannot be written, or what each source said.
pub fn install(context: &Context, build: Build, site: &str) -> anyhow::Result<PathBuf> {
    let name = format!("libtorch-{VERSION}-{}", build.name());
    let installed = context.cache.join(&name);
    if libtorch::check(&installed).is_ok() {
        return Ok(installed);
    }

    ensure!(
        !context.offline,
        "libtorch {VERSION} ({}) is not in {}, and --offline forbids to download it; run \
         `cargo xtask setup` with a network once, or unpack it yourself and set LIBTORCH to its \
         folder",
        build.name(),
        context.cache.display()
    );
    let _lock = lock(&context.output, &context.cache.join("lock"))?;
    // While this one waited, another set-up may have installed it.
    match libtorch::check(&installed) {
        Ok(()) => return Ok(installed),
        Err(problem) if installed.exists() => {
            context.output.line(format!(
                "installing again, since the copy is damaged: {problem:#}"
            ));
        }
        Err(_) => {}
    }
    let partial = context.cache.join(format!("{name}.partial"));
    fetch(context, build, site, &partial)?;
    digests::record(&partial.join("libtorch"))?;
    put_in_place(&partial, &installed)?;
    Ok(installed)
}

/// Where libtorch can come from: a name, and what fills a folder with libtorch, given a folder
/// for its downloads.
type Source<'a> = (&'a str, &'a dyn Fn(&Path, &Path) -> anyhow::Result<()>);

/// Tries the sources in turn, each with a `partial` folder of its own, until one has filled
/// `partial/libtorch`.
fn fetch(context: &Context, build: Build, site: &str, partial: &Path) -> anyhow::Result<()> {
    let sources: [Source; 2] = [
        ("PyTorch's archives", &|_, libtorch| {
            archive::fetch(context, site, build, libtorch)
        }),
        ("wheels", &|downloads, libtorch| {
            wheels::fetch(context, build, downloads, libtorch)
        }),
    ];
    let mut refusals = String::new();
    for (name, source) in sources {
        remove(partial)?;
        let downloads = partial.join("downloads");
        let libtorch = partial.join("libtorch");
        fs::create_dir_all(&downloads)
            .with_context(|| format!("cannot make {}", downloads.display()))?;
        match source(&downloads, &libtorch).and_then(|()| libtorch::check(&libtorch)) {
            Ok(()) => return Ok(()),
            Err(reason) => {
                context
                    .output
                    .line(format!("nothing from {name}: {reason:#}"));
                refusals += &format!("\n  {name}: {reason:#}");
            }
        }
    }
    remove(partial)?;
    bail!(
        "cannot install libtorch {VERSION} ({}):{refusals}\n\
         Unpack libtorch {VERSION} yourself and set LIBTORCH to its folder, or give a mirror of \
         PyTorch's archives with `cargo xtask setup --mirror URL`, or make pip work: `{} -m pip --version`.",
        build.name(),
        context.python.display()
    )
}

/// The new folder appears whole or not at all, even if the power fails.
fn put_in_place(partial: &Path, installed: &Path) -> anyhow::Result<()> {
    rustix::fs::sync();
    remove(installed)?;
    fs::rename(partial.join("libtorch"), installed)
        .with_context(|| format!("cannot make {}", installed.display()))?;
    remove(partial)
}

/// Removes a folder, if it is there.
pub(crate) fn remove(folder: &Path) -> anyhow::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}
