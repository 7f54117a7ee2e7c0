//! The report in a few sentences: what holds, what does not, what it cost.

use std::collections::BTreeSet;

use experiment::Metric;

use crate::{
    claims::{Judged, Verdict},
    format::whole,
    report::page::{Cell, Summary, Verdicts},
    run::Run,
    run::experiment::Finished,
    run::seed::Trained,
};

/// The abstract.
pub fn summary(run: &Run, claims: &[Judged]) -> Summary {
    let of = |verdict| claims.iter().filter(move |claim| claim.verdict == verdict);
    let counts: Vec<String> = Verdict::ALL
        .into_iter()
        .filter_map(|verdict| match of(verdict).count() {
            0 => None,
            count => Some(format!("{count} {}", phrase(verdict, count))),
        })
        .collect();
    let verdicts = Verdict::ALL.into_iter().map(|verdict| Verdicts {
        title: verdict.title(),
        claims: of(verdict)
            .map(|claim| Cell::linked(in_brief(claim), format!("#{}", claim.anchor())))
            .collect(),
    });
    Summary {
        finding: if run.is_own() {
            test_errors(run)
        } else {
            let (seeds, counts) = (seeds(run), counts.join(", "));
            let claims = claims.len();
            format!("Of {claims} observations of the notebook, {counts}. Tested with {seeds}.")
        },
        verdicts: verdicts.filter(|list| !list.claims.is_empty()).collect(),
        cost: cost(run),
    }
}

/// The observation, and on how many seeds the verdict rests if not on all.
fn in_brief(claim: &Judged) -> String {
    let decided = claim.deciding().len();
    match claim.verdict {
        Verdict::Holds | Verdict::DoesNotHold if decided < claim.of_seeds => {
            format!(
                "{} ({decided} of {} seeds)",
                claim.observation, claim.of_seeds
            )
        }
        _ => claim.observation.into(),
    }
}

/// The seeds of the assignment's experiments.
fn seeds(run: &Run) -> String {
    let trained = run
        .finished()
        .filter(|e| e.of_assignment && !e.settings().method.is_pca());
    let seeds: BTreeSet<u64> = trained.flat_map(Finished::seed_numbers).collect();
    let numbers: Vec<String> = seeds.iter().map(u64::to_string).collect();
    match numbers.as_slice() {
        [] => "no trained model".into(),
        [one] => format!("one seed ({one})"),
        _ => format!("the seeds {}", numbers.join(", ")),
    }
}

/// What own experiments came to.
fn test_errors(run: &Run) -> String {
    let error = |experiment: &Finished| {
        let error = experiment.number(4, |seed| Some(seed.evaluation.corrected.test.sse));
        format!("{} {error}", experiment.id())
    };
    let errors: Vec<String> = run.own().map(error).collect();
    format!(
        "Squared error summed over the 784 pixels, x from 0 to 1, mean over the 10,000 test \
         images: {}.",
        errors.join(", ")
    )
}

fn phrase(verdict: Verdict, count: usize) -> &'static str {
    match (verdict, count) {
        (Verdict::Holds, 1) => "holds",
        (Verdict::Holds, _) => "hold",
        (Verdict::DoesNotHold, 1) => "does not",
        (Verdict::DoesNotHold, _) => "do not",
        (Verdict::NotDecided, 1) => "is not decided by these seeds",
        (Verdict::NotDecided, _) => "are not decided by these seeds",
        (Verdict::NotTested, 1) => "was not tested",
        (Verdict::NotTested, _) => "were not tested",
    }
}

/// What was trained, for how long, on what.
fn cost(run: &Run) -> String {
    let models: Vec<&Trained> = run.finished().flat_map(|e| &e.seeds).collect();
    let lines = models.iter().flat_map(|model| &model.metrics);
    let epochs = lines.filter(|metric| matches!(metric, Metric::Epoch { .. }));
    let seconds = models.iter().map(|model| model.training_seconds());
    // The sum of none is -0, which would be shown.
    let seconds = seconds.sum::<f64>() + 0.0;
    let machine = &run.record.machine;
    format!(
        "It took {} models ({} experiments with {}) and {} epochs: {} of training, each model's \
         time counted by itself, though several may have trained side by side. The machine: {}, {} \
         processors, {}.",
        whole(models.len()),
        run.finished().count(),
        match run.finished().map(|e| e.seeds.len()).max() {
            None | Some(1) => "one seed each".into(),
            Some(seeds) => format!("up to {seeds} seeds each"),
        },
        whole(epochs.count()),
        duration(seconds),
        machine.processor,
        machine.processors,
        run.record.device,
    )
}

fn duration(seconds: f64) -> String {
    match seconds {
        ..120.0 => format!("{seconds:.0} seconds"),
        120.0..7200.0 => format!("{:.0} minutes", seconds / 60.0),
        _ => format!("{:.1} hours", seconds / 3600.0),
    }
}
