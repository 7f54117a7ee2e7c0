//! `train verify`: trains the experiments of a run folder again, and compares the results.
//!
//! The jobs run in a temporary folder under the conditions of the folder's `run.json`; the folder
//! itself is only read. Weights and evaluations are compared bit by bit.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, bail, ensure};
use durable_fs::quote_untrusted;
use experiment::{ExperimentFolder, RunFolder, RunRecord};
use train::run::{
    Job, conditions, machine,
    queue::{self, JobOutcome},
};

use super::{
    arguments::{DataArgument, DeviceArgument, ThreadArguments},
    remedy::explain,
    signals::StopSignals,
    terminal::{Terminal, eprint_line, print_line},
};

#[derive(clap::Args)]
pub struct Arguments {
    /// The run folder; nothing in it is changed.
    run: PathBuf,
    /// Only these experiments, with all of their seeds.
    #[arg(long, value_name = "ID,...", value_delimiter = ',')]
    only: Vec<String>,
    #[command(flatten)]
    data: DataArgument,
    #[command(flatten)]
    threads: ThreadArguments,
}

pub fn verify(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let run = RunFolder::new(&arguments.run);
    let record = run.record()?.with_context(|| {
        let folder = arguments.run.display();
        format!("{folder}: expected a run folder, found no run.json; `cargo xtask all` makes one")
    })?;
    let (complete, unusable) = Job::complete(&run)?;
    for error in unusable {
        eprint_line(format!("note: left out: {}", error.with_causes()));
    }
    let recorded = chosen(complete, arguments)?;
    let device = DeviceArgument::recorded(&record.device);
    let device = device.device().context("run.json names a GPU")?;
    let options = arguments.threads.options(device);
    let wanted = recorded.iter().map(|job| &job.experiment.data);
    let (data, here) = arguments.data.load(wanted, device)?;
    for difference in conditions::differences(&record, &here) {
        eprint_line(format!(
            "note: the conditions differ from those in run.json, so results may differ: {difference}"
        ));
    }
    note_machines(&record, &recorded)?;

    let temporary = tempfile::tempdir().context("cannot make a temporary folder")?;
    let again = again(&recorded, temporary.path());
    for job in &again {
        job.check(&data)?;
    }
    let signals = StopSignals::listen()?;
    let stop = || signals.came();
    let terminal = Terminal::new(again.len());
    let outcomes = queue::run_all(&again, &data, options, &terminal, &|| Ok(()), &stop)?;

    let (mut identical, mut interrupted) = (0, false);
    for ((recorded, again), outcome) in recorded.iter().zip(&again).zip(outcomes) {
        let verdict = match outcome {
            JobOutcome::Done | JobOutcome::AlreadyComplete => {
                compare(&recorded.folder, &again.folder)
                    .unwrap_or_else(|error| vec![format!("CANNOT BE COMPARED: {error:#}")])
            }
            JobOutcome::Interrupted => {
                interrupted = true;
                vec!["interrupted".to_owned()]
            }
            JobOutcome::Failed(error) => vec![format!("FAILED: {}", explain(&error))],
        };
        if verdict.is_empty() {
            identical += 1;
            print_line(format!("{:<30} identical", recorded.name))?;
        }
        for line in verdict {
            print_line(format!("{:<30} {line}", recorded.name))?;
        }
    }
    print_line(format!(
        "{identical} of {} identical to the bit",
        recorded.len()
    ))?;
    Ok(match (interrupted, identical == recorded.len()) {
        (true, _) => ExitCode::from(signals.status()),
        (false, true) => ExitCode::SUCCESS,
        (false, false) => ExitCode::FAILURE,
    })
}

/// Notes which machines of another type than this one computed the results.
fn note_machines(record: &RunRecord, recorded: &[Job]) -> anyhow::Result<()> {
    let here = machine::this();
    let mut others: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for job in recorded {
        let mut machines = job.folder.machines()?;
        if machines.is_empty() {
            machines.extend(record.machine.clone());
        }
        for machine in machines.iter().filter(|there| !there.is_of_type(&here)) {
            let names = others.entry(machine.to_string()).or_default();
            names.push(&job.name);
        }
    }
    for (there, names) in others {
        eprint_line(format!(
            "note: another type of machine computed {}, so the last bits may differ: there {}, here {here}",
            names.join(", "),
            quote_untrusted(&there)
        ));
    }
    Ok(())
}

/// The complete jobs that the user chose.
fn chosen(mut jobs: Vec<Job>, arguments: &Arguments) -> anyhow::Result<Vec<Job>> {
    let folder = arguments.run.display();
    ensure!(!jobs.is_empty(), "{folder} holds no complete experiment");
    let mut ids: Vec<&str> = jobs.iter().map(|job| job.experiment.id.as_str()).collect();
    ids.dedup();
    for id in &arguments.only {
        if !ids.contains(&id.as_str()) {
            let ids = ids.join(", ");
            bail!("--only: expected ids of {folder}'s complete experiments, {ids}, found {id:?}");
        }
    }
    if !arguments.only.is_empty() {
        jobs.retain(|job| arguments.only.contains(&job.experiment.id));
    }
    Ok(jobs)
}

/// The same jobs, each with an empty folder in `temporary`.
fn again(jobs: &[Job], temporary: &Path) -> Vec<Job> {
    let folders = (0..).map(|index: usize| RunFolder::new(temporary.join(index.to_string())));
    jobs.iter()
        .zip(folders)
        .map(|(job, run)| Job {
            folder: run.experiment(&job.experiment.id),
            ..job.clone()
        })
        .collect()
}

/// What differs, a line for each file.
fn compare(recorded: &ExperimentFolder, now: &ExperimentFolder) -> anyhow::Result<Vec<String>> {
    let read = |path: PathBuf| {
        // Opening a pipe could block forever.
        ensure!(path.is_file(), "expected the file {}", path.display());
        fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
    };
    recorded.is_sealed()?;
    let weights =
        weights_file::first_difference(&read(recorded.model_path())?, &read(now.model_path())?);
    let evaluation = experiment::json::first_difference(
        &read(recorded.evaluation_path())?,
        &read(now.evaluation_path())?,
    );
    let files = [
        ("model.safetensors", weights),
        ("evaluation.json", evaluation),
    ];
    let differing = files.into_iter().filter_map(|(file, difference)| {
        difference.map(|difference| format!("DIFFERS in {file}: {difference}"))
    });
    Ok(differing.collect())
}
