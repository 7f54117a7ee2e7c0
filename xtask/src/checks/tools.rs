//! cargo, its components, and pip.

use super::machine::{
    Machine,
    Verdict::{self, Failed, Good, Note},
};
use crate::{cargo, environment::Child};

pub(super) fn cargo(machine: &Machine) -> Verdict {
    ask_cargo(machine, &["--version"]).map_or_else(Failed, Good)
}

pub(super) fn rustfmt(machine: &Machine) -> Verdict {
    ask_cargo(machine, &["fmt", "--version"]).map_or_else(Note, Good)
}

pub(super) fn clippy(machine: &Machine) -> Verdict {
    ask_cargo(machine, &["clippy", "--version"]).map_or_else(Note, Good)
}

fn ask_cargo(machine: &Machine, arguments: &[&str]) -> Result<String, String> {
    machine.ask(cargo::cargo(machine.context).args(arguments))
}

pub(super) fn pip(machine: &Machine) -> Verdict {
    let mut pip = machine
        .context
        .command(Child::Python, &machine.context.python);
    match machine.ask(pip.args(["-m", "pip", "--version"])) {
        Ok(version) => Good(version),
        Err(problem) => machine.needed_to_install(problem),
    }
}
