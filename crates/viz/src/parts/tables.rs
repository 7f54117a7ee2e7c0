//! The tables that several parts have in common.

use experiment::{Decoder, Health, ModelSpec, OutputActivation, Protocol, Scores};

use super::figures::{sample_errors, sample_heads};
use crate::{
    notebook::{Printed, printed},
    notes::evaluation_faults,
    numbers::{NONE, decimals, mean, or_none, setting},
    report::{Block, Cell, Column, Table},
    run::Finished,
    selection::Selection,
};

/// The settings of each experiment.
pub fn settings(selection: &Selection) -> Block {
    let rows = selection.experiments.iter().map(|experiment| {
        let settings = &experiment.settings;
        let training = |value: &dyn Fn(&experiment::Training) -> String| -> Cell {
            settings.training.as_ref().map_or(NONE.into(), value).into()
        };
        vec![
            experiment.id().into(),
            model(&settings.model).into(),
            settings
                .training_images
                .map_or("all".into(), |images| images.to_string())
                .into(),
            training(&|t| t.epochs.to_string()),
            training(&|t| t.batch_size.to_string()),
            training(&|t| setting(t.learning_rate)),
            training(&|t| setting(t.noise)),
            training(&|t| setting(t.sparsity)),
            settings.seed.to_string().into(),
        ]
    });
    selection.table(Table {
        title: "Settings".into(),
        caption: "Noise: standard deviation of what is added to the training inputs, pixels being \
                  from 0 to 1. Sparsity: the weight of the sum of |activation| in the loss."
            .into(),
        columns: vec![
            Column::words("experiment"),
            Column::words("model"),
            Column::numbers("training images"),
            Column::numbers("epochs"),
            Column::numbers("batch"),
            Column::numbers("learning rate"),
            Column::numbers("noise"),
            Column::numbers("sparsity"),
            Column::numbers("seed"),
        ],
        rows: rows.collect(),
        notes: Vec::new(),
        sources: selection.sources("experiment.json"),
    })
}

fn model(spec: &ModelSpec) -> String {
    match spec {
        ModelSpec::Pca { components } => format!("PCA, {components} components"),
        ModelSpec::Dense { widths, output, .. } => {
            let widths: Vec<String> = widths.iter().map(usize::to_string).collect();
            let output = match output {
                OutputActivation::Relu => "ReLU",
                OutputActivation::Sigmoid => "ReLU, sigmoid on the output",
            };
            format!("{}, {output}", widths.join("-"))
        }
        ModelSpec::Convolutional { decoder } => format!(
            "convolutional, {}",
            match decoder {
                Decoder::Unpool => "unpooling",
                Decoder::Deconv => "transposed convolution",
                Decoder::DeconvUnpool => "unpooling and transposed convolution",
            }
        ),
    }
}

/// The final loss of each experiment beside the notebook's.
pub fn losses(selection: &Selection) -> Block {
    let rows = selection.experiments.iter().map(|experiment| {
        let losses = experiment.epoch_losses();
        let last = losses.last().copied();
        let notebook = final_loss(printed(experiment.id()));
        vec![
            experiment.id().into(),
            losses.len().to_string().into(),
            or_none(losses.first().copied(), 4).into(),
            or_none(last, 4).into(),
            or_none(notebook, 4).into(),
            ratio(last, notebook).into(),
        ]
    });
    selection.table(Table {
        title: "Training loss".into(),
        caption: "Mean loss of the first and of the last epoch, the notebook's last one, and ours \
                  divided by the notebook's."
            .into(),
        columns: vec![
            Column::words("experiment"),
            Column::numbers("epochs"),
            Column::numbers("first epoch"),
            Column::numbers("last epoch"),
            Column::numbers("notebook"),
            Column::numbers("ratio"),
        ],
        rows: rows.collect(),
        notes: Vec::new(),
        sources: selection.sources("metrics.jsonl"),
    })
}

/// The notebook's mean loss of the last epoch.
pub fn final_loss(notebook: &Printed) -> Option<f64> {
    notebook.epoch_loss.as_ref()?.last().copied()
}

