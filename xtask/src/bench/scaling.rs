//! `cargo xtask bench --scaling`: how cost grows with images, hidden units and experiments.

use std::path::Path;

use anyhow::Context as _;
use experiment::{Experiment, Method, ModelSpec, PIXELS, Training};
use serde::Serialize;

use crate::context::Context;

use super::{TRAINING_IMAGES, operations, ours::Ours, samples::Samples, series::series, write};

/// How much is measured.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Numbers of images; the model then has 256 hidden units.
    pub images: Vec<usize>,
    /// Numbers of hidden units.
    pub hidden: Vec<usize>,
    /// Images on which models of many sizes are trained.
    pub images_of_hidden: usize,
    /// Numbers of experiments side by side.
    pub jobs: Vec<usize>,
    /// Epochs that count.
    pub epochs: usize,
    /// How often everything is measured.
    pub repeats: u16,
}

/// One size of the problem.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Size {
    pub(super) images: usize,
    pub(super) hidden: usize,
    pub(super) jobs: usize,
    /// Operations of an epoch.
    pub(super) operations: u64,
    /// Side by side, an epoch takes its share of the time.
    pub(super) epoch_seconds: Samples,
    /// In bytes.
    pub(super) peak_memory: Samples,
}

impl Plan {
    /// Hidden units where images vary.
    pub(super) const HIDDEN: usize = 256;

    /// The plan of the command.
    pub fn new(repeats: u16, jobs: usize) -> Self {
        let mut jobs = vec![1, jobs];
        jobs.dedup();
        Plan {
            images: vec![1_000, 2_000, 5_000, 10_000, 20_000, TRAINING_IMAGES],
            hidden: vec![64, 128, 256, 512, 1_024, 2_048, 4_096],
            images_of_hidden: 10_000,
            jobs,
            epochs: 2,
            repeats,
        }
    }

    fn sizes(&self) -> Vec<Size> {
        let of_images = self.images.iter().map(|&images| (images, Self::HIDDEN));
        let of_hidden = self
            .hidden
            .iter()
            .map(|&hidden| (self.images_of_hidden, hidden));
        let mut pairs: Vec<(usize, usize)> = of_images.chain(of_hidden).collect();
        pairs.sort_unstable();
        pairs.dedup();
        let sizes = pairs.into_iter().flat_map(|(images, hidden)| {
            self.jobs.iter().map(move |&jobs| Size {
                images,
                hidden,
                jobs,
                operations: images as u64 * operations::per_image(&model(hidden)),
                epoch_seconds: Samples::default(),
                peak_memory: Samples::default(),
            })
        });
        sizes.collect()
    }
}

/// Measures, and writes `scaling.json`, `scaling.md` and four figures.
///
/// # Errors
/// A measurement or a file that fails.
pub fn run(context: &Context, ours: &Ours, plan: &Plan, out: &Path) -> anyhow::Result<()> {
    let mut sizes = plan.sizes();
    for round in 1..=plan.repeats {
        context
            .output
            .line(format!("round {round} of {}", plan.repeats));
        for size in &mut sizes {
            let experiment = experiment(size.hidden);
            let speed = ours.epochs(&experiment, size.images, plan.epochs, size.jobs)?;
            let seconds = size.images as f64 / speed.images_per_second;
            size.epoch_seconds.add(seconds);
            size.peak_memory.add(speed.peak_memory);
        }
        let json = serde_json::to_string_pretty(&sizes)? + "\n";
        write(&out.join("scaling.json"), &json)?;
    }

    let mut markdown = String::new();
    for series in &series(plan, &sizes) {
        let table = series.table();
        context
            .output
            .line(format!("\n{}", table.text().trim_end()));
        markdown += &format!("{}\n", table.markdown());
        for (name, plot) in series.plots(plan) {
            let drawing = plot.draw().context("cannot draw the figure")?;
            let varied = series.name.replace(' ', "-");
            let figure = out.join(format!("scaling-{name}-{varied}.svg"));
            write(&figure, &drawing.svg)?;
        }
    }
    write(&out.join("scaling.md"), &markdown)?;
    context
        .output
        .line(format!("\nwritten: {}/scaling*", out.display()));
    Ok(())
}

fn model(hidden: usize) -> ModelSpec {
    ModelSpec::dense(&[PIXELS, hidden, PIXELS])
}

fn experiment(hidden: usize) -> Experiment {
    Experiment {
        id: format!("hidden-{hidden}"),
        method: Method::Autoencoder {
            model: model(hidden),
            training: Training {
                epochs: 1,
                ..Training::default()
            },
        },
        ..Experiment::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_size_is_measured_once_and_stands_in_its_series() {
        let plan = Plan::new(1, 2);
        let mut sizes = plan.sizes();
        // 6 numbers of images and 7 of hidden units share one size; alone and side by side.
        assert_eq!(sizes.len(), 2 * 12);
        for size in &mut sizes {
            // As much time as work.
            size.epoch_seconds.add(size.operations as f64 / 1e9);
            size.peak_memory.add(1e8);
        }
        let [images, hidden] = series(&plan, &sizes);
        assert_eq!((images.sizes.len(), hidden.sizes.len()), (12, 14));
        let table = hidden.table();
        assert_eq!(table.rows[0][..2], ["64", "1"]);
        assert_eq!(table.rows[13][..2], ["4096", "2"]);
        let growth: Vec<&str> = table.rows.iter().map(|row| row[5].as_str()).collect();
        assert_eq!((growth[0], growth[7]), ("-", "-"));
        assert!(
            growth[1..7].iter().all(|&growth| growth == "1.0"),
            "{growth:?}"
        );
        for (_, plot) in hidden.plots(&plan) {
            assert!(plot.draw().unwrap().svg.contains("2 side by side"));
        }
    }
}
