//! What a user can do about an error. The libraries say what is wrong; command-line flags are known
//! here only.

use apply::Error;

/// The message of an error with its causes and the remedy, on one line.
pub fn explain(error: &anyhow::Error) -> String {
    let known = error.chain().find_map(|cause| cause.downcast_ref());
    match known.and_then(remedy) {
        Some(remedy) => format!("{error:#}; {remedy}"),
        None => format!("{error:#}"),
    }
}

fn remedy(error: &Error) -> Option<&'static str> {
    match error {
        Error::NoModel { .. } => Some("`cargo xtask all` makes a run folder"),
        Error::NotComplete { .. } => {
            Some("the command that began the training resumes it, `cargo xtask all` or `train run`")
        }
        Error::NeedsImage { .. } => Some("`reconstruct` decodes images with their positions"),
        Error::Size { .. } => Some(
            "resize or crop the images, or train a model with data.resize (and data.gray), which \
             takes images of any size",
        ),
        Error::Values { .. } => {
            Some("save them as bytes from 0 to 255, or scale them as the training images are")
        }
        Error::OtherImages { .. } | Error::NoRun { .. } => Some("name the images after the model"),
        Error::NoKnownSet { .. } => Some("run `cargo xtask fetch-data NAME` to download it"),
        Error::Run(_) => Some("name other images after the model"),
        Error::Picture { .. } => Some("name fewer images, or an --out file that ends in .npy"),
        Error::Folder(experiment::Error::Damaged { .. }) => {
            Some("move the folder away and train it again")
        }
        _ => None,
    }
}
