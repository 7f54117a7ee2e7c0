//! Whether the C++ compiler compiles a small program, which runs.

use std::{
    ffi::{OsStr, OsString},
    fs, io,
    path::Path,
    process::Command,
};

use super::machine::{
    Machine,
    Verdict::{self, Failed, Good},
};
use crate::{
    context::Context,
    environment::{self, Child},
};

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
    let context = machine.context;
    let mut compiler = compiler(context);
    compiler
        .args(["-std=c++17", "-o"])
        .args([&program, &source]);
    machine.ask(compiler.args(words(variable(context, "CXXFLAGS").unwrap_or_default())))?;
    machine.ask(&mut context.command(Child::Own, program))?;
    Ok(())
}

/// The user's compiler, with its arguments: CXX may be `ccache g++`, or the path of a program, which
/// may have spaces.
fn compiler(context: &Context) -> Command {
    let named = variable(context, "CXX").unwrap_or(OsStr::new("c++"));
    if Path::new(named).is_file() {
        return context.command(Child::Compiler, named);
    }
    let mut words = words(named);
    let program = words.next().unwrap_or_else(|| "c++".into());
    let mut command = context.command(Child::Compiler, program);
    command.args(words);
    command
}

/// The value of CXX or CXXFLAGS, under the names that a build for this machine looks for, in its order.
fn variable<'a>(context: &'a Context, name: &str) -> Option<&'a OsStr> {
    let triple = context.platform.triple();
    let names = [
        format!("{name}_{triple}"),
        format!("{name}_{}", triple.replace('-', "_")),
        format!("HOST_{name}"),
        name.to_owned(),
    ];
    let mut names = names.iter();
    names.find_map(|name| environment::value(&context.environment, name))
}

fn words(text: &OsStr) -> impl Iterator<Item = OsString> {
    let text = text.to_string_lossy().into_owned();
    let words: Vec<OsString> = text.split_whitespace().map(OsString::from).collect();
    words.into_iter()
}
