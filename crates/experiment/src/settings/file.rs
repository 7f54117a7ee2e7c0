//! A user's list of experiments.

use std::{collections::HashSet, fs::File, io::Read, path::Path};

use durable_fs::quote_untrusted;

use crate::{Error, Experiment};

/// Reads a user's list of experiments: a JSON array of [`Experiment`].
///
/// # Errors
/// A file that cannot be read, is larger than 1 MiB, is not such a list, holds more than 1,000
/// experiments or one that [`Experiment::check`] refuses, or two of one id, capitals aside.
pub fn read_experiments(path: &Path) -> Result<Vec<Experiment>, Error> {
    const MAX_SIZE: u64 = 1 << 20;
    const MAX_COUNT: usize = 1_000;
    let wrong = |problem: String| Error::Format {
        path: path.to_owned(),
        problem,
    };
    // A pipe or a device does not say how much will come.
    let mut text = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAX_SIZE + 1).read_to_end(&mut text))
        .map_err(|source| Error::io("read", path, source))?;
    if text.len() as u64 > MAX_SIZE {
        let problem = "expected a list of experiments of at most 1 MiB, found more";
        return Err(wrong(problem.into()));
    }
    let experiments = parse(&text)
        .map_err(|source| wrong(format!("expected a JSON list of experiments: {source}")))?;
    if !(1..=MAX_COUNT).contains(&experiments.len()) {
        let found = experiments.len();
        return Err(wrong(format!(
            "expected at least one experiment, and at most {MAX_COUNT}, found {found}"
        )));
    }
    let mut seen = HashSet::new();
    for experiment in &experiments {
        experiment
            .check()
            .map_err(|problem| wrong(problem.to_string()))?;
        // On some systems the folders of `A` and `a` are one.
        if !seen.insert(experiment.id.to_ascii_lowercase()) {
            return Err(wrong(format!(
                "experiment {:?}: id appears twice in the list, or differs from another only in \
                 capitals",
                experiment.id
            )));
        }
    }
    Ok(experiments)
}

/// Parses the list. The error is a message that names the place: `[3].training.epochs`.
fn parse(text: &[u8]) -> Result<Vec<Experiment>, String> {
    let mut json = serde_json::Deserializer::from_slice(text);
    let list = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        // The reason first: the place can be as long as the file.
        quote_untrusted(&format!("{}, in {}", error.inner(), error.path()))
    })?;
    let end = json
        .end()
        .map_err(|error| quote_untrusted(&error.to_string()));
    end.map(|()| list)
}
