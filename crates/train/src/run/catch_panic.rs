//! Panics of libtorch's bindings as errors.
//!
//! An experiment that fails affects no other: neither a refusal of libtorch, which `tch` reports as
//! a panic, nor a damaged folder. The others complete, and their report is drawn. Only a
//! mistake in the user's request stops all experiments, before anything is done.

use std::{
    cell::Cell,
    panic::{self, AssertUnwindSafe},
};

use crate::Error;

thread_local! {
    /// Whether a panic of this thread will be caught and reported as an error.
    static CAUGHT: Cell<bool> = const { Cell::new(false) };
}

/// Installs a panic hook that stays silent for panics which this module turns into errors. Call
/// once, at start-up.
pub fn silence_caught_panics() {
    let print = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if !CAUGHT.get() {
            print(panic);
        }
    }));
}

/// Runs the work of experiment `id`. A panic in it becomes [`Error::Libtorch`]: `tch` panics where
/// libtorch refuses a computation, which must not end the other experiments.
pub(crate) fn catch_panic<T>(
    id: &str,
    work: impl FnOnce() -> Result<T, Error>,
) -> Result<T, Error> {
    CAUGHT.set(true);
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    CAUGHT.set(false);
    result.unwrap_or_else(|panic| {
        let text = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("no reason given");
        Err(Error::Libtorch {
            id: id.to_owned(),
            reason: reason(text).to_owned(),
        })
    })
}

/// The first line of libtorch's message, without the stack frames that `tch` quotes with it.
fn reason(panic: &str) -> &str {
    let message = panic
        .split_once("Torch(\"")
        .map_or(panic, |(_, message)| message);
    let end = message.find("\\n").or_else(|| message.find('\n'));
    &message[..end.unwrap_or(message.len())]
}

#[cfg(test)]
mod tests {
    use super::catch_panic;

    #[test]
    fn a_panic_of_libtorch_becomes_an_error_of_its_experiment() {
        let negative = || {
            let size = [-1];
            Ok(tch::Tensor::zeros(size, tch::kind::FLOAT_CPU))
        };
        let message = catch_panic("wide", negative).unwrap_err().to_string();
        assert!(
            message.contains("\"wide\": libtorch failed: ") && message.contains("negative"),
            "{message}"
        );
        for part in ["unwrap", "frame", "\n", "\\n"] {
            assert!(!message.contains(part), "{part} in {message}");
        }
    }
}
