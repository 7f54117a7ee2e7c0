//! `train bundle`: a folder with all that another machine needs to train: this program, the libraries
//! that it has loaded, and the known sets of images. The folder works wherever it is copied to.

use std::{
    env,
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, ensure};
use train::run::libtorch;

use super::terminal::eprint_line;

/// The program in a bundle, which finds its libraries beside this folder (`libtorch_rpath.rs`).
const PROGRAM: &str = "bin/train";
/// What starts it.
const STARTER: &str = "train";

#[derive(clap::Args)]
pub struct Arguments {
    /// Folder to make. `DIR/train` is then the program.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Folder of the known sets of images, which becomes DIR/data.
    #[arg(long, value_name = "DIR", default_value = "data")]
    data: PathBuf,
}

pub fn bundle(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let out = &arguments.out;
    ensure!(!out.exists(), "{}: exists already", out.display());
    // Under another name until it is whole.
    let parent = out.parent().filter(|parent| *parent != Path::new(""));
    let folder = tempfile::Builder::new()
        .prefix(".bundle")
        .permissions(Permissions::from_mode(0o755))
        .tempdir_in(parent.unwrap_or(Path::new(".")))
        .with_context(|| format!("cannot make a folder beside {}", out.display()))?;
    for name in ["bin", "lib"] {
        fs::create_dir(folder.path().join(name))?;
    }
    let mut files = vec![(env::current_exe()?, folder.path().join(PROGRAM))];
    for library in libraries()? {
        let name = library.file_name().context("a library has a name")?;
        files.push((library.clone(), folder.path().join("lib").join(name)));
    }
    let mut needed = 0;
    for (file, copy) in &files {
        copy_file(file, copy)?;
        needed = needed.max(glibc(&fs::read(copy)?));
    }
    let starter = include_str!("start_bundle.sh")
        .replace("@MACHINE@", env::consts::ARCH)
        .replace("@GLIBC@", &format!("2.{needed}"));
    let path = folder.path().join(STARTER);
    fs::write(&path, starter)?;
    fs::set_permissions(&path, Permissions::from_mode(0o755))?;
    copy_folder(&arguments.data, &folder.path().join("data"))?;
    fs::rename(folder.keep(), out)?;
    eprint_line(format!(
        "{0} is complete: copy it to any place on a machine with glibc 2.{needed} or newer; \
         {0}/train is the program",
        out.display()
    ));
    Ok(ExitCode::SUCCESS)
}

/// The program that a script should name to start this one: in a bundle, what starts it.
pub fn own_program() -> anyhow::Result<PathBuf> {
    let program = env::current_exe()?;
    let bundle = program
        .ancestors()
        .nth(2)
        .filter(|_| program.ends_with(PROGRAM));
    let starter = bundle.map(|bundle| bundle.join(STARTER));
    Ok(starter.filter(|path| path.is_file()).unwrap_or(program))
}

/// What this process has loaded of libtorch. The C++ runtime comes with a system's glibc.
fn libraries() -> anyhow::Result<Vec<PathBuf>> {
    let files = libtorch::loaded_files();
    let torch = files.iter().find(|path| path.ends_with("libtorch_cpu.so"));
    let torch = torch.and_then(|path| path.parent());
    let torch = torch.context("cannot see which libtorch is loaded; this needs Linux")?;
    ensure!(
        !torch.join("libtorch_cuda.so").exists(),
        "{}: a libtorch for GPUs needs libraries of its driver's version; set the project up on the \
         machines themselves",
        torch.display()
    );
    let of_torch = files.iter().filter(|path| path.parent() == Some(torch));
    Ok(of_torch.cloned().collect())
}

/// The newest version of glibc that a program or library names, as the N of 2.N.
fn glibc(file: &[u8]) -> u32 {
    const NAME: &[u8] = b"GLIBC_2.";
    let places = file.windows(NAME.len()).enumerate();
    let versions = places.filter(|(_, found)| *found == NAME).map(|(at, _)| {
        let digits = file[at + NAME.len()..].iter();
        let digits = digits.take_while(|byte| byte.is_ascii_digit()).take(3);
        digits.fold(0, |number, digit| 10 * number + u32::from(digit - b'0'))
    });
    versions.max().unwrap_or(0)
}

fn copy_folder(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir(to)?;
    let entries = fs::read_dir(from).with_context(|| from.display().to_string())?;
    for entry in entries {
        let entry = entry?;
        let copy = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &copy)?;
        } else {
            copy_file(&entry.path(), &copy)?;
        }
    }
    Ok(())
}

fn copy_file(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::copy(from, to).with_context(|| format!("cannot copy {}", from.display()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_is_found() {
        assert_eq!(glibc(b"\0GLIBC_2.34\0GLIBC_2.4\0GLIBC_2.17\0GLIBC_2."), 34);
        assert_eq!(glibc(b"GLIBCXX_3.4"), 0);
    }
}
