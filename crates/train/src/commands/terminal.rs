use std::{
    fmt::Display,
    io::{self, Write},
    time::Duration,
};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Columns for the name of an experiment; those of the assignment fit with their seeds.
pub(crate) const NAME_WIDTH: usize = 32;

/// Writes a line to standard error. That it cannot be written, because its reader went away or a
/// disk is full, is no reason to stop a training.
pub fn tell(text: impl Display) {
    _ = writeln!(io::stderr(), "{text}");
}

/// The display of a run: a line an experiment on a terminal; elsewhere a plain line an epoch.
#[derive(Debug)]
pub struct Progress {
    lines: MultiProgress,
    on_terminal: bool,
}

/// The line of one experiment.
#[derive(Debug)]
pub struct ProgressLine {
    name: String,
    bar: ProgressBar,
    on_terminal: bool,
}

impl Progress {
    /// A display on standard error.
    pub fn on_stderr() -> Self {
        let lines = MultiProgress::with_draw_target(ProgressDrawTarget::stderr_with_hz(5));
        Progress {
            on_terminal: !lines.is_hidden(),
            lines,
        }
    }

    /// Shows nothing.
    pub fn hidden() -> Self {
        Progress {
            lines: MultiProgress::with_draw_target(ProgressDrawTarget::hidden()),
            on_terminal: true,
        }
    }

    /// Adds the line of an experiment, called `name`, that will see `images` images in all its
    /// epochs.
    pub fn line(&self, name: &str, images: usize) -> ProgressLine {
        let bar = self.lines.add(ProgressBar::new(images as u64));
        bar.set_style(style("{bar:20} {percent:>3} %  {msg}  {eta} left"));
        bar.set_prefix(name.to_owned());
        if !self.lines.is_hidden() {
            bar.enable_steady_tick(Duration::from_secs(1));
        }
        ProgressLine {
            name: name.to_owned(),
            bar,
            on_terminal: self.on_terminal,
        }
    }

    /// Prints a line of text beside the display.
    pub fn say(&self, text: &str) {
        if self.on_terminal {
            self.lines.suspend(|| tell(text));
        } else {
            tell(text);
        }
    }
}

impl ProgressLine {
    /// Goes on after the share of the images that an earlier run saw.
    pub(crate) fn resume_at(&self, share: f64) {
        let images = self.bar.length().unwrap_or_default() as f64 * share;
        self.bar.set_position(images as u64);
        self.bar.reset_eta();
    }

    /// Counts the images of a step.
    pub(crate) fn advance(&self, images: usize) {
        self.bar.inc(images as u64);
    }

    /// Shows the result of an epoch, and what is wrong with the model if anything is.
    pub(crate) fn epoch_done(
        &self,
        epoch: usize,
        of: usize,
        loss: f64,
        images_per_second: f64,
        warning: Option<&str>,
    ) {
        let warning = warning.map_or(String::new(), |warning| format!("  WARNING: {warning}"));
        let text =
            format!("epoch {epoch}/{of}  loss {loss:.4}  {images_per_second:.0} images/s{warning}");
        if self.on_terminal {
            self.bar.set_message(text);
        } else {
            let images = self.bar.length().unwrap_or_default() - self.bar.position();
            let left = images as f64 / images_per_second;
            tell(format!(
                "{:<NAME_WIDTH$} {text}  {left:.0} s left",
                self.name
            ));
        }
    }

    /// Ends the line with a last word.
    pub(crate) fn end(&self, text: &str) {
        if self.on_terminal {
            self.bar.set_style(style("{msg}"));
            self.bar.finish_with_message(text.to_owned());
        } else {
            tell(format!("{:<NAME_WIDTH$} {text}", self.name));
        }
    }
}

/// The name of the experiment, then what `rest` says.
fn style(rest: &str) -> ProgressStyle {
    let template = format!("{{prefix:<{NAME_WIDTH}}} {rest}");
    ProgressStyle::with_template(&template).expect("a valid template")
}
