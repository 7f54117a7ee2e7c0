//! The C++ compiler, which compiles libtorch's bindings.

use std::{env, fs, io, process::Command};

use anyhow::{Context as _, ensure};

use crate::{children::answer, context::Context};

/// How to get one.
pub const REMEDY: &str = "install a C++ compiler (Debian and Ubuntu: `apt install g++`, Fedora: \
                          `dnf install gcc-c++`, macOS: `xcode-select --install`), or name yours \
                          in CXX";

/// The first line of what the compiler says of its version.
///
/// # Errors
/// A compiler that is not there, or does not say it.
pub fn version(context: &Context) -> anyhow::Result<String> {
    let name = context.compiler.display();
    let output = answer(command(context).arg("--version"), context.answer_within)
        .with_context(|| format!("cannot run the C++ compiler `{name}`"))?;
    ensure!(
        output.status.success(),
        "`{name} --version` failed ({})",
        output.status
    );
    let said = String::from_utf8_lossy(&output.stdout);
    Ok(said.lines().next().unwrap_or_default().to_owned())
}

/// Compiles a small program and runs it: needs the standard library's headers, and a linker. Says
/// why it was not tried if it could not be, which is not the compiler's fault.
///
/// # Errors
/// What the compiler or the program said.
pub fn try_out(context: &Context) -> anyhow::Result<Option<String>> {
    let temporary = env::temp_dir();
    let unwritable = |error| {
        Ok(Some(format!(
            "cannot write to {}: {error}",
            temporary.display()
        )))
    };
    let folder = match tempfile::tempdir() {
        Ok(folder) => folder,
        Err(error) => return unwritable(error),
    };
    let source = folder.path().join("program.cpp");
    let program = folder.path().join("program");
    let written = fs::write(
        &source,
        "#include <vector>\nint main() { std::vector<int> one(1, 0); return one.at(0); }\n",
    );
    if let Err(error) = written {
        return unwritable(error);
    }
    let compiled = answer(
        command(context)
            .args(["-std=c++17", "-o"])
            .args([&program, &source]),
        context.answer_within,
    )
    .context("it cannot compile a small program")?;
    ensure!(
        compiled.status.success(),
        "it cannot compile a small program: {}",
        String::from_utf8_lossy(&compiled.stderr).trim()
    );
    let ran = match answer(&mut Command::new(&program), context.answer_within) {
        Err(error) if is_forbidden(&error) => {
            let folder = temporary.display();
            return Ok(Some(format!("no program may be run in {folder}: {error}")));
        }
        ran => ran.context("what it compiles does not run")?,
    };
    ensure!(
        ran.status.success(),
        "what it compiles ends with status {}",
        ran.status
    );
    Ok(None)
}

/// A file system that is mounted without the right to execute.
fn is_forbidden(error: &anyhow::Error) -> bool {
    let error = error.downcast_ref::<io::Error>();
    error.is_some_and(|error| error.kind() == io::ErrorKind::PermissionDenied)
}

/// CXX may hold arguments too: `ccache g++`.
fn command(context: &Context) -> Command {
    let text = context.compiler.to_string_lossy();
    let mut words = text.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or("c++"));
    command.args(words);
    command
}
