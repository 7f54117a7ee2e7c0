//! `apply score`: the error of each image, a threshold with verdicts, and the ROC curve.

use std::path::PathBuf;

use apply::{
    Images, TrainedModel,
    output::Format,
    scores::{ImageError, errors, quantile, roc_curve},
};
use image_metrics::roc_auc;

use super::{
    model_arguments::{ModelArguments, about, count, images},
    score_file::{Roc, ScoreFile, Scored, Threshold},
    terminal::{print_line, progress},
};

#[derive(clap::Args)]
#[command(
    override_usage = "apply score RUN ID [IMAGES] [OPTIONS]\n       \
                      apply score EXPERIMENT [IMAGES] [OPTIONS]",
    after_help = "The errors are squared errors of an image: summed over its pixels (SSE) or their mean \
                  (MSE), at 0-1 and at 0-255 scale. --out writes .csv or .json with all four, or \
                  .npy with the SSE at 0-1 scale, [N].\n\n\
                  Examples:\n  apply score runs/assignment deep-ae-20 digits/ --out errors.csv\n  \
                  apply score runs/assignment deep-ae-20 --anomalies fashion-mnist \
                  --threshold-quantile 0.99"
)]
pub struct Arguments {
    #[command(flatten)]
    model: ModelArguments,
    /// Find the threshold that this share of the held-out images is not above, and call images above
    /// it anomalies.
    #[arg(long, value_name = "Q", value_parser = share)]
    threshold_quantile: Option<f64>,
    /// The held-out images of the threshold [default: the test images of the run].
    #[arg(long, value_name = "IMAGES", requires = "threshold_quantile")]
    held_out: Option<String>,
    /// Images that should have larger errors: they are scored too, and the ROC curve and its area
    /// (AUC) say how well the error tells them apart.
    #[arg(long, value_name = "IMAGES")]
    anomalies: Option<String>,
    /// A file for the error of each image.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("expected a number from 0 to 1".to_owned()),
    }
}

pub fn score(arguments: &Arguments) -> anyhow::Result<()> {
    let formats = [Format::Csv, Format::Json, Format::Npy];
    let out = arguments.out.as_deref();
    let format = out.map(|path| Format::of(path, &formats)).transpose()?;
    let (model, words) = arguments.model.load()?;
    let set = images(words, &model)?;
    let anomalies = arguments.anomalies.as_ref();
    let anomalies = anomalies
        .map(|source| Images::open(source, &model))
        .transpose()?;
    let threshold = threshold(arguments, &model)?;

    let mut images = scored(&model, &set, false)?;
    report(&set, &images, threshold.as_ref())?;
    let mut roc = None;
    if let Some(anomalies) = &anomalies {
        let others = scored(&model, anomalies, true)?;
        report(anomalies, &others, threshold.as_ref())?;
        let (negatives, positives) = (sses(&images), sses(&others));
        let auc = roc_auc(&negatives, &positives);
        print_line(format!(
            "AUC of the error, {} against {}: {auc:.4}",
            anomalies.name(),
            set.name()
        ))?;
        let curve = roc_curve(&negatives, &positives);
        roc = Some(Roc { auc, curve });
        images.extend(others);
    }
    if let Some(threshold) = &threshold {
        print_line(format!(
            "threshold: SSE {:.3} (0-1 scale), quantile {} of {}",
            threshold.sse, threshold.quantile, threshold.images
        ))?;
    }
    let (Some(path), Some(format)) = (out, format) else {
        return Ok(());
    };
    let all = count(images.len(), "image");
    let file = ScoreFile {
        images,
        threshold,
        roc,
    };
    match format {
        Format::Csv => file.write_csv(path)?,
        Format::Npy => file.write_npy(path)?,
        _ => file.write_json(path, about(&model))?,
    }
    print_line(format!("{}: errors of {all}", path.display()))
}

fn threshold(arguments: &Arguments, model: &TrainedModel) -> anyhow::Result<Option<Threshold>> {
    let Some(share) = arguments.threshold_quantile else {
        return Ok(None);
    };
    let held_out = match &arguments.held_out {
        Some(source) => Images::open(source, model)?,
        None => Images::of_run(model)?,
    };
    let errors = sses(&scored(model, &held_out, false)?);
    Ok(Some(Threshold {
        quantile: share,
        sse: quantile(&errors, share),
        images: format!("{} ({})", count(errors.len(), "image"), held_out.name()),
    }))
}

fn scored(
    model: &TrainedModel,
    images: &Images,
    is_of_anomalies: bool,
) -> anyhow::Result<Vec<Scored>> {
    let bar = progress(images.len());
    let mut scored = Vec::with_capacity(images.len());
    for batch in images.batches() {
        let batch = batch?;
        let reconstructions = model.reconstruct(&batch.images).reconstruction;
        let errors = errors(&batch.images, &reconstructions);
        bar.inc(errors.len() as u64);
        scored.extend(
            batch
                .names
                .into_iter()
                .zip(errors)
                .map(|(name, error)| Scored {
                    name,
                    error,
                    is_of_anomalies,
                }),
        );
    }
    bar.finish_and_clear();
    Ok(scored)
}

fn sses(scored: &[Scored]) -> Vec<f64> {
    scored.iter().map(|image| image.error.sse).collect()
}

/// Prints the mean errors of a set, and how many of its images are above the threshold.
fn report(images: &Images, scored: &[Scored], threshold: Option<&Threshold>) -> anyhow::Result<()> {
    let len = scored.len() as f64;
    let sum = sses(scored).iter().sum::<f64>();
    let mean = ImageError {
        sse: sum / len,
        numbers: scored[0].error.numbers,
    };
    print_line(format!(
        "{}, {}: mean SSE {:.3}, MSE {:.6} (0-1 scale); SSE {:.0}, MSE {:.2} (0-255 scale)",
        images.name(),
        count(scored.len(), "image"),
        mean.sse,
        mean.mse(),
        mean.sse_255(),
        mean.mse_255()
    ))?;
    if let Some(threshold) = threshold {
        let above = scored
            .iter()
            .filter(|image| threshold.is_exceeded(image.error))
            .count();
        let share = 100.0 * above as f64 / len;
        print_line(format!("  above the threshold: {above} ({share:.1} %)"))?;
    }
    Ok(())
}
