//! The system of this machine, and the wheels of PyTorch that run on it.
//!
//! Tried on Linux on x86_64. The wheels for Linux on aarch64 and for macOS on Apple silicon are chosen
//! by the same code, whose tests name those systems; nobody has run it there.

use std::{env::consts, path::Path, process::Command, time::Duration};

use anyhow::{bail, ensure};

use crate::process::run_with_timeout;

/// What decides which wheels run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Platform {
    /// As Rust names it: `linux`, `macos`, `windows`.
    pub system: String,
    /// As Rust names it: `x86_64`, `aarch64`.
    pub processor: String,
    /// Whether programs are linked with musl instead of glibc.
    pub is_musl: bool,
    /// Of glibc on Linux, of macOS there; `None` where it is not known.
    pub version: Option<(u32, u32)>,
}

/// The first glibc and the first macOS that the wheels run with.
const MIN_GLIBC: (u32, u32) = (2, 28);
const MIN_MACOS: (u32, u32) = (14, 0);

impl Platform {
    /// That of this machine.
    pub fn of_this_machine() -> Self {
        let version = match consts::OS {
            "linux" => ask(Command::new("getconf").arg("GNU_LIBC_VERSION")),
            "macos" => ask(Command::new("sw_vers").arg("-productVersion")),
            _ => None,
        };
        Platform {
            system: consts::OS.to_owned(),
            processor: consts::ARCH.to_owned(),
            is_musl: cfg!(target_env = "musl"),
            version,
        }
    }

    /// pip's names for the wheels that run here. It does not know by itself that a wheel for an older C
    /// library (the last number) runs with a newer one.
    ///
    /// # Errors
    /// A platform that PyTorch has no wheel for, in one sentence.
    pub fn wheels(&self) -> anyhow::Result<Vec<String>> {
        let processor = &self.processor;
        match (self.system.as_str(), processor.as_str()) {
            ("linux", "x86_64" | "aarch64") => {
                ensure!(
                    !self.is_musl,
                    "the wheels of PyTorch need glibc, and this system has musl"
                );
                self.expect("glibc", MIN_GLIBC)?;
                let (major, newest) = MIN_GLIBC;
                Ok((17..=newest)
                    .map(|minor| format!("manylinux_{major}_{minor}_{processor}"))
                    .chain([format!("manylinux2014_{processor}")])
                    .collect())
            }
            ("macos", "aarch64") => {
                self.expect("macOS", MIN_MACOS)?;
                let (major, minor) = MIN_MACOS;
                Ok(vec![format!("macosx_{major}_{minor}_arm64")])
            }
            ("windows", _) => {
                bail!("the workbench needs Linux or macOS; on Windows, run it in WSL 2")
            }
            (system, _) => bail!("there is no wheel of this PyTorch for {system} on {processor}"),
        }
    }

    fn expect(&self, what: &str, min: (u32, u32)) -> anyhow::Result<()> {
        if let Some(found) = self.version {
            ensure!(
                found >= min,
                "the wheels of PyTorch need {what} {}.{}, and this system has {}.{}",
                min.0,
                min.1,
                found.0,
                found.1
            );
        }
        Ok(())
    }

    /// Rust's name of the target that cargo builds for here.
    pub fn triple(&self) -> String {
        let rest = match self.system.as_str() {
            "macos" => "apple-darwin",
            _ if self.is_musl => "unknown-linux-musl",
            _ => "unknown-linux-gnu",
        };
        format!("{}-{rest}", self.processor)
    }

    /// In words: `linux on x86_64, 2.36`.
    pub fn describe(&self) -> String {
        let Platform {
            system, processor, ..
        } = self;
        let version = self.version.map(|(major, minor)| {
            let what = if system == "linux" { "glibc " } else { "" };
            format!(", {what}{major}.{minor}")
        });
        format!("{system} on {processor}{}", version.unwrap_or_default())
    }
}

/// The bytes that this user may still write to the file system of `folder`, if it says so.
pub fn free_disk(folder: &Path) -> Option<u64> {
    let space = rustix::fs::statvfs(folder).ok()?;
    Some(space.f_bavail * space.f_frsize)
}

/// The version that a program prints as its last word.
fn ask(command: &mut Command) -> Option<(u32, u32)> {
    let output = run_with_timeout(command, Duration::from_secs(10)).ok()?;
    version(&String::from_utf8_lossy(&output.stdout))
}

/// `2.36` of `glibc 2.36`, `14.5` of `14.5.1`.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.split_whitespace().next_back()?.split('.');
    let major = numbers.next()?.parse().ok()?;
    let minor = numbers.next().map_or(Some(0), |minor| minor.parse().ok());
    Some((major, minor?))
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn versions_as_the_systems_print_them() {
        assert_eq!(version("glibc 2.36\n"), Some((2, 36)));
        assert_eq!(version("14.5.1\n"), Some((14, 5)));
        assert_eq!(version("15\n"), Some((15, 0)));
        assert_eq!(version("undefined\n"), None);
        assert_eq!(version(""), None);
    }
}
