//! The libtorch that this process has loaded, by its own words and by the system's: it need not be the
//! one that the program was built with.

use std::{
    ffi::OsString,
    fs,
    os::unix::ffi::OsStringExt as _,
    path::{Path, PathBuf},
};

unsafe extern "C" {
    /// The version of the library in the bytes of a number, the major version first. It is part of
    /// libtorch's C interface that stays the same (`torch/csrc/inductor/aoti_torch/c/shim.h`).
    safe fn aoti_torch_abi_version() -> u64;
}

/// The version, e.g. `2.13.0`.
pub fn version() -> String {
    let [major, minor, patch, ..] = aoti_torch_abi_version().to_be_bytes();
    format!("{major}.{minor}.{patch}")
}

/// The folder, where the system says so.
pub fn folder() -> Option<PathBuf> {
    let files = loaded_files();
    let is_library = |path: &&PathBuf| path.file_stem().is_some_and(|name| name == "libtorch_cpu");
    let library = files.iter().find(is_library)?;
    library.parent().and_then(Path::parent).map(Path::to_owned)
}

/// The files that this process has in its memory, the shared libraries among them, each once; none where
/// the system does not say.
pub fn loaded_files() -> Vec<PathBuf> {
    let maps = fs::read("/proc/self/maps").unwrap_or_default();
    let mut files: Vec<PathBuf> = maps.split(|byte| *byte == b'\n').filter_map(path).collect();
    files.sort();
    files.dedup();
    files
}

/// The path at the end of a line, in which a line break is written as `\012`.
fn path(line: &[u8]) -> Option<PathBuf> {
    let start = line.iter().position(|byte| *byte == b'/')?;
    let mut path = Vec::new();
    let mut rest = &line[start..];
    while let Some((byte, after)) = rest.split_first() {
        let is_break = rest.starts_with(b"\\012");
        path.push(if is_break { b'\n' } else { *byte });
        rest = if is_break { &rest[4..] } else { after };
    }
    Some(OsString::from_vec(path).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_library_says_its_version_and_the_system_its_folder() {
        let version = version();
        let numbers: Vec<u32> = version
            .split('.')
            .map(|number| number.parse().unwrap())
            .collect();
        assert_eq!((numbers.len(), numbers[0]), (3, 2), "{version}");
        if cfg!(target_os = "linux") {
            let folder = folder().unwrap();
            assert!(folder.join("include/torch").is_dir(), "{folder:?}");
        }
    }

    #[test]
    fn a_path_has_any_characters() {
        let line = b"7f00-7f01 r--p 00000000 fe:00 12   /a b/\xff\\012c/libtorch_cpu.so";
        let expected = OsString::from_vec(b"/a b/\xff\nc/libtorch_cpu.so".to_vec());
        assert_eq!(path(line), Some(expected.into()));
        assert_eq!(path(b"7f00-7f01 rw-p 00000000 00:00 0 [heap]"), None);
    }
}
