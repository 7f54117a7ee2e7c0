//! The results as tables.

use crate::{
    results::{Results, Speeds, WorkloadResults},
    samples::Samples,
    table::{Table, number},
    workloads::TRAINING_IMAGES,
};

/// The tables of `results`. What was not measured is a dash.
pub fn tables(results: &Results) -> Vec<Table> {
    vec![
        epochs(results),
        speeds(results),
        full_run(results),
        others(results),
    ]
}

/// What a reader must know about the tables.
pub fn notes(results: &Results) -> String {
    let Results {
        images,
        epochs,
        jobs,
        ..
    } = results;
    let sizes = if *images < TRAINING_IMAGES {
        format!("of {images} images, scaled to {TRAINING_IMAGES} (`--full` takes all of them)")
    } else {
        format!("of {images} images")
    };
    format!(
        "Each value is the median of {} measurements in turn (smallest to largest). A measurement trains {epochs} epochs {sizes} \
         after a warm-up. This project: `train run`, one experiment alone, or {jobs} side by side on one \
         thread each, images of all counted. PyTorch: notebook = DataLoader and ToTensor; tensors = \
         pixels in memory, default settings; best = the fastest of what was tried: one process per \
         processor, fused Adam, channels-last, in-place ReLU, denormals flushed. Epochs of this project \
         are timed without the shuffle before and the checkpoint after them, PyTorch's with the \
         shuffle (randperm). A model that dies has less to compute and is not measured: the next \
         seed is taken. Share of matmul: the operations of the model's definition, side by side, \
         of the rate of matrix products side by side; products by zeros (black pixels, padding, \
         unpooling, dead units) are counted, though this project skips many of them.",
        results.matmul_gflops.count()
    )
}

fn epochs(results: &Results) -> Table {
    let mut table = Table::new(
        "Seconds per epoch of 60,000 images, and how many times as long PyTorch takes",
        &[
            "model",
            "alone",
            "side by side",
            "notebook",
            "",
            "tensors",
            "",
            "best",
            "",
        ],
    );
    for workload in &results.workloads {
        let ours = &workload.side_by_side.epoch_seconds;
        let mut row = vec![workload.id.clone()];
        row.push(spread(&workload.alone.epoch_seconds));
        row.push(spread(ours));
        for theirs in [&workload.notebook, &workload.tensors, &workload.best] {
            row.push(spread(&theirs.epoch_seconds));
            row.push(times(theirs.epoch_seconds.median() / ours.median()));
        }
        table.rows.push(row);
    }
    table
}

fn speeds(results: &Results) -> Table {
    let mut table = Table::new(
        "Images per second, share of the matrix-multiply rate, peak memory in MB, PyTorch's best",
        &[
            "model",
            "alone",
            "side by side",
            "MFLOP per image",
            "share of matmul",
            "alone MB",
            "side by side MB",
            "notebook MB",
            "tensors MB",
            "best MB",
            "best settings",
        ],
    );
    let matmul = results.matmul_gflops_side_by_side.median() * 1e9;
    for workload in &results.workloads {
        let rate = |speeds: &Speeds| number(speeds.images_per_second.median(), 3);
        let memory = |speeds: &Speeds| number(speeds.peak_memory.median() / 1e6, 3);
        let operations = workload.operations_per_image as f64;
        let share = operations * workload.side_by_side.images_per_second.median() / matmul;
        table.rows.push(vec![
            workload.id.clone(),
            rate(&workload.alone),
            rate(&workload.side_by_side),
            number(operations / 1e6, 3),
            format!("{} %", number(100.0 * share, 2)),
            memory(&workload.alone),
            memory(&workload.side_by_side),
            memory(&workload.notebook),
            memory(&workload.tensors),
            memory(&workload.best),
            best_settings(workload),
        ]);
    }
    table
}

