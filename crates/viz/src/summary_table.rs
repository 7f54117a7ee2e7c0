//! The summary of a run for a terminal: a line for each experiment.

use std::collections::BTreeSet;

use experiment::{Health, Protocol};

use crate::{
    format::join,
    run::{Excluded, ExperimentResults, Run, SeedResults, images_name},
};

/// Titles of the columns, on two lines.
const TITLES: [[&str; COLUMNS]; 2] = [
    ["", "", "", "last", "assignment,", "test set", "", "", ""],
    [
        "experiment",
        "images",
        "seeds",
        "loss",
        "10 samples",
        "SSE",
        "PSNR",
        "SSIM",
        "state",
    ],
];
const COLUMNS: usize = 9;
/// The column of the images, which are named where experiments differ in them.
const IMAGES: usize = 1;
/// The column of errors under the assignment's protocol.
const ASSIGNMENT: usize = 4;

/// A line for each experiment in the run folder, the assignment's in its order and then the others, or
/// own ones by their images and their ranking on these: the loss of the last epoch, the errors under each protocol, and what is wrong with the models.
/// For several seeds, mean and standard deviation (n - 1) over the living ones.
pub fn table(run: &Run) -> String {
    let mut rows = Vec::from(TITLES.map(|line| line.map(str::to_owned)));
    let mut ids = run.ids();
    if !run.of_assignment {
        let ranked: Vec<&str> = run.rankings().iter().flatten().map(|e| e.id()).collect();
        let place = |id: &&str| ranked.iter().position(|ranked| ranked == id);
        ids.sort_by_key(|id| place(id).unwrap_or(ranked.len()));
    }
    rows.extend(ids.into_iter().map(|id| row(run, id)));
    let sets: BTreeSet<String> = run.experiments().map(images).collect();
    let mut hidden = Vec::new();
    if sets.len() < 2 {
        hidden.push(IMAGES);
    }
    if !run.of_assignment {
        hidden.push(ASSIGNMENT);
    }
    aligned(&rows, &hidden)
}

fn images(experiment: &ExperimentResults) -> String {
    images_name(&experiment.first().data)
}

fn row(run: &Run, id: &str) -> [String; COLUMNS] {
    let experiment = run.with_id(id);
    let excluded: Vec<&Excluded> = run.excluded().iter().filter(|e| e.id == id).collect();
    let number = |places, value: &dyn Fn(&SeedResults) -> Option<f64>| {
        let number = experiment.and_then(|experiment| experiment.mean_std(value));
        // A terminal breaks no line after the sign.
        number.map_or("-".into(), |n| n.to_text(places).replace('\u{a0}', " "))
    };
    [
        id.to_owned(),
        experiment.map_or("-".into(), images),
        experiment.map_or(0, |e| e.seeds.len()).to_string(),
        number(4, &SeedResults::last_loss),
        number(3, &|seed| {
            seed.evaluation.mean_sample_error(Protocol::Assignment)
        }),
        number(3, &|seed| Some(seed.evaluation.corrected.test.sse)),
        number(2, &|seed| seed.evaluation.corrected.test.psnr),
        number(4, &|seed| Some(seed.evaluation.corrected.test.ssim)),
        state(experiment, &excluded),
    ]
}

/// Everything that is wrong, and with which seeds; "ok" if nothing is.
fn state(experiment: Option<&ExperimentResults>, excluded: &[&Excluded]) -> String {
    let evaluated: Vec<(u64, &Health)> = experiment
        .iter()
        .flat_map(|experiment| &experiment.seeds)
        .map(|seed| (seed.settings.seed, &seed.evaluation.health))
        .collect();
    let all = evaluated.len() + excluded.len();
    let wrong = match (evaluated.as_slice(), excluded) {
        ([], [excluded]) => excluded.state().to_owned(),
        ([(_, health)], []) => health.warning().unwrap_or_default(),
        _ => {
            let mut clauses: Vec<(&str, Vec<Option<u64>>)> = Vec::new();
            let mut add = |name, seed| match clauses.iter_mut().find(|clause| clause.0 == name) {
                Some((_, seeds)) => seeds.push(seed),
                None => clauses.push((name, vec![seed])),
            };
            for excluded in excluded {
                add(excluded.state(), excluded.seed);
            }
            for (seed, health) in evaluated {
                for fault in health.faults() {
                    add(fault.name, Some(seed));
                }
            }
            let texts = clauses
                .iter()
                .map(|(name, seeds)| in_seeds(name, seeds, all));
            join(texts, "; ")
        }
    };
    if wrong.is_empty() {
        "ok".to_owned()
    } else {
        wrong
    }
}

/// "WHAT in all 3 seeds" or "WHAT in 1 of 3 seeds (13)".
fn in_seeds(what: &str, seeds: &[Option<u64>], all: usize) -> String {
    let count = seeds.len();
    if count == all {
        return format!("{what} in all {all} seeds");
    }
    let name = |seed: &Option<u64>| seed.map_or("?".into(), |seed| seed.to_string());
    let names = join(seeds.iter().map(name), ", ");
    format!("{what} in {count} of {all} seeds ({names})")
}

/// The rows as text, with columns as wide as their widest cell: names and states to the left,
/// numbers to the right, without the columns `hidden`.
fn aligned(rows: &[[String; COLUMNS]], hidden: &[usize]) -> String {
    let width = |column: usize| {
        let lengths = rows.iter().map(|row| row[column].chars().count());
        lengths.max().unwrap_or(0)
    };
    let line = |row: &[String; COLUMNS]| {
        let mut line = format!("{:<1$}", row[0], width(0));
        let shown = row.iter().enumerate().take(COLUMNS - 1).skip(1);
        for (column, cell) in shown.filter(|(column, _)| !hidden.contains(column)) {
            let width = width(column);
            line += &match column {
                IMAGES => format!("  {cell:<width$}"),
                _ => format!("  {cell:>width$}"),
            };
        }
        let line = format!("{line}  {}", row[COLUMNS - 1]);
        line.trim_end().to_owned()
    };
    join(rows.iter().map(line), "\n")
}
