//! The abstract of the report: what holds, what does not, what it cost.

use std::collections::BTreeSet;

use experiment::{Metric, thousands};

use crate::{
    claims::{ClaimResult, Verdict},
    format::join,
    report::{Cell, Summary, Verdicts},
    run::{ExperimentResults, Run, SeedResults},
};

pub fn summary(run: &Run, claims: &[ClaimResult]) -> Summary {
    let with = |verdict| claims.iter().filter(move |claim| claim.verdict == verdict);
    let verdicts = Verdict::ALL.into_iter().map(|verdict| Verdicts {
        title: verdict.title(),
        claims: with(verdict)
            .map(|claim| Cell::linked(in_brief(claim), format!("#{}", claim.anchor())))
            .collect(),
    });
    let finding = if run.is_custom_only() {
        test_errors(run)
    } else {
        let counts = Verdict::ALL.map(|verdict| (verdict, with(verdict).count()));
        let counts = counts.into_iter().filter(|(_, count)| *count > 0);
        let counts = counts.map(|(verdict, count)| format!("{count} {}", phrase(verdict, count)));
        format!(
            "Of {} observations of the notebook, {}. Tested with {}.",
            claims.len(),
            join(counts, ", "),
            seeds(run)
        )
    };
    Summary {
        finding,
        verdicts: verdicts.filter(|list| !list.claims.is_empty()).collect(),
        cost: cost(run),
    }
}

/// The observation, with the number of seeds that decided unless all of them did.
fn in_brief(claim: &ClaimResult) -> String {
    let decided = claim.deciding().len();
    match claim.verdict {
        Verdict::Holds | Verdict::DoesNotHold if decided < claim.of_seeds => format!(
            "{} ({decided} of {} seeds)",
            claim.observation, claim.of_seeds
        ),
        _ => claim.observation.into(),
    }
}

/// The seeds of the assignment's experiments.
fn seeds(run: &Run) -> String {
    let planned = run.experiments().filter(|e| e.of_assignment && !e.is_pca());
    let seeds = planned.flat_map(ExperimentResults::seed_numbers);
    let seeds: BTreeSet<u64> = seeds.collect();
    match seeds.len() {
        0 => "no trained model".into(),
        1 => format!("one seed ({})", join(seeds, ", ")),
        _ => format!("the seeds {}", join(seeds, ", ")),
    }
}

/// The errors of custom experiments.
fn test_errors(run: &Run) -> String {
    let error = |experiment: &ExperimentResults| {
        let error = experiment.number(4, |seed| seed.evaluation.corrected.test.sse);
        format!("{} {error}", experiment.id())
    };
    let errors = join(run.custom_experiments().map(error), ", ");
    format!(
        "Squared error summed over the 784 pixels, x from 0 to 1, mean over the test images: \
         {errors}."
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

/// What was trained, for how long, on which machine.
fn cost(run: &Run) -> String {
    let models: Vec<&SeedResults> = run.experiments().flat_map(|e| &e.seeds).collect();
    let metrics = models.iter().flat_map(|model| &model.metrics);
    let epochs = metrics.filter(|metric| matches!(metric, Metric::Epoch { .. }));
    let seconds = models.iter().map(|model| model.training_seconds());
    // The sum of nothing is -0, which would be shown.
    let seconds = seconds.sum::<f64>() + 0.0;
    let machine = &run.record.machine;
    format!(
        "{} models ({} experiments with {}) were trained for {} epochs: {} of training, the times of \
         models that were trained side by side added up. The machine: {}, {} processors, {}.",
        thousands(models.len()),
        run.experiments().count(),
        match run.experiments().map(|e| e.seeds.len()).max() {
            None | Some(1) => "one seed each".into(),
            Some(seeds) => format!("up to {seeds} seeds each"),
        },
        thousands(epochs.count()),
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
