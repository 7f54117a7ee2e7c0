//! The table at the end of `all`.

use experiment::{Evaluation, Metric, RunFolder};

/// A line for each experiment of `ids`: the loss of its last epoch, then what was measured under
/// each protocol, then whether the model is alive.
///
/// # Errors
/// A file of the run folder that cannot be read.
pub fn table(run: &RunFolder, ids: &[String]) -> Result<String, experiment::Error> {
    let mut rows = vec![
        row("", "last", "assignment,", "corrected, test set", "", "", ""),
        row(
            "experiment",
            "loss",
            "10 samples",
            "SSE",
            "PSNR",
            "SSIM",
            "state",
        ),
    ];
    for id in ids {
        let folder = run.experiment(id);
        rows.push(match folder.evaluation()? {
            None => row(id, "", "", "", "", "", "missing"),
            Some(evaluation) => {
                let loss = folder.metrics()?.iter().rev().find_map(epoch_loss);
                let test = &evaluation.corrected.test;
                row(
                    id,
                    &number(loss, 4),
                    &number(mean_sample_error(&evaluation), 3),
                    &number(Some(test.sse), 3),
                    &number(test.psnr, 2),
                    &number(Some(test.ssim), 4),
                    &state(&evaluation),
                )
            }
        });
    }
    Ok(rows.join("\n"))
}

fn row(
    id: &str,
    loss: &str,
    samples: &str,
    sse: &str,
    psnr: &str,
    ssim: &str,
    state: &str,
) -> String {
    format!("{id:<22} {loss:>8} {samples:>12} {sse:>9} {psnr:>7} {ssim:>7}  {state}")
        .trim_end()
        .to_owned()
}

fn number(value: Option<f64>, decimals: usize) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.decimals$}"))
}

fn epoch_loss(metric: &Metric) -> Option<f64> {
    match metric {
        Metric::Epoch { loss, .. } => Some(*loss),
        Metric::Step { .. } => None,
    }
}

/// Mean over the ten samples of the notebook's squared error.
fn mean_sample_error(evaluation: &Evaluation) -> Option<f64> {
    let samples = &evaluation.assignment.samples;
    let sum: f64 = samples.iter().map(|sample| sample.squared_error).sum();
    (!samples.is_empty()).then(|| sum / samples.len() as f64)
}

/// What a reader must know before the numbers: everything that is wrong with the model.
fn state(evaluation: &Evaluation) -> String {
    let health = &evaluation.health;
    let mut wrong = Vec::new();
    if health.constant_output {
        wrong.push("constant output".to_owned());
    }
    if let Some(epoch) = health.stopped_after_epoch {
        wrong.push(format!("stopped early, after epoch {epoch}"));
    }
    if health.dead_hidden_units > 0 {
        let (dead, all) = (health.dead_hidden_units, health.hidden_units);
        wrong.push(format!("{dead} of {all} units dead"));
    }
    if wrong.is_empty() {
        "ok".to_owned()
    } else {
        wrong.join(", ")
    }
}
