//! Output: results on standard output, messages and progress on standard error.

use std::{
    fmt::Display,
    io::{self, Write},
};

use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};

/// Writes a line to standard output.
pub fn print_line(text: impl Display) -> anyhow::Result<()> {
    writeln!(io::stdout(), "{text}").context("cannot write to standard output")
}

/// Writes a line to standard error. Failures are ignored: a closed pipe stops nothing.
pub fn eprint_line(text: impl Display) {
    _ = writeln!(io::stderr(), "{text}");
}

/// A bar for `images` images, which is shown on a terminal only and disappears at its end.
pub fn progress(images: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:30} {pos} of {len} images  {eta} left");
    ProgressBar::new(images as u64).with_style(style.expect("a valid template"))
}
