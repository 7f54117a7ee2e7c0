//! Every number of a run as a table for other programs.

use experiment::{CODE_NOISE_LEVELS, INPUT_NOISE_LEVELS, Protocol, Scores, TEST_NOISE_LEVELS};

use crate::{Error, run::Run, run::seed::Trained, sections::shared::losses};

/// The content of `results.csv`: a line for each number of each experiment and seed. The measures
/// are named as in `evaluation.json`, with the image, the noise level, the layer or the component
/// in brackets, the latter two counted from 1.
///
/// # Errors
/// [`Error::Csv`].
pub fn csv(run: &Run) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let mut writer = csv::Writer::from_writer(&mut bytes);
    writer.write_record(["experiment", "seed", "protocol", "measure", "value"])?;
    for trained in run.finished().flat_map(|experiment| &experiment.seeds) {
        let seed = trained.settings.seed.to_string();
        for (protocol, numbers) in [
            ("training", training(trained)),
            (Protocol::Assignment.name(), assignment(trained)),
            (Protocol::Corrected.name(), corrected(trained)),
        ] {
            for (measure, value) in numbers.0 {
                let value = value.to_string();
                writer.write_record([trained.id(), &seed, protocol, &measure, &value])?;
            }
        }
    }
    writer.flush().map_err(csv::Error::from)?;
    drop(writer);
    Ok(bytes)
}

/// Numbers with their names.
#[derive(Default)]
struct Numbers(Vec<(String, f64)>);

impl Numbers {
    fn add(&mut self, measure: impl Into<String>, value: impl Into<Option<f64>>) {
        if let Some(value) = value.into() {
            self.0.push((measure.into(), value));
        }
    }

    fn add_scores(&mut self, of: &str, scores: &Scores) {
        self.add(format!("{of}.sse"), scores.sse);
        self.add(format!("{of}.mse"), scores.mse);
        self.add(format!("{of}.psnr"), scores.psnr);
        self.add(format!("{of}.ssim"), scores.ssim);
    }
}

fn training(trained: &Trained) -> Numbers {
    let mut numbers = Numbers::default();
    let losses = trained.epoch_losses();
    for (epoch, loss) in (1..).zip(&losses) {
        numbers.add(format!("loss[{epoch}]"), *loss);
    }
    numbers.add("last_loss", losses::last(trained));
    if !losses.is_empty() {
        numbers.add("seconds", trained.training_seconds());
    }
    numbers
}

fn assignment(trained: &Trained) -> Numbers {
    let evaluation = &trained.evaluation.assignment;
    let mut numbers = Numbers::default();
    for sample in &evaluation.samples {
        let of = format!("samples[{}]", sample.test_index);
        numbers.add(format!("{of}.squared_error"), sample.squared_error);
        numbers.add(format!("{of}.signed_error"), sample.signed_error);
    }
    numbers.add("fashion_mse", evaluation.fashion_mse);
    numbers.add("random_squared_error", evaluation.random_squared_error);
    for (level, error) in INPUT_NOISE_LEVELS
        .iter()
        .zip(&evaluation.noisy_squared_error)
    {
        numbers.add(format!("noisy_squared_error[{level}]"), *error);
    }
    numbers
}

fn corrected(trained: &Trained) -> Numbers {
    let mut numbers = Numbers::default();
    let evaluation = &trained.evaluation.corrected;
    numbers.add_scores("test", &evaluation.test);
    for sample in &evaluation.samples {
        let of = format!("samples[{}]", sample.test_index);
        numbers.add(format!("{of}.squared_error"), sample.squared_error);
        numbers.add(format!("{of}.mse"), sample.mse);
        numbers.add(format!("{of}.psnr"), sample.psnr);
        numbers.add(format!("{of}.ssim"), sample.ssim);
    }
    numbers.add_scores("fashion", &evaluation.fashion);
    numbers.add_scores("random", &evaluation.random);
    for (level, scores) in INPUT_NOISE_LEVELS.iter().zip(&evaluation.noisy) {
        numbers.add_scores(&format!("noisy[{level}]"), scores);
    }
    for (image, levels) in evaluation.code_noise.iter().enumerate() {
        for (level, scores) in CODE_NOISE_LEVELS.iter().zip(levels) {
            numbers.add_scores(&format!("code_noise[image {image}][s {level}]"), scores);
        }
    }

    let measures = &trained.evaluation.measures;
    for (level, error) in TEST_NOISE_LEVELS.iter().zip(&measures.noisy_sse) {
        numbers.add(format!("measures.noisy_sse[{level}]"), *error);
    }
    numbers.add("measures.fashion_sse", measures.fashion_sse);
    numbers.add("measures.random_sse", measures.random_sse);
    numbers.add("measures.fashion_auc", measures.fashion_auc);
    numbers.add("measures.random_auc", measures.random_auc);
    numbers.add("measures.contrast", measures.contrast);
    numbers.add("measures.random_border", measures.random_border);
    numbers.add("measures.activity", measures.activity);
    for (layer, weight) in (1..).zip(&measures.decoder_weights) {
        numbers.add(format!("measures.decoder_weights[{layer}]"), *weight);
    }
    numbers.add("measures.filter_correlation", measures.filter_correlation);
    numbers.add("measures.image_correlation", measures.image_correlation);
    numbers.add("measures.image_variance", measures.image_variance);
    for noise in &measures.code_noise {
        let of = format!("measures.code_noise[s {}]", noise.level);
        numbers.add(format!("{of}.sse"), noise.sse);
        numbers.add(format!("{of}.recognised"), noise.recognised);
        numbers.add(format!("{of}.variance"), noise.variance);
    }

    let health = &trained.evaluation.health;
    numbers.add("health.hidden_units", health.hidden_units as f64);
    numbers.add("health.dead_hidden_units", health.dead_hidden_units as f64);
    numbers.add(
        "health.dead_output_pixels",
        health.dead_output_pixels as f64,
    );
    numbers.add("health.constant_output", f64::from(health.constant_output));
    numbers.add("health.loss_stalled", f64::from(health.loss_stalled));
    let stopped = health.stopped_after_epoch.map(|epoch| epoch as f64);
    numbers.add("health.stopped_after_epoch", stopped);

    let ratios = trained.evaluation.explained_variance_ratio.iter().flatten();
    for (component, ratio) in (1..).zip(ratios) {
        numbers.add(format!("explained_variance_ratio[{component}]"), *ratio);
    }
    numbers
}
