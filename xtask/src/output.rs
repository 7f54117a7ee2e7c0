//! Messages and progress bars.

use std::{
    fmt::Display,
    io::{self, Write},
    sync::Mutex,
};

use indicatif::{ProgressBar, ProgressStyle};

/// Where messages go.
pub struct Output {
    recorded: Option<Mutex<Vec<String>>>,
}

impl Output {
    /// Messages to standard output, progress bars to the terminal if there is one.
    pub fn terminal() -> Self {
        Output { recorded: None }
    }

    /// Messages are kept for [`Output::recorded`]; no progress bars.
    pub fn recording() -> Self {
        Output {
            recorded: Some(Mutex::default()),
        }
    }

    /// One message of one line.
    pub fn line(&self, text: impl Display) {
        match &self.recorded {
            Some(lines) => lines
                .lock()
                .expect("no holder panics")
                .push(text.to_string()),
            // A reader that went away, as `head` does, is no reason to stop.
            None => _ = writeln!(io::stdout(), "{text}"),
        }
    }

    /// The messages so far, one a line; empty for [`Output::terminal`].
    pub fn recorded(&self) -> String {
        self.recorded.as_ref().map_or_else(String::new, |lines| {
            lines.lock().expect("no holder panics").join("\n")
        })
    }

    /// A bar for `total` bytes, or a count of bytes where the total is not known. It is gone from
    /// the terminal when it is dropped.
    pub fn bytes_bar(&self, name: &str, total: Option<u64>) -> ProgressBar {
        if self.recorded.is_some() {
            return ProgressBar::hidden();
        }
        let (bar, template) = match total {
            Some(total) => (
                ProgressBar::new(total),
                "{msg} [{bar:30}] {bytes}/{total_bytes}, {bytes_per_sec}, {eta} left",
            ),
            None => (ProgressBar::no_length(), "{msg} {bytes}, {bytes_per_sec}"),
        };
        bar.with_style(ProgressStyle::with_template(template).expect("the template is valid"))
            .with_message(name.to_owned())
    }
}
