//! The plan: an experiment with one of its seeds in each line of `plan.jsonl`. Its number is its line,
//! from 0.
//!
//! A plan is never changed, only extended. The lines are written first, and then `run.json`, which says
//! how many there are and has their digest: lines that it does not count are not planned yet.
//!
//! The first experiment of an id is the one in `experiments/`, those after it are its further seeds.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

use durable_fs::{hexadecimal, open, quote_untrusted, write_atomically_with};
use experiment::{Experiment, ExperimentFolder, PlanRecord, RunFolder};
use sha2::{Digest, Sha256};

use crate::error::Error;

/// Maximum length of a line, in bytes: that of a file of experiments.
const MAX_LINE: u64 = 1 << 20;

/// Planned experiments, each with one seed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    experiments: Vec<Experiment>,
    is_further_seed: Vec<bool>,
    has_several_seeds: bool,
}

impl Plan {
    /// The plan of these experiments, each with one seed, none of them twice.
    ///
    /// # Errors
    /// [`Error::Changed`].
    pub fn new(experiments: Vec<Experiment>) -> Result<Self, Error> {
        Plan::default().extended(experiments)
    }

    /// This plan followed by those of `asked` that are not in it. PCA, in which nothing is random, is
    /// planned with its first seed only.
    ///
    /// # Errors
    /// [`Error::Changed`] for an experiment that is planned with other settings, with this seed or
    /// another, or whose id differs from a planned one in capitals only.
    pub fn extended(mut self, asked: Vec<Experiment>) -> Result<Self, Error> {
        let mut first: BTreeMap<String, usize> = BTreeMap::new();
        let mut planned = BTreeSet::new();
        for (number, experiment) in self.experiments.iter().enumerate() {
            let id = experiment.id.to_ascii_lowercase();
            first.entry(id.clone()).or_insert(number);
            planned.insert((id, experiment.seed));
        }
        for experiment in asked {
            let id = experiment.id.to_ascii_lowercase();
            let number = self.experiments.len();
            let known = &self
                .experiments
                .get(*first.entry(id.clone()).or_insert(number));
            if let Some(known) = known {
                check_same(&experiment, known)?;
                if experiment.method.is_pca() || planned.contains(&(id.clone(), experiment.seed)) {
                    continue;
                }
            }
            planned.insert((id, experiment.seed));
            self.push(known.is_some(), experiment);
        }
        Ok(self)
    }

    fn push(&mut self, is_further_seed: bool, experiment: Experiment) {
        self.experiments.push(experiment);
        self.is_further_seed.push(is_further_seed);
        self.has_several_seeds |= is_further_seed;
    }

    /// Reads the plan of `run` that its `run.json` describes as `record`.
    ///
    /// # Errors
    /// [`Error::OtherPlan`], [`Error::ShortPlan`], [`Error::Line`], or a file that cannot be read.
    pub fn read(run: &RunFolder, record: &PlanRecord) -> Result<Self, Error> {
        let path = path(run);
        let mut file = BufReader::new(open(&path)?);
        let mut plan = Plan::default();
        let mut ids = BTreeSet::new();
        let mut hasher = Sha256::new();
        let mut line = Vec::new();
        let mut experiments = Vec::new();
        for number in 0..record.experiments {
            line.clear();
            (&mut file)
                .take(MAX_LINE)
                .read_until(b'\n', &mut line)
                .map_err(|reason| Error::io("read", &path, reason))?;
            if line.last() != Some(&b'\n') {
                return Err(Error::ShortPlan {
                    path,
                    expected: record.experiments,
                    found: number,
                });
            }
            hasher.update(&line);
            experiments.push(parse(&line, number, &path)?);
        }
        let found = hexadecimal(&hasher.finalize());
        if found != record.sha256 {
            let expected = quote_untrusted(&record.sha256);
            return Err(Error::OtherPlan {
                path,
                expected,
                found,
            });
        }
        for experiment in experiments {
            let is_first = ids.insert(experiment.id.clone());
            plan.push(!is_first, experiment);
        }
        Ok(plan)
    }

    /// Writes the plan; what is returned belongs into `run.json`, after this.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn write(&self, run: &RunFolder) -> Result<PlanRecord, Error> {
        let mut hasher = Sha256::new();
        write_atomically_with(&path(run), |file| {
            for experiment in &self.experiments {
                let mut line = serde_json::to_vec(experiment)?;
                line.push(b'\n');
                hasher.update(&line);
                file.write_all(&line)?;
            }
            Ok(())
        })?;
        Ok(PlanRecord {
            experiments: self.len(),
            sha256: hexadecimal(&hasher.finalize()),
        })
    }

    /// How many experiments there are, each seed counted.
    pub fn len(&self) -> usize {
        self.experiments.len()
    }

    /// Whether nothing is planned.
    pub fn is_empty(&self) -> bool {
        self.experiments.is_empty()
    }

    /// The experiments in the order of their numbers.
    pub fn experiments(&self) -> &[Experiment] {
        &self.experiments
    }

    /// What messages call an experiment: its id, and its seed where some have several.
    ///
    /// # Panics
    /// If `number` is not below [`Plan::len`], like all that take a number.
    pub fn name(&self, number: usize) -> String {
        let Experiment { id, seed, .. } = &self.experiments[number];
        if self.has_several_seeds {
            format!("{id} seed {seed}")
        } else {
            id.clone()
        }
    }

    /// The seed of an experiment that is planned with several, unless this is its first.
    pub fn further_seed(&self, number: usize) -> Option<u64> {
        self.is_further_seed[number].then(|| self.experiments[number].seed)
    }

    /// Where the results of an experiment appear in `run`.
    pub fn folder(&self, run: &RunFolder, number: usize) -> ExperimentFolder {
        let id = &self.experiments[number].id;
        match self.further_seed(number) {
            None => run.experiment(id),
            Some(seed) => run.seed(seed).experiment(id),
        }
    }
}

/// Checks that both are the same but for the seed.
fn check_same(asked: &Experiment, planned: &Experiment) -> Result<(), Error> {
    let asked = Experiment {
        seed: planned.seed,
        ..asked.clone()
    };
    if asked == *planned {
        return Ok(());
    }
    let difference = asked.difference(planned);
    Err(Error::Changed {
        id: planned.id.clone(),
        difference: difference.unwrap_or_else(|| "another form".into()),
    })
}

fn parse(line: &[u8], number: usize, path: &Path) -> Result<Experiment, Error> {
    let wrong = |problem: String| Error::Line {
        path: path.to_owned(),
        line: number + 1,
        problem: quote_untrusted(&problem),
    };
    let experiment: Experiment =
        serde_json::from_slice(line).map_err(|error| wrong(error.to_string()))?;
    experiment
        .check()
        .map_err(|error| wrong(error.to_string()))?;
    Ok(experiment)
}

fn path(run: &RunFolder) -> PathBuf {
    run.path().join("plan.jsonl")
}
