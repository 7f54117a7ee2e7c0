//! Tables and figures of how cost grows.

use viz::{Axis, Curve, Plot};

use super::sizes::{Plan, Size};
use crate::table::{Table, number};

/// Sizes that differ in one quantity.
pub(super) struct Series<'a> {
    /// The quantity that differs.
    pub(super) name: &'a str,
    title: String,
    value: fn(&Size) -> usize,
    pub(super) sizes: Vec<&'a Size>,
}

/// The two series that are shown of `sizes`.
pub(super) fn series<'a>(plan: &Plan, sizes: &'a [Size]) -> [Series<'a>; 2] {
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
    /// A line for each size. "Time by work" compares with the next smaller size: the ratio of the
    /// times divided by the ratio of the operations.
    pub(super) fn table(&self) -> Table {
        let column_titles = [
            self.name,
            "side by side",
            "epoch s",
            "GFLOP",
            "GFLOP/s",
            "time by work",
            "peak MB",
        ];
        let mut table = Table::new(&self.title, &column_titles);
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

    /// The plots of time and of memory.
    pub(super) fn plots(&self, plan: &Plan) -> [(&'static str, Plot); 2] {
        let plot = |label: &str, measured: &dyn Fn(&Size) -> f64| Plot {
            x: Axis::logarithmic(self.name),
            y: Axis::logarithmic(label),
            curves: plan
                .jobs
                .iter()
                .map(|&jobs| self.curve(jobs, measured))
                .collect(),
            points: Vec::new(),
            points_label: String::new(),
        };
        [
            (
                "time",
                plot("seconds per epoch", &|size| size.epoch_seconds.median()),
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