/// Ours divided by the notebook's.
pub fn ratio(ours: Option<f64>, notebook: Option<f64>) -> String {
    or_none(
        ours.zip(notebook).map(|(ours, notebook)| ours / notebook),
        2,
    )
}

/// The errors of the ten samples under the assignment protocol, each beside the notebook's where
/// it printed one.
pub fn sample_comparison(selection: &Selection) -> Block {
    let mut columns = vec![Column::numbers("test image")];
    let mut rows: Vec<Vec<Cell>> = sample_heads()
        .into_iter()
        .map(|head| vec![head.into()])
        .collect();
    for experiment in &selection.experiments {
        columns.push(Column::numbers(experiment.id()));
        let errors = sample_errors(experiment, Protocol::Assignment);
        for (row, error) in rows.iter_mut().zip(errors) {
            row.push(decimals(error, 4).into());
        }
        if let Some(errors) = &printed(experiment.id()).samples {
            columns.push(Column::numbers("notebook"));
            for (row, error) in rows.iter_mut().zip(errors) {
                row.push(decimals(*error, 4).into());
            }
        }
    }
    selection.table(Table {
        title: "Ten samples, assignment protocol".into(),
        caption: "Sum over the 784 pixels of ((x − x̂) / 255)², x from 0 to 255. To the right of \
                  an experiment, what the notebook printed for it."
            .into(),
        columns,
        rows,
        notes: evaluation_faults(Protocol::Assignment, &selection.experiments),
        sources: selection.sources("evaluation.json"),
    })
}

/// The scores of the ten samples and of the whole test set under the corrected protocol.
pub fn scores(selection: &Selection) -> Block {
    let mut columns = vec![
        Column::words("experiment"),
        Column::numbers("SSE, ten samples"),
    ];
    columns.extend(score_columns());
    columns.push(Column::words("dead units and pixels"));
    let rows = selection.experiments.iter().map(|experiment| {
        let ten = mean_error(experiment, Protocol::Corrected);
        let mut row = vec![experiment.id().into(), or_none(ten, 4).into()];
        row.extend(score_cells(&experiment.evaluation.corrected.test));
        row.push(health(&experiment.evaluation.health).into());
        row
    });
    selection.table(Table {
        title: "Scores, corrected protocol".into(),
        caption: format!(
            "{SCORES} Each is the mean over the 10,000 test images, the first column over the ten \
             samples."
        ),
        columns,
        rows: rows.collect(),
        notes: Vec::new(),
        sources: selection.sources("evaluation.json"),
    })
}

/// What the columns of [`score_columns`] mean.
pub const SCORES: &str = "SSE: squared error summed over the 784 pixels, x from 0 to 1. MSE: \
    averaged over them. PSNR: in dB. SSIM: structural similarity.";

/// The columns of [`score_cells`].
pub fn score_columns() -> [Column; 4] {
    ["SSE", "MSE", "PSNR", "SSIM"].map(Column::numbers)
}

/// Scores under the corrected protocol.
pub fn score_cells(scores: &Scores) -> [Cell; 4] {
    [
        decimals(scores.sse, 4).into(),
        decimals(scores.mse, 6).into(),
        or_none(scores.psnr, 2).into(),
        decimals(scores.ssim, 4).into(),
    ]
}

/// The mean of the ten samples' squared errors.
pub fn mean_error(experiment: &Finished, protocol: Protocol) -> Option<f64> {
    mean(sample_errors(experiment, protocol).into_iter())
}

/// What died of a model, in words.
pub fn health(health: &Health) -> String {
    let mut words = Vec::new();
    if health.constant_output {
        words.push("CONSTANT OUTPUT: every image gets the same reconstruction".to_owned());
    }
    if health.dead_hidden_units > 0 {
        words.push(format!(
            "{} of {} hidden units dead",
            health.dead_hidden_units, health.hidden_units
        ));
    }
    if health.dead_output_pixels > 0 {
        words.push(format!("{} output pixels dead", health.dead_output_pixels));
    }
    if let Some(epoch) = health.stopped_after_epoch {
        words.push(format!("stopped early after epoch {epoch}"));
    }
    if words.is_empty() {
        "none".into()
    } else {
        words.join("; ")
    }
}
