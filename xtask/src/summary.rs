//! The table at the end of `all`.

use experiment::{Evaluation, ExperimentFolder, Health, Metric, Protocol, RunFolder};

/// Titles of the columns, on two lines.
const TITLES: [[&str; 8]; 2] = [
    ["", "", "last", "assignment,", "test set", "", "", ""],
    [
        "experiment",
        "seeds",
        "loss",
        "10 samples",
        "SSE",
        "PSNR",
        "SSIM",
        "state",
    ],
];

/// An experiment that was begun and has no evaluation that could be trusted.
const UNFINISHED: &str = "failed, stopped or damaged";

/// One experiment with one seed.
struct Outcome {
    seed: String,
    /// Of the last epoch.
    loss: Option<f64>,
    /// Absent if it failed, was stopped, or is damaged.
    evaluation: Option<Evaluation>,
}

/// A line for each experiment of `ids`, over all seeds in the folder: the loss of its last epoch,
/// what was measured under each protocol, and whether the models are alive. Several seeds give the
/// mean and the standard deviation, with one less than the seeds as divisor.
///
/// # Errors
/// A folder that cannot be read.
pub fn table(run: &RunFolder, ids: &[String]) -> Result<String, experiment::Error> {
    let mut runs = vec![run.clone()];
    runs.extend(run.seeds()?.into_iter().map(|seed| run.seed(seed)));
    let mut rows = Vec::from(TITLES.map(|line| line.map(str::to_owned)));
    for id in ids {
        let folders = runs.iter().map(|run| run.experiment(id));
        let outcomes: Vec<Outcome> = folders.filter_map(|f| Outcome::read(&f)).collect();
        rows.push(row(id, &outcomes));
    }
    Ok(aligned(&rows))
}

impl Outcome {
    /// `None` if the experiment was not begun. What is wrong with one that cannot be read, `train` and
    /// the report have said.
    fn read(folder: &ExperimentFolder) -> Option<Self> {
        let settings = folder.settings().transpose()?;
        let seed = match &settings {
            Ok(settings) => settings.seed.to_string(),
            Err(_) => "?".to_owned(),
        };
        let results = settings.and_then(|_| {
            let losses = folder.metrics()?;
            let loss = losses.iter().rev().find_map(epoch_loss);
            Ok((loss, folder.evaluation()?))
        });
        let (loss, evaluation) = results.unwrap_or_default();
        Some(Outcome {
            seed,
            loss,
            evaluation,
        })
    }

    /// Names of what is wrong with the model.
    fn faults(&self) -> Vec<&'static str> {
        let health = self.evaluation.iter().map(|evaluation| &evaluation.health);
        health
            .flat_map(Health::faults)
            .map(|fault| fault.name)
            .collect()
    }
}

fn row(id: &str, outcomes: &[Outcome]) -> [String; 8] {
    let complete: Vec<&Evaluation> = outcomes
        .iter()
        .filter_map(|outcome| outcome.evaluation.as_ref())
        .collect();
    let losses = outcomes
        .iter()
        .filter(|outcome| outcome.evaluation.is_some())
        .map(|outcome| outcome.loss);
    let measured = |value: fn(&Evaluation) -> Option<f64>, decimals| {
        spread(
            complete.iter().map(|evaluation| value(evaluation)),
            decimals,
        )
    };
    [
        id.to_owned(),
        complete.len().to_string(),
        spread(losses, 4),
        measured(
            |evaluation| evaluation.mean_sample_error(Protocol::Assignment),
            3,
        ),
        measured(|evaluation| Some(evaluation.corrected.test.sse), 3),
        measured(|evaluation| evaluation.corrected.test.psnr, 2),
        measured(|evaluation| Some(evaluation.corrected.test.ssim), 4),
        state(outcomes),
    ]
}

/// The value of one seed, mean and standard deviation of several, `-` without any.
fn spread(values: impl Iterator<Item = Option<f64>>, decimals: usize) -> String {
    let values: Option<Vec<f64>> = values.collect();
    match values.as_deref() {
        None | Some([]) => "-".to_owned(),
        Some([value]) => format!("{value:.decimals$}"),
        Some(values) => {
            let count = values.len() as f64;
            let mean = values.iter().sum::<f64>() / count;
            let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
            let deviation = (squares / (count - 1.0)).sqrt();
            format!("{mean:.decimals$} ± {deviation:.decimals$}")
        }
    }
}

fn epoch_loss(metric: &Metric) -> Option<f64> {
    match metric {
        Metric::Epoch { loss, .. } => Some(*loss),
        Metric::Step { .. } => None,
    }
}

/// What a reader must know before the numbers: everything that is wrong, and with which seeds.
fn state(outcomes: &[Outcome]) -> String {
    let wrong = match outcomes {
        [] => "missing".to_owned(),
        [outcome] => match &outcome.evaluation {
            None => UNFINISHED.to_owned(),
            Some(evaluation) => evaluation.health.warning().unwrap_or_default(),
        },
        outcomes => {
            let unfinished = in_seeds(UNFINISHED, outcomes, |outcome| outcome.evaluation.is_none());
            let mut names: Vec<&str> = Vec::new();
            for name in outcomes.iter().flat_map(Outcome::faults) {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            let faults = names.into_iter().filter_map(|name| {
                in_seeds(name, outcomes, |outcome| outcome.faults().contains(&name))
            });
            let all: Vec<String> = unfinished.into_iter().chain(faults).collect();
            all.join("; ")
        }
    };
    if wrong.is_empty() {
        "ok".to_owned()
    } else {
        wrong
    }
}

/// In how many of the seeds `found` is so, and in which; `None` if in none.
fn in_seeds(what: &str, outcomes: &[Outcome], found: impl Fn(&Outcome) -> bool) -> Option<String> {
    let outcomes_found = outcomes.iter().filter(|outcome| found(outcome));
    let seeds: Vec<String> = outcomes_found.map(|outcome| outcome.seed.clone()).collect();
    let (count, all) = (seeds.len(), outcomes.len());
    match count {
        0 => None,
        _ if count == all => Some(format!("{what} in all {all} seeds")),
        _ => Some(format!(
            "{what} in {count} of {all} seeds ({})",
            seeds.join(", ")
        )),
    }
}

/// The rows with columns as wide as need be: names and states to the left, numbers to the right.
fn aligned(rows: &[[String; 8]]) -> String {
    let width = |column: usize| {
        let lengths = rows.iter().map(|row| row[column].chars().count());
        lengths.max().unwrap_or(0)
    };
    let lines: Vec<String> = rows
        .iter()
        .map(|row| {
            let mut line = format!("{:<1$}", row[0], width(0));
            for (column, cell) in row.iter().enumerate().take(7).skip(1) {
                line += &format!("  {cell:>0$}", width(column));
            }
            format!("{line}  {}", row[7]).trim_end().to_owned()
        })
        .collect();
    lines.join("\n")
}
