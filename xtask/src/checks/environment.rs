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
    let user = &machine.context.environment;
    let mut notes = environment::notes(user);
    if user
        .iter()
        .any(|(name, value)| name == "LIBTORCH" && value.is_empty())
    {
        notes.push(
            "LIBTORCH is set to nothing, so plain cargo commands find no libtorch".to_owned(),
        );
    }
    if notes.is_empty() {
        Good("no variable of another program changes what is done here".to_owned())
    } else {
        Note(notes.join("; "))
    }
}
