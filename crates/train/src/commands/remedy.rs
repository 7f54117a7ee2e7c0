//! What a user can do about an error. The libraries say what is wrong; command-line flags are
//! known here only.
//!
//! Errors of libraries are typed and name the file or setting, what was expected and what was
//! found. Libraries never print, and never panic on input.

use train::Error;

/// The message of an error with its causes and the remedy, on one line.
pub fn explain(error: &Error) -> String {
    with_remedy(error.with_causes(), Some(error))
}

/// Like [`explain`], for an error that may have a [`train::Error`] among its causes.
pub fn explain_any(error: &anyhow::Error) -> String {
    let known = error.chain().find_map(|cause| cause.downcast_ref());
    with_remedy(format!("{error:#}"), known)
}

fn with_remedy(message: String, error: Option<&Error>) -> String {
    match error.and_then(remedy) {
        None => message,
        Some(remedy) => format!("{message}; {remedy}"),
    }
}

fn remedy(error: &Error) -> Option<&'static str> {
    match error {
        Error::Threads { .. } => Some("fewer --jobs help"),
        Error::TooManyJobs { .. } => Some("fewer --seeds help"),
        Error::OtherSettings { .. } => {
            Some("delete the named folder to begin anew, or choose another --out folder")
        }
        Error::CannotContinue { .. } => {
            Some("delete the named folder to train all epochs anew, or choose another --out folder")
        }
        Error::NoRecord { .. } => Some("put run.json back, or choose another --out folder"),
        Error::IsSweep { .. } => Some(
            "`train work` computes what is planned there, `train sweep` plans more; or choose another \
             --out folder",
        ),
        Error::IsNoSweep { .. } => Some("choose another --out folder for the plan"),
        Error::Sweep(sweep::Error::Changed { .. }) => {
            Some("give it another id, or plan it in another --out folder")
        }
        Error::Sweep(sweep::Error::NoFolder { .. } | sweep::Error::NoPlan { .. }) => {
            Some("`train sweep FILE --out DIR` makes one; `train run` needs no plan")
        }
        Error::RunFolderLost { .. } => Some("begin again in a folder that is left alone"),
        Error::NoSettings { .. } => Some("move it away, or choose another --out folder"),
        Error::ImagesTooLarge { .. } => Some("the setting data.resize makes them smaller"),
        Error::TooManyImages { .. } => Some("the setting data.window leaves them on disk"),
        Error::TooManyTestImages { .. } => Some("a smaller share for data.test helps"),
        Error::WindowOfPictures { .. } => {
            Some("save them as arrays x and y with numpy.savez, or leave out data.window")
        }
        Error::ImageFile { .. } => Some("the variable TMPDIR names another folder"),
        Error::Memory { .. } => Some(
            "fewer --jobs, a smaller batch_size, narrower layers, or smaller images (data.resize) help",
        ),
        Error::Libtorch { .. } => {
            Some("if it lacks memory, fewer --jobs, a smaller batch_size or narrower layers help")
        }
        Error::TooFewImages { .. }
        | Error::NoSuchData { .. }
        | Error::KnownSet { .. }
        | Error::TooFewToSplit { .. }
        | Error::OtherTestSize { .. }
        | Error::Images(_)
        | Error::Checkpoint { .. }
        | Error::SavedModel { .. }
        | Error::NotFinite { .. }
        | Error::Model(_)
        | Error::Pca(_)
        | Error::RunFolder(_)
        | Error::Data(_)
        | Error::Sweep(_)
        | Error::File(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::*;

    #[test]
    fn the_remedy_follows_the_message_and_its_causes() {
        let error = || Error::TooManyJobs { max: 1, found: 2 };
        let message = "expected at most 1 trainings (experiments times seeds), found 2; \
                       fewer --seeds help";
        assert_eq!(explain(&error()), message);
        assert_eq!(explain_any(&error().into()), message);
        let in_context = Err::<(), _>(error()).context("cannot begin").unwrap_err();
        assert_eq!(explain_any(&in_context), format!("cannot begin: {message}"));
    }
}
