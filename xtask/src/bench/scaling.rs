//! `cargo xtask bench --scaling`: how cost grows with images, hidden units and experiments.

use std::path::Path;

use anyhow::Context as _;
use experiment::{Experiment, ModelSpec, PIXELS, Training};
use serde::Serialize;
use viz::{Axis, Curve, Plot};

use crate::context::Context;

use super::{
    TRAINING_IMAGES, operations,
    ours::Ours,
    samples::Samples,
    table::{Table, number},
    write,
};

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
struct Size {
    images: usize,
    hidden: usize,
    jobs: usize,
    /// Operations of an epoch.
    operations: u64,
    /// Side by side, an epoch takes its share of the time.
    epoch_seconds: Samples,
    /// In bytes.
    peak_memory: Samples,
}

/// Sizes that differ in one thing.
struct Series<'a> {
    /// What differs.
    name: &'a str,
    title: String,
    value: fn(&Size) -> usize,
    sizes: Vec<&'a Size>,
}

impl Plan {
    /// Hidden units where images vary.
    const HIDDEN: usize = 256;

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
    ModelSpec::dense(&[PIXELS, hidden, PIXELS], 1)
}

fn experiment(hidden: usize) -> Experiment {
    Experiment {
        id: format!("hidden-{hidden}"),
        seed: Experiment::DEFAULT_SEED,
        training_images: None,
        model: model(hidden),
        training: Some(Training {
            epochs: 1,
            batch_size: 256,
            learning_rate: 1e-3,
            noise: 0.0,
            sparsity: 0.0,
        }),
    }
}

fn series<'a>(plan: &Plan, sizes: &'a [Size]) -> [Series<'a>; 2] {
    let with = |keep: &dyn Fn(&Size) -> bool| sizes.iter().filter(|size| keep(size)).collect();
    [
        Series {
            name: "images",
            title: format!("Cost of an epoch by images, 784-{}-784", Plan::HIDDEN),
            value: |size| size.images,
            sizes: with(&|size| size.hidden == Plan::HIDDEN && plan.images.contains(&size.images)),
        },
        Series {
            name: "hidden units",
            title: format!(
                "Cost of an epoch of {} images by hidden units, 784-h-784",
                plan.images_of_hidden
            ),
            value: |size| size.hidden,
            sizes: with(&|size| size.images == plan.images_of_hidden),
        },
    ]
}

impl Series<'_> {
    /// A line for each size. "Time by work" compares with the line of the next smaller size: how
    /// many times as long it takes, for each time that the operations are as many.
    fn table(&self) -> Table {
        let head = [
            self.name,
            "side by side",
            "epoch s",
            "GFLOP",
            "GFLOP/s",
            "time by work",
            "peak MB",
        ];
        let mut table = Table::new(&self.title, &head);
        let mut sizes = self.sizes.clone();
        sizes.sort_by_key(|size| (size.jobs, (self.value)(size)));
        let mut before: Option<&Size> = None;
        for size in sizes {
            let seconds = size.epoch_seconds.median();
            let operations = size.operations as f64;
            let smaller = before.filter(|before| before.jobs == size.jobs);
            let growth = smaller.map_or(f64::NAN, |smaller| {
                let more_work = operations / smaller.operations as f64;
                seconds / smaller.epoch_seconds.median() / more_work
            });
            table.rows.push(vec![
                (self.value)(size).to_string(),
                size.jobs.to_string(),
                number(seconds, 3),
                number(operations / 1e9, 3),
                number(operations / 1e9 / seconds, 3),
                number(growth, 2),
                number(size.peak_memory.median() / 1e6, 3),
            ]);
            before = Some(size);
        }
        table
    }

    /// Time and memory.
    fn plots(&self, plan: &Plan) -> [(&'static str, Plot); 2] {
        let plot = |label: &str, measured: &dyn Fn(&Size) -> f64| Plot {
            x: Axis::logarithmic(self.name),
            y: Axis::logarithmic(label),
            curves: plan
                .jobs
                .iter()
                .map(|&jobs| self.curve(jobs, measured))
                .collect(),
            points: Vec::new(),
        };
        [
            (
                "time",
                plot("seconds an epoch", &|size| size.epoch_seconds.median()),
            ),
            (
                "memory",
                plot("peak memory in MB", &|size| size.peak_memory.median() / 1e6),
            ),
        ]
    }

    fn curve(&self, jobs: usize, measured: &dyn Fn(&Size) -> f64) -> Curve {
        let sizes = self.sizes.iter().filter(|size| size.jobs == jobs);
        let points = sizes.map(|size| ((self.value)(size) as f64, measured(size)));
        let points: Vec<(f64, f64)> = points.collect();
        Curve {
            label: match jobs {
                1 => "alone".to_owned(),
                _ => format!("{jobs} side by side"),
            },
            thick: points.clone(),
            marked: points,
            ..Curve::default()
        }
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
