//! Which model, and on which images: the words that all commands begin with.

use std::path::{Path, PathBuf};

use anyhow::{bail, ensure};
use apply::{Error, Images, TrainedModel};
use experiment::RunFolder;
use serde_json::{Map, Value, json};

use super::terminal::eprint_line;

#[derive(clap::Args)]
pub struct ModelArguments {
    /// A run folder and the id of an experiment, or the folder of one experiment; then the images or
    /// codes.
    #[arg(value_name = "MODEL, IMAGES", required = true)]
    words: Vec<String>,
    /// The seed of the model, where a run has several [default: that of the settings].
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
}

impl ModelArguments {
    /// The folder of the words, the ids (several are separated by commas) unless the folder is that
    /// of one experiment, and the words after them.
    pub fn split(&self) -> anyhow::Result<(&Path, Option<&str>, &[String])> {
        let (folder, rest) = self.words.split_first().expect("a word is required");
        let folder = Path::new(folder);
        if TrainedModel::is_in(folder) {
            return Ok((folder, None, rest));
        }
        match rest.split_first() {
            Some((id, rest)) => Ok((folder, Some(id), rest)),
            None => {
                let ids = RunFolder::new(folder).ids()?;
                let folder = folder.to_owned();
                ensure!(!ids.is_empty(), Error::NoModel { folder });
                let (folder, ids) = (folder.display(), ids.join(", "));
                bail!("expected an id after the run folder {folder}, one of {ids}; found none")
            }
        }
    }

    /// The model, and the words after it.
    pub fn load(&self) -> anyhow::Result<(TrainedModel, &[String])> {
        let (folder, id, rest) = self.split()?;
        let model = match id {
            Some(id) => TrainedModel::of_run(folder, id, self.seed)?,
            None => {
                let model = TrainedModel::of_folder(folder)?;
                let found = model.experiment().seed;
                ensure!(
                    self.seed.is_none_or(|seed| seed == found),
                    "{}: expected seed {}, found {found}; name the run folder and the id instead",
                    folder.display(),
                    self.seed.unwrap_or_default()
                );
                model
            }
        };
        Ok((model, rest))
    }

    /// The models of several ids, and the words after them.
    pub fn load_several(&self) -> anyhow::Result<(Vec<TrainedModel>, &[String])> {
        let (folder, ids, rest) = self.split()?;
        let models = match ids {
            Some(ids) => ids
                .split(',')
                .map(|id| TrainedModel::of_run(folder, id, self.seed))
                .collect::<Result<_, _>>()?,
            None => vec![TrainedModel::of_folder(folder)?],
        };
        Ok((models, rest))
    }
}

/// The images that the words after a model name, or the run's own.
pub fn images(words: &[String], model: &TrainedModel) -> anyhow::Result<Images> {
    let images = match words {
        [] => Images::of_run(model)?,
        [source] => Images::open(source, model)?,
        [_, further, ..] => bail!("expected one set of images, found {further:?} too"),
    };
    if let Some([low, high]) = model.record().and_then(train::data::scaled_values) {
        eprint_line(format!(
            "note: pixels 0 and 1 are {low} and {high} in the images that the model was trained on"
        ));
    }
    Ok(images)
}

/// Where the results go.
#[derive(clap::Args)]
pub struct OutArgument {
    /// The file to write; its ending chooses the format.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// What JSON says of a model.
pub fn about(model: &TrainedModel) -> Map<String, Value> {
    let experiment = model.experiment();
    let mut about = Map::new();
    about.insert("experiment".into(), json!(experiment.id));
    about.insert("seed".into(), json!(experiment.seed));
    about
}

/// Texts of a count: `1 image`, `2 images`.
pub fn count(number: usize, what: &str) -> String {
    let end = if number == 1 { "" } else { "s" };
    format!("{number} {what}{end}")
}
