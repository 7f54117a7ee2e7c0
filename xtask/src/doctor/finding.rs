use std::fmt::{self, Display};

use serde_json::{Value, json};

/// Whether something is as it must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is.
    Ok,
    /// Something is not there that the job can do without.
    Note,
    /// The job cannot run.
    Failed,
}

impl State {
    fn name(self) -> &'static str {
        match self {
            State::Ok => "ok",
            State::Note => "note",
            State::Failed => "failed",
        }
    }
}

/// What was found of one thing.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The thing.
    pub what: String,
    /// How it is.
    pub state: State,
    /// What was found.
    pub found: String,
    /// What to do about it; empty if nothing.
    pub remedy: String,
}

impl Finding {
    /// All is well.
    pub fn ok(what: impl Into<String>, found: impl Display) -> Self {
        Finding::new(what, State::Ok, found, "")
    }

    /// The job can do without.
    pub fn note(what: impl Into<String>, found: impl Display, remedy: impl Into<String>) -> Self {
        Finding::new(what, State::Note, found, remedy)
    }

    /// The job cannot run.
    pub fn failed(what: impl Into<String>, found: impl Display, remedy: impl Into<String>) -> Self {
        Finding::new(what, State::Failed, found, remedy)
    }

    fn new(
        what: impl Into<String>,
        state: State,
        found: impl Display,
        remedy: impl Into<String>,
    ) -> Self {
        Finding {
            what: what.into(),
            state,
            found: found.to_string(),
            remedy: remedy.into(),
        }
    }

    /// An object with a string for each field.
    pub fn json(&self) -> Value {
        json!({
            "what": self.what,
            "state": self.state.name(),
            "found": self.found,
            "remedy": self.remedy,
        })
    }
}

impl Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state.name();
        write!(formatter, "{state:<7} {:<13} {}", self.what, self.found)?;
        if !self.remedy.is_empty() {
            write!(formatter, "\n        remedy: {}", self.remedy)?;
        }
        Ok(())
    }
}
