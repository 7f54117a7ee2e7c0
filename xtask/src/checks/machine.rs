//! The machine that checks examine, and what they say of it.

use std::{cell::OnceCell, path::PathBuf, process::Command};

use serde_json::Value;

use crate::{
    cargo::cargo, context::Context, environment::Child, process::run_with_timeout, setup::libtorch,
};

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The thing is as required.
    Good(String),
    /// The thing is not as required, but the job can run without it.
    Note(String),
    /// The thing is not as required, and the job cannot run.
    Failed(String),
}

/// The machine, with the facts that several checks need.
pub struct Machine<'a> {
    pub(super) context: &'a Context,
    /// The folder of the chosen libtorch, or what is wrong with it.
    pub(super) libtorch: Result<PathBuf, String>,
    self_check: OnceCell<SelfCheck>,
}

/// What `train self-check` says of libtorch, which `xtask` does not link.
pub(super) enum SelfCheck {
    /// `train` is not built, or is older than this program.
    NotBuilt,
    /// It did not start, or failed: libtorch cannot be loaded, say.
    Failed(String),
    /// Its report.
    Done(Value),
}

impl<'a> Machine<'a> {
    /// The machine that `context` describes.
    pub fn new(context: &'a Context) -> Self {
        Machine {
            context,
            libtorch: libtorch::chosen(context).map_err(|problem| format!("{problem:#}")),
            self_check: OnceCell::new(),
        }
    }

    /// Asks `train`, once.
    pub(super) fn self_check(&self) -> &SelfCheck {
        self.self_check.get_or_init(|| {
            let Some(train) = self.built_train() else {
                return SelfCheck::NotBuilt;
            };
            match self.ask(self.context.command(Child::Own, train).arg("self-check")) {
                Ok(report) => serde_json::from_str(&report).map_or_else(
                    |error| SelfCheck::Failed(error.to_string()),
                    SelfCheck::Done,
                ),
                Err(error) if error.contains("unrecognized subcommand") => SelfCheck::NotBuilt,
                Err(error) => SelfCheck::Failed(error),
            }
        })
    }

    /// The binary, where cargo puts it.
    fn built_train(&self) -> Option<PathBuf> {
        let mut metadata = cargo(self.context);
        metadata.args(["metadata", "--no-deps", "--offline", "--format-version=1"]);
        let metadata: Value = serde_json::from_str(&self.ask(&mut metadata).ok()?).ok()?;
        let train = PathBuf::from(metadata["target_directory"].as_str()?).join("debug/train");
        train.is_file().then_some(train)
    }

    /// What a program prints, or why it fails.
    pub(super) fn ask(&self, command: &mut Command) -> Result<String, String> {
        let output = run_with_timeout(command, self.context.answer_limit);
        let mut name = command.get_program().display().to_string();
        for argument in command.get_args() {
            name += &format!(" {}", argument.display());
        }
        let output = output.map_err(|error| format!("cannot run `{name}`: {error}"))?;
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
        } else {
            let said = String::from_utf8_lossy(&output.stderr);
            let (status, said) = (output.status, said.trim());
            Err(format!("`{name}` failed ({status}): {said}"))
        }
    }

    /// The verdict on a problem with something that only an installation of libtorch needs.
    pub(super) fn needed_to_install(&self, problem: String) -> Verdict {
        if self.libtorch.is_ok() {
            Verdict::Note(format!("{problem}; not needed, since libtorch is set up"))
        } else {
            Verdict::Failed(problem)
        }
    }
}
