//! Reads run folders, and decides which of their experiments are the assignment's.

use std::{collections::BTreeMap, path::Path};

use durable_fs::quote_untrusted;
use experiment::{Error as RunError, Experiment, RunFolder, ScoreColumn, assignment};

use super::{
    Excluded, ExperimentResults, OpenedFolder, Run, SeedResults, differences::differences,
    losses::epoch_losses, seed_folder::SeedFolder, source::link_to,
};
use crate::error::Error;

impl Run {
    /// Reads the records of a run folder, its further seeds included. `link` leads from the report to
    /// the folder: empty, or with a slash at its end. Own experiments are ranked by `score`.
    ///
    /// # Errors
    /// [`Error::NotARun`]; [`Error::OtherVersion`] for settings of another form, which is no damage;
    /// [`Error::Run`] for a folder that cannot be read; [`Error::Content`] for seeds of one
    /// experiment with different settings. A damaged experiment is excluded instead.
    pub fn open(path: &Path, link: &str, score: ScoreColumn) -> Result<Run, Error> {
        let mut run = Run::empty(score);
        run.read_folder(path, "", link)?;
        run.of_assignment = run.is_of_assignment();
        if !run.of_assignment {
            run.forget_assignment();
        }
        run.label_own_experiments();
        Ok(run)
    }

    /// Reads several run folders, whose experiments are named `RUN/ID` and compared in a report in
    /// the folder `report`, ranked by `score`.
    ///
    /// # Errors
    /// See [`Run::open`].
    pub fn compare(paths: &[&Path], report: &Path, score: ScoreColumn) -> Result<Run, Error> {
        let mut run = Run::empty(score);
        for path in paths {
            let name = run.new_name(path);
            let link = link_to(path, report)?;
            run.read_folder(path, &format!("{name}/"), &link)?;
        }
        run.forget_assignment();
        run.label_own_experiments();
        Ok(run)
    }

    fn empty(score: ScoreColumn) -> Run {
        Run {
            folders: Vec::new(),
            of_assignment: false,
            score,
            assignment: assignment::full(Experiment::DEFAULT_SEED),
            results: Default::default(),
            excluded: Vec::new(),
        }
    }

    /// The name of a folder in a comparison: its last part, with a number if that is taken.
    fn new_name(&self, path: &Path) -> String {
        let full = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let last = full
            .file_name()
            .map_or("run".into(), |name| name.to_string_lossy());
        let is_taken = |name: &str| self.folders.iter().any(|folder| folder.name == name);
        let numbered = (2..).map(|number| format!("{last}-{number}"));
        let mut names = std::iter::once(last.to_string()).chain(numbered);
        names.find(|name| !is_taken(name)).unwrap_or_default()
    }

    /// Adds a run folder, whose experiments are named with `prefix`. `link` leads from the report to
    /// the folder.
    fn read_folder(&mut self, path: &Path, prefix: &str, link: &str) -> Result<(), Error> {
        let folder = RunFolder::new(path);
        let record = folder.record()?.ok_or_else(|| Error::NotARun {
            path: path.to_owned(),
        })?;
        let seeds = folder.seeds()?;
        self.folders.push(OpenedFolder {
            name: prefix.trim_end_matches('/').to_owned(),
            prefix: prefix.to_owned(),
            link: link.to_owned(),
            folder,
            record,
        });
        let index = self.folders.len() - 1;
        self.read_seed(index, SeedFolder::First)?;
        for seed in seeds {
            self.read_seed(index, SeedFolder::Further(seed))?;
        }
        Ok(())
    }

