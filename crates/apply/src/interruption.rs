//! Signals that ask the program to end: the current batch is finished, and unfinished files vanish.

use std::{
    io,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicBool, Ordering},
    },
};

use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM},
    flag,
};

use crate::Error;

static CAME: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// Lets Ctrl-C, TERM and HUP end the program between two batches of images; a second one ends it at
/// once.
///
/// # Errors
/// The system refuses it.
pub fn listen() -> io::Result<()> {
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        // In this order, so that the first signal finds it false.
        flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&CAME))?;
        flag::register(signal, Arc::clone(&CAME))?;
    }
    Ok(())
}

/// # Errors
/// [`Error::Interrupted`] if a signal came.
pub(crate) fn check() -> Result<(), Error> {
    if CAME.load(Ordering::Relaxed) {
        return Err(Error::Interrupted);
    }
    Ok(())
}
