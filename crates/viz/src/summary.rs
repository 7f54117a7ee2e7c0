//! The report in a few sentences: what holds, what does not, what it cost.

use experiment::Metric;

use crate::{
    claims::{Judged, Verdict},
    numbers::whole,
    report::{Cell, Summary, Verdicts},
    run::Run,
    trained::Trained,
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
            .map(|claim| Cell::linked(claim.observation, format!("#{}", claim.anchor())))
            .collect(),
    });
    Summary {
        count: (!claims.is_empty()).then(|| {
            let counts = counts.join(", ");
            format!(
                "Of {} observations of the notebook, {counts}.",
                claims.len()
            )
        }),
        verdicts: verdicts.filter(|list| !list.claims.is_empty()).collect(),
        cost: cost(run),
    }
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
    let seconds: f64 = models.iter().map(|model| model.training_seconds()).sum();
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
