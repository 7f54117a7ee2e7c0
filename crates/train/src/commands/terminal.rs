//! Output: results on standard output, messages and the progress of a run on standard error.

use std::{
    fmt::Display,
    io::{self, Write},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyhow::Context;
use experiment::{Evaluation, HeldOutErrors, LossParts};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use train::{
    Error,
    run::Reporter,
    training::{EpochSummary, Progress},
};

use super::remedy;

/// Columns for the name of a job; those of the assignment fit with their seeds.
const NAME_WIDTH: usize = 32;

/// Writes a line to standard output.
pub fn print_line(text: impl Display) -> anyhow::Result<()> {
    writeln!(io::stdout(), "{text}").context("cannot write to standard output")
}

/// Writes a line to standard error. Failures are ignored: a closed pipe or a full disk must not
/// stop a training.
pub fn eprint_line(text: impl Display) {
    _ = writeln!(io::stderr(), "{text}");
}

/// The progress of a run on standard error: a bar for each job on a terminal, else a plain line for
/// each epoch.
#[derive(Debug)]
pub struct Terminal {
    bars: MultiProgress,
    is_terminal: bool,
    ended: Arc<Ended>,
}

/// How many jobs of a run have ended.
#[derive(Debug)]
struct Ended {
    count: AtomicUsize,
    all: usize,
}

impl Ended {
    /// Counts one more: `3 of 17`.
    fn next(&self) -> String {
        let count = self.count.fetch_add(1, Ordering::Relaxed) + 1;
        format!("{count} of {}", self.all)
    }
}

impl Terminal {
    /// A display of `jobs` jobs on standard error.
    pub fn new(jobs: usize) -> Self {
        let bars = MultiProgress::with_draw_target(ProgressDrawTarget::stderr_with_hz(5));
        Terminal {
            is_terminal: !bars.is_hidden(),
            bars,
            ended: Arc::new(Ended {
                count: AtomicUsize::new(0),
                all: jobs,
            }),
        }
    }

    /// Prints a line about a job above the bars.
    fn job_line(&self, name: &str, text: &str) {
        let print = || eprint_line(job_line(name, text));
        if self.is_terminal {
            self.bars.suspend(print);
        } else {
            print();
        }
    }
}

impl Reporter for Terminal {
    fn begin(&self, name: &str, images: usize) -> Box<dyn Progress> {
        let bar = self.bars.add(ProgressBar::new(images as u64));
        bar.set_style(style("{bar:20} {percent:>3} %  {msg}  {eta} left"));
        bar.set_prefix(name.to_owned());
        if self.is_terminal {
            bar.enable_steady_tick(Duration::from_secs(1));
        }
        Box::new(JobProgress {
            name: name.to_owned(),
            bar,
            is_terminal: self.is_terminal,
            ended: Arc::clone(&self.ended),
        })
    }

    fn already_complete(&self, name: &str) {
        let ended = self.ended.next();
        self.job_line(name, &format!("is complete already ({ended})"));
    }

    fn failed(&self, name: &str, error: &Error) {
        let ended = self.ended.next();
        self.job_line(
            name,
            &format!("failed: {} ({ended})", remedy::explain(error)),
        );
    }
}

/// The progress of one job.
#[derive(Debug)]
struct JobProgress {
    name: String,
    /// Counts the images seen. It is hidden unless standard error is a terminal.
    bar: ProgressBar,
    is_terminal: bool,
    ended: Arc<Ended>,
}

impl JobProgress {
    /// Ends the bar with a last message.
    fn end(&self, text: String) {
        if self.is_terminal {
            self.bar.set_style(style("{msg}"));
            self.bar.finish_with_message(text);
        } else {
            eprint_line(job_line(&self.name, &text));
        }
    }
}

impl Progress for JobProgress {
    fn resume_at(&self, share: f64) {
        let images = self.bar.length().unwrap_or_default() as f64 * share;
        self.bar.set_position(images as u64);
        self.bar.reset_eta();
    }

    fn advance(&self, images: usize) {
        self.bar.inc(images as u64);
    }

    fn epoch_done(&self, summary: &EpochSummary) {
        let EpochSummary {
            epoch,
            epochs,
            loss,
            parts,
            images_per_second,
            errors,
            warning,
        } = summary;
        let mut text = format!("epoch {epoch}/{epochs}  loss {loss:.4}");
        if let Some(parts) = parts {
            text += &terms(parts);
        }
        let HeldOutErrors { validation, test } = errors.unwrap_or_default();
        for (set, error) in [("validation", validation), ("test", test)] {
            text += &error.map_or(String::new(), |error| {
                format!("  {set} SSE {:.3}", error.sse)
            });
        }
        text += &format!("  {images_per_second:.0} images/s");
        if let Some(warning) = warning {
            text += &format!("  WARNING: {warning}");
        }
        if self.is_terminal {
            self.bar.set_message(text);
        } else {
            let images = self.bar.length().unwrap_or_default() - self.bar.position();
            let left = images as f64 / images_per_second;
            let text = format!("{text}  {left:.0} s left");
            eprint_line(job_line(&self.name, &text));
        }
    }

    fn interrupted(&self) {
        self.end("interrupted, saved".to_owned());
    }

    fn done(&self, evaluation: &Evaluation) {
        let sse = evaluation.corrected.test.sse;
        let mut text = format!("done ({}): test SSE {sse:.3}", self.ended.next());
        let training = evaluation.training.clone().unwrap_or_default();
        if let Some(epoch) = training.stopped_early_after_epoch {
            text += &format!("; stopped early after epoch {epoch}");
        }
        if let Some(epoch) = training.best_epoch {
            text += &format!("; weights of epoch {epoch}");
        }
        if let Some(warning) = evaluation.health.warning() {
            text += &format!("; {warning}");
        }
        self.end(text);
    }
}

/// The terms of a loss, after the loss itself.
fn terms(parts: &LossParts) -> String {
    let LossParts {
        reconstruction,
        penalty,
        kl,
    } = parts;
    let mut text = format!(" (reconstruction {reconstruction:.4}");
    for (name, term) in [("penalty", penalty), ("KL", kl)] {
        text += &term.map_or(String::new(), |term| format!(", {name} {term:.4}"));
    }
    text + ")"
}

fn job_line(name: &str, text: &str) -> String {
    format!("{name:<NAME_WIDTH$} {text}")
}

/// The name of the job, followed by `rest`.
fn style(rest: &str) -> ProgressStyle {
    let template = format!("{{prefix:<{NAME_WIDTH}}} {rest}");
    ProgressStyle::with_template(&template).expect("a valid template")
}
