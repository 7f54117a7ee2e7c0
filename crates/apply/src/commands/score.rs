//! `apply score`: the error of each image, a threshold with verdicts, and the ROC curve.

use std::path::PathBuf;

use apply::{
    Error, ImageName, Images, TrainedModel,
    output::Format,
    scores::{ImageError, errors, quantile},
};
use indicatif::ProgressBar;

use super::{
    model_arguments::{ModelArguments, about, count, images},
    normal::Normal,
    score_file::{About, Roc, Scored, Threshold, write_scores},
    score_groups::{groups, report, roc},
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
                  --threshold-quantile 0.99\n  \
                  apply score runs/assignment deep-ae-20 --normal 0,1 --out errors.json"
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
    /// The classes of the images that are normal: those of other classes should have larger errors,
    /// and the ROC curve and its area (AUC) say how well the error tells them apart.
    #[arg(
        long,
        value_name = "CLASS,...",
        value_delimiter = ',',
        conflicts_with = "anomalies"
    )]
    normal: Vec<String>,
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
    let images = images(words, &model)?;
    let anomalies = arguments.anomalies.as_ref();
    let anomalies = anomalies
        .map(|source| Images::open(source, &model))
        .transpose()?;
    let normal = Normal::new(&arguments.normal, &images)?;
    let threshold = threshold(arguments, &model)?;

    let mut groups = groups(&images, anomalies.as_ref(), normal.as_ref());
    let has_sets = groups.len() > 1;
    let len = images.len() + anomalies.as_ref().map_or(0, Images::len);
    let bar = progress(len);
    let mut score = |write: &mut dyn FnMut(&Scored) -> Result<(), Error>| {
        for (set, images) in std::iter::once(&images).chain(&anomalies).enumerate() {
            each_error(&model, images, &bar, |name, error| {
                let is_strange = normal.as_ref().is_some_and(|normal| !normal.has(&name));
                let group = &mut groups[set + usize::from(is_strange)];
                group.numbers = error.numbers;
                group.errors.push(error.sse);
                let set = has_sets.then_some(group.set);
                write(&Scored { name, error, set })
            })?;
        }
        Ok::<_, Error>(roc(&groups))
    };
    let roc = if let (Some(path), Some(format)) = (out, format) {
        let about = About {
            len,
            model: about(&model),
            has_sets,
            threshold: threshold.as_ref(),
        };
        let mut roc = None;
        write_scores(path, format, &about, |file| {
            roc = score(&mut |image| file.write(image))?;
            Ok(roc.clone())
        })?;
        roc
    } else {
        score(&mut |_| Ok(()))?
    };
    bar.finish_and_clear();

    for group in &groups {
        report(group, threshold.as_ref())?;
    }
    if let (Some(Roc { auc, .. }), [normal, strange]) = (&roc, &groups[..]) {
        print_line(format!(
            "AUC of the error, {} against {}: {auc:.4}",
            strange.name, normal.name
        ))?;
    }
    if let Some(threshold) = &threshold {
        print_line(format!(
            "threshold: SSE {:.3} (0-1 scale), quantile {} of {}",
            threshold.sse, threshold.quantile, threshold.images
        ))?;
    }
    if let Some(path) = out {
        let all = count(len, "image");
        print_line(format!("{}: errors of {all}", path.display()))?;
    }
    Ok(())
}

fn threshold(arguments: &Arguments, model: &TrainedModel) -> anyhow::Result<Option<Threshold>> {
    let Some(share) = arguments.threshold_quantile else {
        return Ok(None);
    };
    let held_out = match &arguments.held_out {
        Some(source) => Images::open(source, model)?,
        None => Images::of_run(model)?,
    };
    // Held-out images without labels are all normal.
    let normal = if held_out.classes().is_empty() {
        None
    } else {
        Normal::among(&arguments.normal, &held_out)?
    };
    let mut errors = Vec::new();
    let bar = progress(held_out.len());
    each_error(model, &held_out, &bar, |name, error| {
        if normal.as_ref().is_none_or(|normal| normal.has(&name)) {
            errors.push(error.sse);
        }
        Ok(())
    })?;
    bar.finish_and_clear();
    let name = normal.map(|normal| normal.describe(&held_out));
    let name = name.unwrap_or_else(|| held_out.name().to_owned());
    Ok(Some(Threshold {
        quantile: share,
        sse: quantile(&errors, share),
        images: format!("{} ({name})", count(errors.len(), "image")),
    }))
}

/// Gives each image and its error to `each`, and shows the progress.
fn each_error(
    model: &TrainedModel,
    images: &Images,
    bar: &ProgressBar,
    mut each: impl FnMut(ImageName, ImageError) -> Result<(), Error>,
) -> Result<(), Error> {
    images.batches(images.len(), |batch| {
        let reconstructions = model.reconstruct(&batch.images).reconstruction;
        let errors = errors(&batch.images, &reconstructions);
        bar.inc(errors.len() as u64);
        let mut scored = batch.names.into_iter().zip(errors);
        scored.try_for_each(|(name, error)| each(name, error))
    })
}
