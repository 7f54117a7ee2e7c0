//! Which experiments, with which seeds and images: shared by `train run` and `train sweep`.

use std::path::Path;

use anyhow::bail;
use experiment::{Experiment, Method, RunRecord, assignment, read_experiments};
use tch::Device;
use train::data::Datasets;

use super::DataArgument;
use crate::commands::terminal::eprint_line;

#[derive(clap::Args)]
pub struct ExperimentArguments {
    /// The assignment's experiments cut to 2,000 training images and one epoch.
    #[arg(long, conflicts_with = "experiments")]
    quick: bool,
    /// Only these experiments of the list.
    #[arg(long, value_name = "ID,...", value_delimiter = ',')]
    only: Vec<String>,
    #[command(flatten)]
    data: DataArgument,
    /// Seed of all experiments, instead of their own.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Seeds of each experiment: its seed and those that follow it.
    #[arg(long, value_name = "N", default_value_t = 1,
          value_parser = clap::value_parser!(u16).range(1..))]
    pub seeds: u16,
    /// Measure the validation and test errors of all experiments every N epochs, instead of as their
    /// settings say.
    #[arg(long, value_name = "N")]
    evaluate_every: Option<usize>,
}

impl ExperimentArguments {
    /// The experiments that the user chose, of `file` or of the assignment, with their first seed.
    pub fn experiments(&self, file: Option<&Path>) -> anyhow::Result<Vec<Experiment>> {
        let seed = self.seed.unwrap_or(Experiment::DEFAULT_SEED);
        let mut list = match file {
            Some(path) => read_experiments(path)?,
            None if self.quick => assignment::quick(seed),
            None => assignment::full(seed),
        };
        if let Some(seed) = self.seed {
            list.iter_mut()
                .for_each(|experiment| experiment.seed = seed);
        }
        if self.evaluate_every.is_some() {
            for experiment in &mut list {
                if let Some(training) = experiment.method.training_mut() {
                    training.evaluate_every = self.evaluate_every;
                }
                experiment.check()?;
            }
        }
        for id in &self.only {
            if !list.iter().any(|experiment| experiment.id == *id) {
                let ids: Vec<&str> = list
                    .iter()
                    .map(|experiment| experiment.id.as_str())
                    .collect();
                bail!("--only: expected ids of {}, found {id:?}", ids.join(", "));
            }
        }
        if !self.only.is_empty() {
            list.retain(|experiment| self.only.contains(&experiment.id));
        }
        self.data.choose(&mut list);
        Ok(list)
    }

    /// Reads the images of `experiments`, completes the settings that depend on their size, and describes
    /// a run with them.
    pub fn read_data(
        &self,
        mut experiments: Vec<Experiment>,
        device: Device,
    ) -> anyhow::Result<(Vec<Experiment>, Datasets, RunRecord)> {
        let wanted = experiments.iter().map(|experiment| &experiment.data);
        let (data, record) = self.data.load(wanted, device)?;
        for experiment in &mut experiments {
            let images = &data.of(&experiment.data).training;
            experiment.fit_to(images.shape())?;
            note_rank(experiment, images.len());
        }
        Ok((experiments, data, record))
    }
}

/// Notes that a PCA keeps more components than its images have.
fn note_rank(experiment: &Experiment, images: usize) {
    let images = experiment.training_images.unwrap_or(images);
    if let Method::Pca { components } = experiment.method
        && components >= images
    {
        eprint_line(format!(
            "note: experiment {:?}: {images} images differ in at most {} components; the others of \
             {components} explain nothing",
            experiment.id,
            images.saturating_sub(1)
        ));
    }
}