    /// Reads all experiments of one seed.
    fn read_seed(&mut self, index: usize, seed_folder: SeedFolder) -> Result<(), Error> {
        let of_seed = seed_folder.of(&self.folders[index].folder);
        for id in of_seed.ids()? {
            let opened = &self.folders[index];
            let folder = of_seed.experiment(&id);
            let Some(settings) = seed_folder.settings(&folder).transpose() else {
                continue;
            };
            let settings = match settings {
                Err(source) if opened.record.version != env!("CARGO_PKG_VERSION") => {
                    return Err(Error::OtherVersion {
                        path: opened.folder.path().to_owned(),
                        made_by: quote_untrusted(&opened.record.version),
                        source: source.into(),
                    });
                }
                settings => settings,
            };
            let begun = settings.as_ref().ok().cloned();
            let metrics = folder.metrics();
            let failure = folder.failure().ok().flatten();
            let results = settings
                .map_err(Error::from)
                .and_then(|settings| SeedResults::read(folder, opened, seed_folder, settings));
            let damage = match results {
                Ok(Some(results)) => {
                    self.add(results)?;
                    continue;
                }
                Ok(None) => None,
                Err(error) => Some(describe(&error, opened.folder.path())),
            };
            let training = begun.as_ref().and_then(|begun| begun.method.training());
            let losses = training.zip(metrics.ok()).filter(|_| damage.is_none());
            let failure = failure
                .filter(|_| damage.is_none())
                .map(|failure| quote_untrusted(&format!("{} is {}", failure.what, failure.value)));
            let excluded = Excluded {
                failure,
                is_pca: begun.as_ref().is_some_and(|begun| begun.method.is_pca()),
                losses: losses
                    .map(|(training, metrics)| (training.loss.name(), epoch_losses(&metrics))),
                id: format!("{}{id}", opened.prefix),
                folder: seed_folder,
                seed: begun.as_ref().map(|settings| settings.seed),
                of_assignment: begun.is_some_and(|settings| assignment::has(&settings)),
                damage,
            };
            self.excluded.push(excluded);
        }
        Ok(())
    }

    fn add(&mut self, seed: SeedResults) -> Result<(), Error> {
        if let Some(known) = self.results.get_mut(seed.id()) {
            return known.add(seed);
        }
        let settings = &seed.settings;
        let planned = self.assignment.iter().find(|e| e.id == settings.id);
        let results = ExperimentResults {
            label: seed.id().to_owned(),
            of_assignment: seed.has_assignment_numbers() && assignment::has(settings),
            is_of_other_length: planned.is_some_and(|planned| !has_length_of(settings, planned)),
            differences: planned.map_or(Vec::new(), |planned| differences(settings, planned)),
            seeds: vec![seed],
        };
        self.results.insert(results.id().to_owned(), results);
        Ok(())
    }

    /// Whether the report is about the assignment: some of its experiments were begun, and if there
    /// are others, at least half of the assignment's.
    fn is_of_assignment(&self) -> bool {
        let begun = self.results.values().map(|e| (e.id(), e.of_assignment));
        let excluded = self
            .excluded
            .iter()
            .map(|e| (e.id.as_str(), e.of_assignment));
        let all: BTreeMap<&str, bool> = begun.chain(excluded).collect();
        let planned = all.values().filter(|of_assignment| **of_assignment).count();
        planned > 0 && (planned == all.len() || 2 * planned >= self.assignment.len())
    }

    /// Makes all experiments the user's own: neither differences from the assignment nor the
    /// notebook's numbers are shown.
    fn forget_assignment(&mut self) {
        for experiment in self.results.values_mut() {
            experiment.of_assignment = false;
            experiment.differences.clear();
        }
    }
}

/// Whether an experiment has the epochs and the training images of another.
fn has_length_of(settings: &Experiment, planned: &Experiment) -> bool {
    let epochs = |e: &Experiment| e.method.training().map(|training| training.epochs);
    epochs(settings) == epochs(planned) && settings.training_images == planned.training_images
}

/// Describes what is wrong with an experiment. Paths are relative to the run folder, as everywhere in
/// the report.
fn describe(error: &Error, folder: &Path) -> String {
    let text = match error {
        Error::Run(RunError::Damaged { problem, .. }) => problem.to_string(),
        error => error.to_string(),
    };
    // Joining an empty path ends it in exactly one slash, however the user wrote it.
    let folder = folder.join("");
    quote_untrusted(&text.replace(&folder.display().to_string(), ""))
}
