//! `cargo xtask bench`: how fast training is, beside PyTorch and beside the machine's own rate.
//!
//! [`ours`] measures this project by running `train`, [`pytorch`] the other side; [`results`] is
//! what they found, [`report`] shows it. [`scaling`] measures how cost grows.

pub mod environment;
mod epoch;
pub mod kinds;
pub mod operations;
pub mod ours;
mod plan;
pub mod pytorch;
pub mod report;
pub mod results;
pub mod samples;
pub mod scaling;
mod series;
pub mod table;

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use serde_json::Value;

use crate::{children::build, context::Context, device::Device, interrupt::Interrupt, setup};
use kinds::Kind;
use ours::Ours;
pub use plan::Plan;
use pytorch::{PyTorch, Way};
use results::{KindResults, Results};

/// Images of MNIST's training set: an epoch.
pub const TRAINING_IMAGES: usize = 60_000;
/// Components of the PCA that is fitted.
const COMPONENTS: usize = 30;

/// Arguments of `bench`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Measure PyTorch, torchvision and scikit-learn too; the first time, they are installed
    #[arg(long, conflicts_with = "scaling")]
    pub with_pytorch: bool,
    /// All training images, and the whole assignment really run: up to an hour, not ten minutes
    #[arg(long, conflicts_with = "scaling")]
    pub full: bool,
    /// How often everything is measured, in turn
    #[arg(long, value_name = "N", default_value_t = 3,
          value_parser = clap::value_parser!(u16).range(1..))]
    pub repeats: u16,
    /// Only these kinds of model, such as deep-ae-10 or conv-ae-unpool
    #[arg(
        long,
        value_name = "ID,...",
        value_delimiter = ',',
        conflicts_with = "scaling"
    )]
    pub only: Vec<String>,
    /// Instead, how cost grows with images, hidden units and experiments side by side
    #[arg(long)]
    pub scaling: bool,
    /// Folder for the results [default: runs/bench]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// Sets up, builds, measures, and writes `bench.json` and `bench.md`, or with `--scaling` what
/// [`scaling::run`] writes.
///
/// # Errors
/// The first step that fails. What was measured before is in `bench.json`.
pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<()> {
    let plan = Plan::new(arguments)?;
    setup::run(context, &setup::Arguments::for_device(Device::Auto))?;
    context.output.line("building train");
    let binaries = build(context, &["train"])?;
    let train = binaries
        .get("train")
        .context("cargo built no binary named train")?;
    let pytorch_folder = context.root.join("bench/pytorch");
    let python = match arguments.with_pytorch {
        true => {
            let requirements = pytorch_folder.join("requirements.txt");
            Some(environment::install(context, &requirements)?)
        }
        false => None,
    };
    // What ran before, Ctrl-C may end as it likes; from here on, processes and folders are ours.
    let interrupt = Interrupt::listen().context("cannot handle Ctrl-C")?;
    let temporary = tempfile::tempdir().context("cannot make a temporary folder")?;
    let ours = Ours {
        train: train.clone(),
        data: context.root.join("data"),
        temporary: temporary.path().to_owned(),
        interrupt,
    };
    let default_out = || context.root.join("runs/bench");
    let out = arguments.out.clone().unwrap_or_else(default_out);
    fs::create_dir_all(&out).with_context(|| format!("cannot make {}", out.display()))?;
    if arguments.scaling {
        return scaling::run(
            context,
            &ours,
            &scaling::Plan::new(arguments.repeats, plan.jobs),
            &out,
        );
    }
    let start = |python: PathBuf| {
        let script = pytorch_folder.join("measure.py");
        PyTorch::start(&python, &script, &ours)
    };
    let mut pytorch = python.map(start).transpose()?;
    let results = measure(context, &plan, &ours, pytorch.as_mut(), &out)?;

    let tables = report::tables(&results);
    let notes = report::notes(&results);
    let markdown: Vec<String> = tables.iter().map(|table| table.markdown()).collect();
    write(
        &out.join("bench.md"),
        &format!("{}\n{notes}\n", markdown.join("\n")),
    )?;
    for table in &tables {
        context
            .output
            .line(format!("\n{}", table.text().trim_end()));
    }
    context.output.line(format!("\n{notes}"));
    context.output.line(format!(
        "\nwritten: {}, {}",
        out.join("bench.json").display(),
        out.join("bench.md").display()
    ));
    Ok(())
}

/// Measures everything as often as the plan says, ours and theirs in turn, and writes `bench.json`
/// after each model.
///
/// # Errors
/// A measurement that fails.
pub fn measure(
    context: &Context,
    plan: &Plan,
    ours: &Ours,
    mut pytorch: Option<&mut PyTorch>,
    out: &Path,
) -> anyhow::Result<Results> {
    let mut results = Results::new(&plan.kinds, plan.images, plan.epochs, plan.jobs);
    for round in 1..=plan.repeats {
        context
            .output
            .line(format!("round {round} of {}", plan.repeats));
        let basics = ours.basics(plan.jobs)?;
        let theirs = match &mut pytorch {
            Some(pytorch) => Some((pytorch.pca(COMPONENTS)?, pytorch.read()?)),
            None => None,
        };
        results.add_basics(&basics, theirs.as_ref().map(|(pca, read)| (pca, *read)));
        for (index, kind) in plan.kinds.iter().enumerate() {
            context.output.line(format!("  {}", kind.id()));
            let found = &mut results.kinds[index];
            measure_kind(plan, kind, ours, pytorch.as_deref_mut(), found)?;
            save(&mut results, out)?;
        }
        if !plan.whole.is_empty() {
            context.output.line("  the whole assignment");
            results.add_whole(ours.whole(&plan.whole, plan.jobs)?);
            save(&mut results, out)?;
        }
    }
    Ok(results)
}

fn save(results: &mut Results, out: &Path) -> anyhow::Result<()> {
    results.sum_up();
    let json = serde_json::to_string_pretty(results)? + "\n";
    write(&out.join("bench.json"), &json)
}

fn measure_kind(
    plan: &Plan,
    kind: &Kind,
    ours: &Ours,
    pytorch: Option<&mut PyTorch>,
    found: &mut KindResults,
) -> anyhow::Result<()> {
    let (images, epochs, experiment) = (plan.images, plan.epochs, &kind.experiment);
    found.alone.add(ours.epochs(experiment, images, epochs, 1)?);
    let side_by_side = ours.epochs(experiment, images, epochs, plan.jobs)?;
    found.side_by_side.add(side_by_side);
    let Some(pytorch) = pytorch else {
        return Ok(());
    };
    if found.best_settings == Value::Null {
        found.best_settings = pytorch.choose(experiment)?;
    }
    for way in [Way::Notebook, Way::Tensors, Way::Best] {
        // An epoch of the notebook's way is long enough.
        let epochs = if way == Way::Notebook { 1 } else { epochs };
        let speed = pytorch.epochs(experiment, way, &found.best_settings, images, epochs)?;
        found.way(way).add(speed);
    }
    Ok(())
}

/// The file appears whole or not at all.
pub(crate) fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    Ok(durable_fs::write_atomically(path, text.as_bytes())?)
}
