//! Build script of every crate that links libtorch: it puts libtorch's folder into the crate's
//! binaries and tests, so that they run without any variable set.

use std::{env, path::PathBuf};

fn main() {
    println!("cargo::rerun-if-env-changed=LIBTORCH");
    let folder = PathBuf::from(env::var_os("LIBTORCH").unwrap_or_default());
    let Ok(lib) = folder.join("lib").canonicalize() else {
        println!(
            "cargo::error=no libtorch: LIBTORCH is {:?}, which has no `lib` in it; \
             run `cargo xtask setup`",
            folder.display().to_string()
        );
        return;
    };
    // Cargo looks at a link's own time as well as at what it leads to, so a link that `setup`
    // has turned to another libtorch counts as changed.
    println!("cargo::rerun-if-changed={}", folder.display());
    // First `lib` beside the program's folder, as in the folder that `train bundle` makes.
    println!("cargo::rustc-link-arg=-Wl,-rpath,$ORIGIN/../lib");
    println!("cargo::rustc-link-arg=-Wl,-rpath,{}", lib.display());
    if lib.join("libtorch_cuda.so").exists() {
        // Nothing refers to libtorch_cuda by name: its kernels register themselves when it is
        // loaded. The linker would leave it out, and no GPU be found (tch-rs #907, #980).
        println!("cargo::rustc-link-arg=-L{}", lib.display());
        println!("cargo::rustc-link-arg=-Wl,--no-as-needed");
        println!("cargo::rustc-link-arg=-ltorch_cuda");
    }
}
