//! A `train run` in a temporary folder, whose experiments are watched while it trains.

use std::{
    fs::{self, File},
    path::Path,
    process::{Child, Command, Stdio},
};

use anyhow::Context as _;
use experiment::{Experiment, Metric, RunFolder};
use tempfile::TempDir;

use super::epochs::{Epoch, has_died};

/// The file that receives the program's standard error.
const MESSAGES: &str = "messages";

/// A `train run` in a temporary folder.
pub(super) struct TrainRun {
    folder: TempDir,
    run: RunFolder,
}

impl TrainRun {
    /// Starts the binary `train` with `experiments`, `jobs` side by side, in a new folder in
    /// `temporary`.
    ///
    /// # Errors
    /// A program that cannot be run, or a folder that cannot be written.
    pub(super) fn start(
        train: &Path,
        data: &Path,
        temporary: &Path,
        experiments: &[Experiment],
        jobs: usize,
    ) -> anyhow::Result<(Self, Child)> {
        let folder = tempfile::tempdir_in(temporary)?;
        let list = folder.path().join("experiments.json");
        fs::write(&list, serde_json::to_string(experiments)?)?;
        let out = folder.path().join("run");
        let child = Command::new(train)
            .args(["run", "--device", "cpu", "--jobs", &jobs.to_string()])
            .args(["--experiments".as_ref(), list.as_os_str()])
            .args(["--data".as_ref(), data.as_os_str()])
            .args(["--out".as_ref(), out.as_os_str()])
            .stdin(Stdio::null())
            .stderr(File::create(folder.path().join(MESSAGES))?)
            .spawn()
            .context("cannot run train")?;
        let run = RunFolder::new(out);
        Ok((TrainRun { folder, run }, child))
    }

    /// Whether a copy has died. `train` ends the training of a dead model and saves it, while all
    /// others train longer than any measurement; before it notices, the losses show it.
    pub(super) fn one_died(&self, copies: &[Experiment], trained: &[Vec<Epoch>]) -> bool {
        let has_model = |copy: &Experiment| self.run.experiment(&copy.id).model_path().exists();
        copies.iter().any(has_model) || trained.iter().any(|epochs| has_died(epochs))
    }

    /// The message of `train` about a copy that has failed, because its loss is NaN for example.
    pub(super) fn failed(&self, copies: &[Experiment]) -> Option<String> {
        let said = self.messages();
        let mut lines = said.lines();
        let failed = lines.find(|line| {
            let name = line.split_once(" failed: ").map(|(name, _)| name.trim());
            copies.iter().any(|copy| name == Some(copy.id.as_str()))
        });
        failed.map(str::to_owned)
    }

    fn messages(&self) -> String {
        fs::read_to_string(self.folder.path().join(MESSAGES)).unwrap_or_default()
    }

    /// The epochs so far of each experiment.
    ///
    /// # Errors
    /// Metrics that cannot be read.
    pub(super) fn epochs(&self, experiments: &[Experiment]) -> anyhow::Result<Vec<Vec<Epoch>>> {
        let of_experiment = |experiment: &Experiment| {
            let metrics = self.run.experiment(&experiment.id).metrics()?;
            let epochs = metrics.iter().filter_map(|metric| match *metric {
                Metric::Epoch {
                    loss,
                    images_per_second,
                    ..
                } => Some(Epoch {
                    loss,
                    images_per_second,
                }),
                Metric::Step { .. } => None,
            });
            Ok(epochs.collect())
        };
        experiments.iter().map(of_experiment).collect()
    }

    /// Why the program ended early: its last message.
    pub(super) fn failure(&self) -> String {
        let said = self.messages();
        let last = said
            .trim_end()
            .lines()
            .last()
            .unwrap_or("it printed nothing");
        format!("train ended early: {last}")
    }
}

#[cfg(test)]
mod tests {
    use experiment::assignment;

    use super::*;

    #[test]
    fn a_copy_that_ends_its_training_or_whose_loss_does_not_change_has_died() {
        let folder = TempDir::new().unwrap();
        let run = RunFolder::new(folder.path());
        let run = TrainRun { folder, run };
        let copies = &assignment::full(1)[..2];
        let epochs = |losses: &[f64]| -> Vec<Epoch> {
            let epoch = |&loss| Epoch {
                loss,
                images_per_second: 1.0,
            };
            losses.iter().map(epoch).collect()
        };
        let learning = epochs(&[0.2, 0.1]);
        assert!(!run.one_died(copies, &[learning, epochs(&[])]));
        assert!(run.one_died(copies, &[epochs(&[0.2]), epochs(&[0.1, 0.1])]));
        let model = run.run.experiment(&copies[1].id).model_path();
        fs::create_dir_all(model.parent().unwrap()).unwrap();
        fs::write(model, "").unwrap();
        assert!(run.one_died(copies, &[epochs(&[0.2]), epochs(&[0.1])]));
    }
}
