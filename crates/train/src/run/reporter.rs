//! What a run of several experiments reports. The library prints nothing: the caller decides where
//! this is shown.

use crate::{
    Error,
    training::{Progress, Silent},
};

/// Receives the events of a run's jobs, from several threads.
pub trait Reporter: Sync {
    /// The job `name` begins; it will see `images` images in all its epochs together.
    fn begin(&self, name: &str, images: usize) -> Box<dyn Progress>;

    /// The folder holds the results of the job `name` already.
    fn already_complete(&self, name: &str) {
        _ = name;
    }

    /// The job `name` failed; the others continue.
    fn failed(&self, name: &str, error: &Error) {
        _ = (name, error);
    }
}

impl Reporter for Silent {
    fn begin(&self, _: &str, _: usize) -> Box<dyn Progress> {
        Box::new(Silent)
    }
}
