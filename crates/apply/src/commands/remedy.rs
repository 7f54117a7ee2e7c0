//! What a user can do about an error. The libraries say what is wrong; command-line flags are known
//! here only.

use std::io::ErrorKind;

use apply::Error;
use image_sets::Problem;

/// The message of an error with its causes and the remedy, on one line.
pub fn explain(error: &anyhow::Error) -> String {
    let known = error.chain().find_map(|cause| cause.downcast_ref());
    match known.and_then(remedy) {
        Some(remedy) => format!("{error:#}; {remedy}"),
        None => format!("{error:#}"),
    }
}

fn remedy(error: &Error) -> Option<String> {
    let remedy = match error {
        Error::NoKnownSet { name, .. } => {
            return Some(format!(
                "run `cargo xtask fetch-data {name}` to download it"
            ));
        }
        Error::NoModel { .. } => "`cargo xtask all` makes a run folder",
        Error::NotComplete { .. } => {
            "the command that began the training resumes it, `cargo xtask all` or `train run`"
        }
        Error::NeedsImage { .. } => "`reconstruct` takes the image itself",
        Error::Size { .. } => {
            "resize or crop the images, or train a model with data.resize (and data.gray), which \
             takes images of any size"
        }
        Error::Values { .. } => {
            "save them as bytes from 0 to 255, or scale them as the training images are"
        }
        Error::NoClasses { .. } => {
            "name a folder with a folder for each class, or arrays with labels beside them; or name \
             the others with --anomalies"
        }
        Error::OnlyNormal { .. } => "name fewer classes with --normal, or others with --anomalies",
        Error::Folder { .. } => "name another folder with --out",
        Error::OtherImages { .. } | Error::NoRun { .. } => "name the images after the model",
        Error::Run(_) => "name other images after the model",
        Error::Images(error) => return of_images(&error.problem).map(str::to_owned),
        Error::Picture { .. } => "name fewer images, or an --out file that ends in .npy",
        Error::File(error) if is_missing_folder(error) => {
            "make the folder that it is to be in first"
        }
        _ => return None,
    };
    Some(remedy.to_owned())
}

/// Whether a file could not be written because its folder is missing.
fn is_missing_folder(error: &durable_fs::Error) -> bool {
    matches!(
        &error.problem,
        durable_fs::Problem::Io { operation: "write", reason } if reason.kind() == ErrorKind::NotFound
    )
}

fn of_images(problem: &Problem) -> Option<&'static str> {
    let is_damaged = match problem {
        Problem::Array { problem, .. } => return of_images(problem),
        Problem::NotFinite { .. } => return Some("`numpy.nan_to_num` replaces such numbers"),
        Problem::Idx(problem) => matches!(
            problem,
            mnist_io::Problem::TruncatedGzip
                | mnist_io::Problem::DamagedGzip { .. }
                | mnist_io::Problem::Truncated { .. }
                | mnist_io::Problem::Trailing { .. }
        ),
        problem => matches!(
            problem,
            Problem::Truncated { .. }
                | Problem::Trailing { .. }
                | Problem::Zip { .. }
                | Problem::Image { .. }
        ),
    };
    is_damaged.then_some("the file is damaged or incomplete: copy it or make it again")
}
