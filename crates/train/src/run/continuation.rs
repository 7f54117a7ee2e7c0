//! More epochs for a training that has begun or is finished.
//!
//! A training whose settings differ from those in its folder only by more `epochs` goes on from the
//! state that is there, and gives the bits that it would have given with that many from the start.
//! So no step before may have depended on their number. A finished training has a state only if its
//! settings say `keep_state`.

use experiment::{Experiment, ExperimentFolder};

use crate::Error;

/// Checks that `asked` can go on from what `folder` holds, made with the settings `found`.
///
/// # Errors
/// [`Error::OtherSettings`] if they differ in more than their epochs, or have fewer;
/// [`Error::CannotContinue`].
pub(crate) fn check(
    asked: &Experiment,
    found: &Experiment,
    folder: &ExperimentFolder,
) -> Result<(), Error> {
    let Some(difference) = asked.difference(found) else {
        return Ok(());
    };
    let other_settings = |difference| Error::OtherSettings {
        what: folder.path().display().to_string(),
        difference,
    };
    let (Some(training), Some(before)) = (asked.method.training(), found.method.training()) else {
        return Err(other_settings(difference));
    };
    let mut shorter = asked.clone();
    if let Some(training) = shorter.method.training_mut() {
        training.epochs = before.epochs;
    }
    // Another setting is named first: more epochs alone could follow.
    if let Some(difference) = shorter.difference(found) {
        return Err(other_settings(difference));
    }
    if training.epochs < before.epochs {
        return Err(other_settings(difference));
    }
    let reason = if training.schedule.depends_on_length() {
        format!(
            "its schedule, {}, depends on the number of epochs",
            training.schedule
        )
    } else if folder.resume_path().exists() {
        return Ok(());
    } else {
        "its state was not kept, as training.keep_state would have done".to_owned()
    };
    Err(Error::CannotContinue {
        folder: folder.path().to_owned(),
        trained: before.epochs,
        asked: training.epochs,
        reason,
    })
}
