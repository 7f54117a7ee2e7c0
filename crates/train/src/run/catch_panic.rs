//! Panics of libtorch's bindings as errors.

use std::{
    cell::Cell,
    panic::{self, AssertUnwindSafe},
};

use crate::Error;

thread_local! {
    /// Whether a panic of this thread will be caught and reported as an error.
    static CAUGHT: Cell<bool> = const { Cell::new(false) };
}

/// Has the panics that become errors not be printed as well. For the beginning of a program.
pub fn hide_caught_panics() {
    let print = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if !CAUGHT.get() {
            print(panic);
        }
    }));
}

/// libtorch's refusals reach us as panics of `tch`: they end this experiment only.
pub(crate) fn survive<T>(id: &str, work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
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

/// What libtorch said, without the frames of its stack, which `tch` quotes with it.
fn reason(panic: &str) -> &str {
    let said = panic.split_once("Torch(\"").map_or(panic, |(_, said)| said);
    let end = said.find("\\n").or_else(|| said.find('\n'));
    &said[..end.unwrap_or(said.len())]
}

#[cfg(test)]
mod tests {
    use super::survive;

    #[test]
    fn a_panic_of_libtorch_becomes_an_error_of_its_experiment() {
        let negative = || {
            let size = [-1];
            Ok(tch::Tensor::zeros(size, tch::kind::FLOAT_CPU))
        };
        let message = survive("wide", negative).unwrap_err().to_string();
        assert!(
            message.contains("\"wide\": libtorch failed: ") && message.contains("negative"),
            "{message}"
        );
        for part in ["unwrap", "frame", "\n", "\\n"] {
            assert!(!message.contains(part), "{part} in {message}");
        }
    }
}
