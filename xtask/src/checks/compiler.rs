//! Whether the C++ compiler compiles a small program, which runs.

use std::{fs, io, path::Path, process::Command};

use super::machine::{
    Machine,
    Verdict::{self, Failed, Good},
};
use crate::context::Context;

/// Needs the standard library's headers, and a linker.
const PROGRAM: &str =
    "#include <vector>\nint main() { std::vector<int> one(1, 0); return one.at(0); }\n";

pub(super) fn check(machine: &Machine) -> Verdict {
    let version = match machine.ask(compiler(machine.context).arg("--version")) {
        Ok(version) => version.lines().next().unwrap_or_default().to_owned(),
        Err(problem) => return Failed(problem),
    };
    // Where no file can be written, another check says so.
    let Ok(folder) = write_program() else {
        return Good(format!("{version}; not tried out"));
    };
    match try_out(machine, folder.path()) {
        Ok(()) => Good(version),
        Err(problem) => Failed(format!("{version}: a small program fails: {problem}")),
    }
}

fn write_program() -> io::Result<tempfile::TempDir> {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("program.cpp"), PROGRAM)?;
    Ok(folder)
}

fn try_out(machine: &Machine, folder: &Path) -> Result<(), String> {
    let (source, program) = (folder.join("program.cpp"), folder.join("program"));
    let mut compiler = compiler(machine.context);
    machine.ask(
        compiler
            .args(["-std=c++17", "-o"])
            .args([&program, &source]),
    )?;
    machine.ask(&mut Command::new(program))?;
    Ok(())
}

/// CXX may hold arguments as well: `ccache g++`.
fn compiler(context: &Context) -> Command {
    let text = context.compiler.to_string_lossy();
    let mut words = text.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or("c++"));
    command.args(words);
    command
}
