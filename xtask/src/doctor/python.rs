//! Python and pip, which only the installation of libtorch from wheels needs.

use std::process::Command;

use super::Finding;
use crate::{children, context::Context};

pub fn examine(context: &Context, has_libtorch: bool) -> Vec<Finding> {
    let lacks = |what, problem| {
        let remedy = "install python3 with pip (Debian and Ubuntu: `apt install python3-pip`)";
        if has_libtorch {
            let remedy = format!("not needed, since libtorch is set up; else {remedy}");
            Finding::note(what, problem, remedy)
        } else {
            let remedy = format!(
                "{remedy}, for libtorch where PyTorch's archives cannot be reached; or set LIBTORCH"
            );
            Finding::failed(what, problem, remedy)
        }
    };
    [
        ("python", &["--version"][..]),
        ("pip", &["-m", "pip", "--version"]),
    ]
    .map(|(what, arguments)| match answer(context, arguments) {
        Ok(version) => Finding::ok(what, version),
        Err(problem) => lacks(what, problem),
    })
    .into()
}

fn answer(context: &Context, arguments: &[&str]) -> Result<String, String> {
    let python = context.python.display();
    let mut command = Command::new(&context.python);
    let output = children::answer(command.args(arguments), context.answer_within)
        .map_err(|error| format!("cannot run `{python}`: {error}"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    } else {
        let said = String::from_utf8_lossy(&output.stderr);
        Err(format!(
            "`{python} {}`: {}",
            arguments.join(" "),
            said.trim()
        ))
    }
}
