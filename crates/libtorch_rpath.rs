//! Build script of every crate that links libtorch: it puts libtorch's folder into the crate's
//! binaries and tests, so that they run without any variable set.

use std::{env, path::PathBuf};

fn main() {
    println!("cargo::rerun-if-env-changed=LIBTORCH");
    let folder = PathBuf::from(env::var_os("LIBTORCH").unwrap_or_default());
    let Ok(real) = folder.join("lib").canonicalize() else {
        println!(
            "cargo::error=no libtorch: LIBTORCH is {:?}, which has no `lib` in it; \
             run `cargo xtask setup`",
            folder.display().to_string()
        );
        return;
    };
    // A colon separates the folders of a run path, `$` begins a variable, and a line break ends what this
    // script says. A path with one of them is reached through the project's link.
    let is_plain = |path: &PathBuf| {
        let text = path.to_str();
        text.is_some_and(|text| !text.contains([':', '$', '\n']))
    };
    let Some(lib) = [real, folder.join("lib")].into_iter().find(is_plain) else {
        println!(
            "cargo::error=the loader cannot find libtorch in {:?}: expected a path in UTF-8 without \
             `:`, `$` and line breaks",
            folder.display().to_string()
        );
        return;
    };
    let link = |argument: &str| println!("cargo::rustc-link-arg={argument}");
    // Cargo looks at a link's own time as well as at what it leads to, so a link that `setup`
    // has turned to another libtorch counts as changed.
    println!("cargo::rerun-if-changed={}", folder.display());
    // First `lib` beside the program's folder, as in the folder that `train bundle` makes. Separate
    // arguments, because `-Wl,` would split a path at its commas.
    for folder in ["$ORIGIN/../lib", &lib.display().to_string()] {
        for argument in ["-Xlinker", "-rpath", "-Xlinker", folder] {
            link(argument);
        }
    }
    if env::var_os("CARGO_CFG_TARGET_OS").is_some_and(|system| system == "linux") {
        // With the old tag these folders come before LD_LIBRARY_PATH, which may have another libtorch.
        link("-Wl,--disable-new-dtags");
    }
    if lib.join("libtorch_cuda.so").exists() {
        // Nothing refers to libtorch_cuda by name: its kernels register themselves when it is
        // loaded. The linker would leave it out, and no GPU be found (tch-rs #907, #980).
        link(&format!("-L{}", lib.display()));
        link("-Wl,--no-as-needed");
        link("-ltorch_cuda");
    }
}
