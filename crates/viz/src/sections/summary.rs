//! The abstract of the report: what holds, what does not, what it cost.

use std::collections::BTreeSet;

use experiment::Metric;

use super::{opening, own};
use crate::{
    claims::{ClaimResult, Verdict},
    error::Error,
    format::{count, join},
    report::{Cell, Summary, Verdicts},
    run::{ExperimentResults, Run, SeedResults},
};

/// What came out, and what it cost.
///
/// # Errors
/// A file of the run folder that cannot be read or does not hold what it should.
pub fn summary(run: &Run, claims: &[ClaimResult]) -> Result<Summary, Error> {
    let with = |verdict| claims.iter().filter(move |claim| claim.verdict == verdict);
    let verdicts = Verdict::ALL.into_iter().map(|verdict| Verdicts {
        title: verdict.title(),
        claims: with(verdict)
            .map(|claim| Cell::linked(in_brief(claim), format!("#{}", claim.anchor())))
            .collect(),
    });
    let finding = if !run.of_assignment {
        own::best_models(run)
    } else if claims.is_empty() {
        "The observations of the notebook are not tested.".into()
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
    Ok(Summary {
        sentences: if run.of_assignment {
            opening::sentences(run)?
        } else {
            Vec::new()
        },
        finding,
        strip: opening::strip(claims),
        verdicts: verdicts.filter(|list| !list.claims.is_empty()).collect(),
        cost: cost(run),
    })
}

/// The observation, with the number of seeds that decided unless all of them did.
fn in_brief(claim: &ClaimResult) -> String {
    let decided = claim.deciding().len();
    match claim.verdict {
        Verdict::Holds | Verdict::DoesNotHold if decided < claim.of_seeds => format!(
            "{} (decided by {decided} of {} seeds)",
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

fn phrase(verdict: Verdict, count: usize) -> &'static str {
    match (verdict, count) {
        (Verdict::Holds, 1) => "holds",
        (Verdict::Holds, _) => "hold",
        (Verdict::DoesNotHold, 1) => "does not",
        (Verdict::DoesNotHold, _) => "do not",
        (Verdict::NotDecided, 1) => "is not decided by this run",
        (Verdict::NotDecided, _) => "are not decided by this run",
        (Verdict::NotTested, 1) => "was not tested",
        (Verdict::NotTested, _) => "were not tested",
        (Verdict::NotTestable, _) => "cannot be tested by numbers",
    }
}

/// What was trained, for how long, on which machine.
fn cost(run: &Run) -> String {
    let (fits, trained): (Vec<_>, Vec<_>) = run.experiments().partition(|e| e.is_pca());
    let models: Vec<&SeedResults> = trained.iter().flat_map(|e| &e.seeds).collect();
    let metrics = models.iter().flat_map(|model| &model.metrics);
    let epochs = metrics.filter(|metric| matches!(metric, Metric::Epoch { .. }));
    let seconds = models.iter().map(|model| model.training_seconds());
    // The sum of nothing is -0, which would be shown.
    let seconds = seconds.sum::<f64>() + 0.0;
    let experiments = trained.len();
    let seeds = trained.iter().map(|e| e.seeds.len()).max();
    let seeds = match seeds {
        None | Some(1) if experiments == 1 => "with one seed".into(),
        None | Some(1) => "with one seed each".into(),
        Some(seeds) => format!("with up to {seeds} seeds each"),
    };
    let were = if models.len() == 1 { "was" } else { "were" };
    let machines: BTreeSet<String> = run
        .machines()
        .into_iter()
        .map(|(machine, _)| {
            let processors = count(machine.processors, "processor");
            format!("{}, {processors}", machine.processor)
        })
        .collect();
    let devices: BTreeSet<&str> = run
        .folders
        .iter()
        .map(|f| f.record.device.as_str())
        .collect();
    let the_machine = if machines.len() == 1 {
        "The machine"
    } else {
        "The machines"
    };
    let mut sentences = Vec::new();
    if !models.is_empty() {
        sentences.push(format!(
            "{} ({} {seeds}) {were} trained for {}: {} of training, the times of models that were \
             trained side by side added up.",
            count(models.len(), "autoencoder"),
            count(experiments, "experiment"),
            count(epochs.count(), "epoch"),
            duration(seconds),
        ));
    }
    match fits.len() {
        0 => {}
        1 => sentences.push("1 PCA was fitted, which is not timed.".into()),
        fits => sentences.push(format!("{fits} PCAs were fitted, which is not timed.")),
    }
    if sentences.is_empty() {
        sentences.push("No experiment is finished.".into());
    }
    if !machines.is_empty() {
        let machines = join(machines, "; ");
        sentences.push(format!(
            "{the_machine}: {machines}, {}.",
            join(devices, ", ")
        ));
    }
    join(sentences, " ")
}

fn duration(seconds: f64) -> String {
    match seconds {
        ..0.1 => "less than 0.1 seconds".into(),
        ..0.95 => format!("{seconds:.1} seconds"),
        ..1.5 => "1 second".into(),
        ..120.0 => format!("{seconds:.0} seconds"),
        120.0..7200.0 => format!("{:.0} minutes", seconds / 60.0),
        _ => format!("{:.1} hours", seconds / 3600.0),
    }
}
