//! The models that a claim compares, and the numbers that it takes from them.

use std::collections::BTreeSet;

use experiment::{CodeNoise, Evaluation, Protocol};

use super::result::Number;
use crate::{
    error::Error,
    format::join,
    run::{ExperimentResults, Run, SeedResults},
};

/// Why a claim has no numbers for a seed.
#[derive(Debug)]
pub enum NoNumbers {
    /// The run folder lacks something, which is named.
    Lacking(String),
    /// A file cannot be read or does not hold what it should.
    Unreadable(Error),
}

impl From<Error> for NoNumbers {
    fn from(error: Error) -> Self {
        NoNumbers::Unreadable(error)
    }
}

/// What a claim compares, for one seed.
pub struct ClaimInputs<'a> {
    /// The run that the models belong to.
    pub run: &'a Run,
    /// The seed; `None` if no trained model is compared.
    pub seed: Option<u64>,
    /// The models, in the order in which the claim names them.
    pub models: Vec<&'a SeedResults>,
}

impl<'a> ClaimInputs<'a> {
    /// An entry for each seed for which all of `experiments` have results, in the order of the
    /// seeds; one entry without a seed for a claim that compares no experiments.
    pub fn of_each_seed(run: &'a Run, experiments: &[&str]) -> Vec<ClaimInputs<'a>> {
        if experiments.is_empty() {
            return vec![ClaimInputs {
                run,
                seed: None,
                models: Vec::new(),
            }];
        }
        let inputs = |seed| {
            let models = experiments.iter().map(|id| run.with_seed(id, seed));
            Some(ClaimInputs {
                run,
                seed: Some(seed),
                models: models.collect::<Option<_>>()?,
            })
        };
        let seeds = seeds(run, experiments).into_iter();
        seeds.filter_map(inputs).collect()
    }

    /// The names of the models whose output is constant.
    pub fn dead_models(&self) -> Vec<String> {
        let dead = self.models.iter().filter(|model| model.is_dead());
        dead.map(|model| model.id().into()).collect()
    }

    /// One number of each model, under the model's name.
    ///
    /// # Errors
    /// [`NoNumbers::Lacking`] for an evaluation without it.
    pub fn each<T: Into<Option<f64>>>(
        &self,
        value: impl Fn(&Evaluation) -> T,
    ) -> Result<Vec<Number>, NoNumbers> {
        self.each_as(str::to_owned, value)
    }

    /// The same under the name that `name` makes of the model's.
    ///
    /// # Errors
    /// See [`ClaimInputs::each`].
    pub fn each_as<T: Into<Option<f64>>>(
        &self,
        name: impl Fn(&str) -> String,
        value: impl Fn(&Evaluation) -> T,
    ) -> Result<Vec<Number>, NoNumbers> {
        let number = |model: &&SeedResults| {
            let value = value(&model.evaluation).into();
            let value = value.ok_or_else(|| lacking(model, "number of this kind"))?;
            Ok(Number::new(name(model.id()), value))
        };
        self.models.iter().map(number).collect()
    }

    /// The test error of each model, then its mean error on the ten samples as the notebook
    /// evaluates.
    ///
    /// # Errors
    /// See [`ClaimInputs::each`].
    pub fn both_errors(&self) -> Result<Vec<Number>, NoNumbers> {
        let mut numbers = self.each(|e| e.corrected.test.sse)?;
        numbers.extend(self.each_as(
            |id| format!("{id} as the notebook evaluates"),
            |e| e.mean_sample_error(Protocol::Assignment),
        )?);
        Ok(numbers)
    }

    /// A measure of noise on the codes of the first model, at each of `levels`.
    ///
    /// # Errors
    /// [`NoNumbers::Lacking`] for an evaluation without one of the levels.
    pub fn code_noise<T: Into<Option<f64>>>(
        &self,
        levels: &[f64],
        value: fn(&CodeNoise) -> T,
    ) -> Result<Vec<Number>, NoNumbers> {
        let model = self.models[0];
        let measured = &model.evaluation.measures.code_noise;
        let number = |level: &f64| {
            let noise = measured.iter().find(|noise| noise.level == *level);
            let noise = noise.ok_or_else(|| lacking(model, "noise of this level"))?;
            let value = value(noise).into();
            let value = value.ok_or_else(|| lacking(model, "number of this kind"))?;
            Ok(Number::new(format!("s = {level}"), value))
        };
        levels.iter().map(number).collect()
    }
}

/// Says that a model lacks `what`, which the run folders of earlier versions do not have.
pub fn lacking(model: &SeedResults, what: &str) -> NoNumbers {
    NoNumbers::Lacking(format!(
        "{} has no {what}: it was run before that was saved",
        model.id()
    ))
}

/// The number of seeds with which at least one of `experiments` was trained.
pub fn count_seeds(run: &Run, experiments: &[&str]) -> usize {
    seeds(run, experiments).len()
}

/// A clause for each seed for which some of `experiments` have results and others have none.
pub fn incomplete_seeds(run: &Run, experiments: &[&str]) -> Vec<String> {
    let clause = |seed| {
        let missing = experiments.iter();
        let missing = join(missing.filter(|id| run.with_seed(id, seed).is_none()), ", ");
        (!missing.is_empty()).then(|| format!("seed {seed} lacks {missing}"))
    };
    let seeds = seeds(run, experiments).into_iter();
    seeds.filter_map(clause).collect()
}

/// The seeds of the experiments. PCA has none, since it is deterministic.
fn seeds(run: &Run, experiments: &[&str]) -> BTreeSet<u64> {
    let found = experiments.iter().filter_map(|id| run.get(id));
    let trained = found.filter(|experiment| !experiment.is_pca());
    trained.flat_map(ExperimentResults::seed_numbers).collect()
}