/// The settings in words.
fn best_settings(workload: &WorkloadResults) -> String {
    let settings = &workload.best_settings;
    if settings.is_null() {
        return "-".to_owned();
    }
    let processes = match settings["processes"].as_u64() {
        Some(processes) => format!("{processes} processes"),
        None => "1 process".to_owned(),
    };
    let names = [
        ("fused", "fused Adam"),
        ("channels_last", "channels-last"),
        ("in_place", "in-place ReLU"),
    ];
    let chosen = names.iter().filter(|(key, _)| settings[key] == true);
    let words = [processes.as_str()]
        .into_iter()
        .chain(chosen.map(|(_, name)| *name));
    words.collect::<Vec<_>>().join(", ")
}

fn full_run(results: &Results) -> Table {
    let full_run = &results.full_run;
    let epochs: usize = results
        .workloads
        .iter()
        .map(|workload| workload.epochs_of_assignment)
        .sum();
    let mut table = Table::new(
        &format!("The assignment's {epochs} epochs of these models"),
        &["", "seconds", "times the first line"],
    );
    let is_measured = full_run.measured.count() > 0;
    let ours = if is_measured {
        full_run.measured.median()
    } else {
        full_run.training
    };
    let mut line = |name: &str, cell: String, seconds: f64| {
        table
            .rows
            .push(vec![name.into(), cell, times(seconds / ours)]);
    };
    if is_measured {
        let measured = spread(&full_run.measured);
        line(
            "this project, all 17 experiments, measured to the last evaluation",
            measured,
            ours,
        );
    }
    for (name, seconds) in [
        (
            "this project, ESTIMATED: epochs x time of an epoch, without evaluation",
            Some(full_run.training),
        ),
        (
            "notebook, ESTIMATED in the same way, without evaluation",
            full_run.notebook,
        ),
        (
            "tensors, ESTIMATED in the same way, without evaluation",
            full_run.tensors,
        ),
        (
            "best, ESTIMATED in the same way, without evaluation",
            full_run.best,
        ),
    ] {
        let seconds = seconds.unwrap_or(f64::NAN);
        line(name, number(seconds, 3), seconds);
    }
    let memory = full_run.peak_memory.median() / 1e6;
    let row = ["this project, peak memory in MB", &number(memory, 4), ""];
    table.rows.push(row.map(str::to_owned).into());
    table
}

fn others(results: &Results) -> Table {
    let mut table = Table::new(
        "Beside the models",
        &["", "this project", "the other", "ratio"],
    );
    for (name, pair) in [
        ("PCA, 60,000 x 784, k = 30; scikit-learn, s", &results.pca),
        (
            "MNIST from gzip; torchvision's first read, s",
            &results.read,
        ),
    ] {
        let ratio = pair.theirs.median() / pair.ours.median();
        table.rows.push(vec![
            name.into(),
            spread(&pair.ours),
            spread(&pair.theirs),
            times(ratio),
        ]);
    }
    let difference = match results.eigenvalue_difference {
        Some(difference) => format!("{difference:.1e}"),
        None => "-".into(),
    };
    for (name, value) in [
        ("largest relative difference of an eigenvalue", difference),
        (
            "matrix products on one thread, GFLOP/s",
            spread(&results.matmul_gflops),
        ),
        (
            "matrix products side by side, GFLOP/s",
            spread(&results.matmul_gflops_side_by_side),
        ),
    ] {
        table
            .rows
            .push(vec![name.into(), value, "".into(), "".into()]);
    }
    table
}

/// Median, smallest and largest value.
fn spread(samples: &Samples) -> String {
    match samples.count() {
        0 => "-".to_owned(),
        1 => number(samples.median(), 3),
        _ => format!(
            "{} ({}-{})",
            number(samples.median(), 3),
            number(samples.min(), 3),
            number(samples.max(), 3)
        ),
    }
}

fn times(ratio: f64) -> String {
    if ratio.is_finite() {
        format!("{ratio:.2}x")
    } else {
        "-".to_owned()
    }
}
