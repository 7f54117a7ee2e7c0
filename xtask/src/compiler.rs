//! The C++ compiler, which compiles libtorch's bindings.

use std::{fs, process::Command};

use anyhow::{Context as _, ensure};

use crate::context::Context;

/// How to get one.
pub const REMEDY: &str = "install a C++ compiler (Debian and Ubuntu: `apt install g++`, Fedora: \
                          `dnf install gcc-c++`, macOS: `xcode-select --install`), or name yours \
                          in CXX";

/// The first line of what the compiler says of its version.
///
/// # Errors
/// A compiler that is not there.
pub fn version(context: &Context) -> anyhow::Result<String> {
    let output = command(context)
        .arg("--version")
        .output()
        .with_context(|| {
            format!(
                "cannot run the C++ compiler `{}`",
                context.compiler.display()
            )
        })?;
    let said = String::from_utf8_lossy(&output.stdout);
    Ok(said.lines().next().unwrap_or_default().to_owned())
}

/// Compiles a small program and runs it: needs the standard library's headers, and a linker.
///
/// # Errors
/// What the compiler or the program said.
pub fn try_out(context: &Context) -> anyhow::Result<()> {
    let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
    let source = folder.path().join("program.cpp");
    let program = folder.path().join("program");
    fs::write(
        &source,
        "#include <vector>\nint main() { std::vector<int> one(1, 0); return one.at(0); }\n",
    )?;
    let compiled = command(context)
        .args(["-std=c++17", "-o"])
        .args([&program, &source])
        .output()?;
    ensure!(
        compiled.status.success(),
        "it cannot compile a small program: {}",
        String::from_utf8_lossy(&compiled.stderr).trim()
    );
    let status = Command::new(&program)
        .status()
        .context("what it compiles does not run")?;
    ensure!(
        status.success(),
        "what it compiles ends with status {status}"
    );
    Ok(())
}

/// CXX may hold arguments too: `ccache g++`.
fn command(context: &Context) -> Command {
    let text = context.compiler.to_string_lossy();
    let mut words = text.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or("c++"));
    command.args(words);
    command
}
