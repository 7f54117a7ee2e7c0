//! Rust and C++.

use super::Finding;
use crate::{
    children::{self, cargo},
    compiler,
    context::Context,
};

const RUST_REMEDY: &str = "install Rust with rustup (https://rustup.rs); it takes the version from \
                           `rust-toolchain.toml`";

pub fn examine(context: &Context) -> Vec<Finding> {
    let mut findings = vec![match answer(context, &["--version"]) {
        Ok(version) => Finding::ok("cargo", version),
        Err(problem) => Finding::failed("cargo", problem, RUST_REMEDY),
    }];
    for (name, arguments) in [
        ("rustfmt", ["fmt", "--version"]),
        ("clippy", ["clippy", "--version"]),
    ] {
        findings.push(match answer(context, &arguments) {
            Ok(version) => Finding::ok(name, version),
            Err(problem) => {
                let remedy =
                    format!("only `cargo xtask test` needs it: `rustup component add {name}`");
                Finding::note(name, problem, remedy)
            }
        });
    }
    let compiler =
        compiler::version(context).and_then(|version| Ok((version, compiler::try_out(context)?)));
    findings.push(match compiler {
        Ok((version, None)) => Finding::ok("C++ compiler", version),
        Ok((version, Some(reason))) => Finding::note(
            "C++ compiler",
            format!("{version}; not tried out, since {reason}"),
            "name a folder that you may write and run programs in, in TMPDIR",
        ),
        Err(problem) => Finding::failed("C++ compiler", format!("{problem:#}"), compiler::REMEDY),
    });
    findings
}

fn answer(context: &Context, arguments: &[&str]) -> Result<String, String> {
    let command = || format!("`cargo {}`", arguments.join(" "));
    let output = children::answer(cargo(context).args(arguments), context.answer_within)
        .map_err(|error| format!("cannot run {}: {error}", command()))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    } else {
        Err(format!("{} failed ({})", command(), output.status))
    }
}
