//! The system, and the variables of the user that matter.

use super::machine::{
    Machine,
    Verdict::{self, Good, Note},
};
use crate::environment;

pub(super) fn platform(machine: &Machine) -> Verdict {
    let platform = &machine.context.platform;
    match platform.wheels() {
        Ok(_) => Good(platform.describe()),
        Err(problem) => machine.needed_to_install(format!("{problem:#}")),
    }
}

pub(super) fn variables(machine: &Machine) -> Verdict {
    let notes = environment::notes(&machine.context.environment);
    if notes.is_empty() {
        Good("no variable of another program changes what is done here".to_owned())
    } else {
        Note(notes.join("; "))
    }
}
