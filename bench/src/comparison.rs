//! Every model of the assignment, of this project and of PyTorch in turn.

use std::path::Path;

use anyhow::bail;
use experiment::{Experiment, assignment};
use serde_json::Value;

use crate::{
    files::write,
    measuring::{
        pytorch::{PyTorch, PyTorchMode},
        train_runner::TrainRunner,
    },
    results::{Results, WorkloadResults},
    workloads::{TRAINING_IMAGES, Workload},
};

/// Components of the PCA that is fitted.
const COMPONENTS: usize = 30;

/// How much is measured.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The models.
    pub workloads: Vec<Workload>,
    /// Training images.
    pub images: usize,
    /// Epochs that count in each measurement.
    pub epochs: usize,
    /// The experiments that are run to the last evaluation; none in the short version.
    pub full_run: Vec<Experiment>,
    /// Repetitions of every measurement.
    pub repeats: u16,
    /// Experiments side by side.
    pub jobs: usize,
}

impl Plan {
    /// The plan of the command; all workloads if `only` is empty.
    ///
    /// # Errors
    /// Workloads that are not known.
    pub fn new(full: bool, only: &[String], repeats: u16, jobs: usize) -> anyhow::Result<Self> {
        let mut workloads = Workload::of_assignment();
        for id in only {
            if !workloads.iter().any(|workload| workload.id() == id) {
                let ids: Vec<&str> = workloads.iter().map(Workload::id).collect();
                bail!("--only: expected some of {}, found {id:?}", ids.join(", "));
            }
        }
        if !only.is_empty() {
            workloads.retain(|workload| only.iter().any(|id| id == workload.id()));
        }
        Ok(Plan {
            workloads,
            images: if full { TRAINING_IMAGES } else { 6_000 },
            epochs: if full { 2 } else { 3 },
            full_run: if full && only.is_empty() {
                assignment::full(Experiment::DEFAULT_SEED)
            } else {
                Vec::new()
            },
            repeats,
            jobs,
        })
    }
}

/// Repeats every measurement as the plan says, both sides in turn, writes `bench.json` after
/// each model, and says by `say` what it does.
///
/// # Errors
/// A measurement that fails.
pub fn measure(
    plan: &Plan,
    train: &TrainRunner,
    mut pytorch: Option<&mut PyTorch>,
    out: &Path,
    say: &dyn Fn(&str),
) -> anyhow::Result<Results> {
    let mut results = Results::new(&plan.workloads, plan.images, plan.epochs, plan.jobs);
    for round in 1..=plan.repeats {
        say(&format!("round {round} of {}", plan.repeats));
        let baselines = train.baselines(plan.jobs)?;
        let theirs = match &mut pytorch {
            Some(pytorch) => Some((pytorch.pca(COMPONENTS)?, pytorch.read()?)),
            None => None,
        };
        results.add_baselines(&baselines, theirs.as_ref().map(|(pca, read)| (pca, *read)));
        for (index, workload) in plan.workloads.iter().enumerate() {
            say(&format!("  {}", workload.id()));
            let found = &mut results.workloads[index];
            measure_workload(plan, workload, train, pytorch.as_deref_mut(), found)?;
            save(&mut results, out)?;
        }
        if !plan.full_run.is_empty() {
            say("  the whole assignment");
            results.add_full_run(train.full_run(&plan.full_run, plan.jobs)?);
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

fn measure_workload(
    plan: &Plan,
    workload: &Workload,
    train: &TrainRunner,
    pytorch: Option<&mut PyTorch>,
    found: &mut WorkloadResults,
) -> anyhow::Result<()> {
    let (images, epochs, experiment) = (plan.images, plan.epochs, &workload.experiment);
    found
        .alone
        .add(train.epochs(experiment, images, epochs, 1)?);
    let side_by_side = train.epochs(experiment, images, epochs, plan.jobs)?;
    found.side_by_side.add(side_by_side);
    let Some(pytorch) = pytorch else {
        return Ok(());
    };
    if found.best_settings == Value::Null {
        found.best_settings = pytorch.choose(experiment)?;
    }
    for mode in [
        PyTorchMode::Notebook,
        PyTorchMode::Tensors,
        PyTorchMode::Best,
    ] {
        // An epoch as in the notebook is long enough.
        let epochs = if mode == PyTorchMode::Notebook {
            1
        } else {
            epochs
        };
        let speed = pytorch.epochs(experiment, mode, &found.best_settings, images, epochs)?;
        found.mode(mode).add(speed);
    }
    Ok(())
}
