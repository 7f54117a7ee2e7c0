//! Messages to the user.

use std::{
    fmt::Display,
    io::{self, Write as _},
    sync::Mutex,
};

/// Where messages go.
pub struct Output {
    recorded: Option<Mutex<Vec<String>>>,
}

impl Output {
    /// Messages go to standard output.
    pub fn terminal() -> Self {
        Output { recorded: None }
    }

    /// Messages are kept for [`Output::recorded`].
    pub fn recording() -> Self {
        Output {
            recorded: Some(Mutex::default()),
        }
    }

    /// Prints one message of one line.
    pub fn line(&self, text: impl Display) {
        match &self.recorded {
            Some(lines) => lines
                .lock()
                .expect("no holder panics")
                .push(text.to_string()),
            // A closed pipe, as after `| head`, must not stop the program.
            None => _ = writeln!(io::stdout(), "{text}"),
        }
    }

    /// The messages so far, one a line; empty for [`Output::terminal`].
    pub fn recorded(&self) -> String {
        self.recorded.as_ref().map_or_else(String::new, |lines| {
            lines.lock().expect("no holder panics").join("\n")
        })
    }
}
