use std::collections::BTreeSet;

use experiment::{CodeNoise, Evaluation, Protocol};

use super::result::Number;
use crate::{
    Error, run::Run, run::experiment::Finished, run::seed::Trained,
    sections::shared::tables::mean_error,
};

/// What a claim compares, with one seed.
pub struct Case<'a> {
    /// Where it is from.
    pub run: &'a Run,
    /// The seed; none if nothing that was trained is compared.
    pub seed: Option<u64>,
    /// The models, in the order in which the claim names them.
    pub models: Vec<&'a Trained>,
}

impl<'a> Case<'a> {
    /// A case for each seed with which all of `experiments` are there, in the order of the seeds.
    pub fn all(run: &'a Run, experiments: &[&str]) -> Vec<Case<'a>> {
        if experiments.is_empty() {
            return vec![Case {
                run,
                seed: None,
                models: Vec::new(),
            }];
        }
        let case = |seed| {
            let models = experiments.iter().map(|id| run.with_seed(id, seed));
            Some(Case {
                run,
                seed: Some(seed),
                models: models.collect::<Option<_>>()?,
            })
        };
        let seeds = seeds(run, experiments).into_iter();
        seeds.filter_map(case).collect()
    }

    /// How many seeds the experiments have, together.
    pub fn seeds(run: &Run, experiments: &[&str]) -> usize {
        seeds(run, experiments).len()
    }

    /// A sentence for each seed with which some of `experiments` are there and others are not.
    pub fn incomplete(run: &Run, experiments: &[&str]) -> Vec<String> {
        let sentence = |seed| {
            let absent: Vec<&str> = experiments
                .iter()
                .copied()
                .filter(|id| run.with_seed(id, seed).is_none())
                .collect();
            (!absent.is_empty()).then(|| format!("seed {seed} lacks {}", absent.join(", ")))
        };
        let seeds = seeds(run, experiments).into_iter();
        seeds.filter_map(sentence).collect()
    }

    /// The models whose output is constant.
    pub fn dead(&self) -> Vec<String> {
        let dead = self.models.iter().filter(|model| model.is_dead());
        dead.map(|model| model.id().into()).collect()
    }

    /// One number of each model, under the model's name.
    ///
    /// # Errors
    /// [`Error::Content`] for an evaluation without it.
    pub fn each<T: Into<Option<f64>>>(
        &self,
        value: impl Fn(&Evaluation) -> T,
    ) -> Result<Vec<Number>, Error> {
        let number = |model: &&Trained| {
            let value = value(&model.evaluation).into();
            let value = value.ok_or_else(|| absent(model))?;
            Ok(Number::new(model.id(), value))
        };
        self.models.iter().map(number).collect()
    }

    /// The test error of each model, then its mean error on the ten samples as the notebook
    /// evaluates.
    ///
    /// # Errors
    /// As [`Case::each`].
    pub fn both_errors(&self) -> Result<Vec<Number>, Error> {
        let mut numbers = self.each(|e| e.corrected.test.sse)?;
        for model in &self.models {
            let name = format!("{} as the notebook evaluates", model.id());
            let error = mean_error(model, Protocol::Assignment).ok_or_else(|| absent(model))?;
            numbers.push(Number::new(name, error));
        }
        Ok(numbers)
    }

    /// What noise of each of `levels` on the codes of the first model does.
    ///
    /// # Errors
    /// [`Error::Content`] for an evaluation without one of the levels.
    pub fn code_noise(
        &self,
        levels: &[f64],
        value: fn(&CodeNoise) -> f64,
    ) -> Result<Vec<Number>, Error> {
        let model = self.models[0];
        let measured = &model.evaluation.measures.code_noise;
        let number = |level: &f64| {
            let noise = measured.iter().find(|noise| noise.level == *level);
            let noise = noise.ok_or_else(|| absent(model))?;
            Ok(Number::new(format!("s = {level}"), value(noise)))
        };
        levels.iter().map(number).collect()
    }
}

fn absent(model: &Trained) -> Error {
    Error::Content {
        path: model.path("evaluation.json"),
        expected: "every measure that the claims test".into(),
        found: "one that is absent".into(),
    }
}

/// The seeds of the experiments. That of PCA counts only where nothing else is compared.
fn seeds(run: &Run, experiments: &[&str]) -> BTreeSet<u64> {
    let found = experiments.iter().filter_map(|id| run.get(id));
    found
        .filter(|experiment| !experiment.settings().method.is_pca())
        .flat_map(Finished::seed_numbers)
        .collect()
}
