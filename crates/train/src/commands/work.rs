//! `train work`: computes what is planned, as one of any number of processes.
//!
//! Its exit status is 0 if the results of the whole share are there; 3 if some experiments cannot be
//! computed and the others are there: trying again is no use; 64 if the work cannot begin, because of the
//! plan, the images or the version; 75 if something is missing that may succeed another time, as after a
//! signal that asked it to end; 130 after Ctrl-C. It is never 0 if anything is missing.

use std::{env, process::ExitCode, time::Duration};

use ::sweep::{Attempt, Claims, FailureRecord, Share, SweepFolder, ranges};
use anyhow::{Context, bail, ensure};
use durable_fs::Problem;
use experiment::SOME_FAILED;
use train::{
    Error,
    run::{
        conditions,
        work::{self, WorkOutcome},
    },
};

use super::{
    arguments::{DataArgument, DeviceArgument, SweepArgument, ThreadArguments},
    explain_any,
    signals::{StopSignals, TRY_AGAIN},
    sweep::WRONG_PLAN,
    terminal::{Terminal, eprint_line},
};

/// Where schedulers say which task of an array a process is, counted from 0.
const INDEX_VARIABLES: [&str; 2] = ["SLURM_ARRAY_TASK_ID", "JOB_COMPLETION_INDEX"];

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    sweep: SweepArgument,
    /// Take a fixed share of the plan: the experiments I, I + N, I + 2 N and so on; without --of, what is
    /// next [default with --of: $SLURM_ARRAY_TASK_ID or $JOB_COMPLETION_INDEX].
    #[arg(long, value_name = "I", requires = "of")]
    index: Option<usize>,
    /// The number of fixed shares.
    #[arg(long, value_name = "N")]
    of: Option<usize>,
    #[command(flatten)]
    data: DataArgument,
    #[command(flatten)]
    threads: ThreadArguments,
}

pub fn work(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    // First of all: a scheduler can ask it to end at any time.
    let signals = StopSignals::listen()?;
    begin(arguments, &signals).or_else(|error| {
        eprint_line(format!("error: {}", explain_any(&error)));
        Ok(ExitCode::from(status_of(&error)))
    })
}

fn begin(arguments: &Arguments, signals: &StopSignals) -> anyhow::Result<ExitCode> {
    let share = share(arguments)?;
    arguments.data.check_is_folder()?;
    let sweep = arguments.sweep.open_patiently()?;
    let all: Vec<usize> = share.numbers(sweep.plan().len()).collect();
    let (left, failed) = missing(&sweep, &all, Duration::ZERO)?;
    let count = all.len();
    Attempt::remove_superfluous(&sweep);
    if left.is_empty() {
        return Ok(end(&sweep, count, 0, &left, &failed, signals));
    }
    eprint_line(format!(
        "{} of {count} experiments of this share are left",
        left.len()
    ));
    sweep.prepare().map_err(Error::from)?;

    let record = sweep.record();
    let device = DeviceArgument::recorded(&record.device).device();
    let device = device.context("run.json names a GPU")?;
    let options = arguments.threads.options(device);
    let experiments = sweep.plan().experiments();
    let wanted = left.iter().map(|&number| &experiments[number].data);
    let (data, here) = arguments.data.load(wanted, device)?;
    let differences = conditions::differences(record, &here);
    ensure!(
        differences.is_empty(),
        "{} is planned under other conditions: {}",
        arguments.sweep.folder.display(),
        differences.join("; ")
    );

    let claims = Claims::start(&sweep, arguments.sweep.timings()).map_err(Error::from)?;
    let terminal = Terminal::new(left.len());
    let stop = || signals.came();
    let outcomes = work::work(&sweep, left, &data, options, &claims, &terminal, &stop)?;
    let is_done = |outcome: &&WorkOutcome| matches!(outcome, WorkOutcome::Done(_));
    let done = outcomes.iter().filter(is_done).count();
    // The files decide, not what this process remembers. Who is asked to end does not wait for them.
    let patience = arguments.sweep.timings().patience;
    let patience = if signals.came() {
        Duration::ZERO
    } else {
        patience
    };
    let (left, failed) = missing(&sweep, &all, patience)?;
    Attempt::remove_superfluous(&sweep);
    Ok(end(&sweep, count, done, &left, &failed, signals))
}

/// Those of `numbers` whose results are not there: first those that can still be computed, for which
/// results that show late are waited for, then those that cannot.
fn missing(
    sweep: &SweepFolder,
    numbers: &[usize],
    patience: Duration,
) -> Result<(Vec<usize>, Vec<usize>), Error> {
    let (mut left, mut failed) = (Vec::new(), Vec::new());
    for number in sweep.missing(numbers.to_vec(), Duration::ZERO) {
        let list = match FailureRecord::line(sweep, number)? {
            None => &mut left,
            Some(_) => &mut failed,
        };
        list.push(number);
    }
    Ok((sweep.missing(left, patience), failed))
}

/// Says what is missing of a share of `count` experiments, and gives the exit status. This process
/// computed `done` of them.
fn end(
    sweep: &SweepFolder,
    count: usize,
    done: usize,
    left: &[usize],
    failed: &[usize],
    signals: &StopSignals,
) -> ExitCode {
    if !failed.is_empty() {
        eprint_line(format!(
            "error: {} of {count} experiments of this share cannot be computed: {}; `train status` says \
             why. Once that has changed, remove their files from {}, and they are tried again",
            failed.len(),
            ranges(failed.iter().copied()),
            sweep.run().path().join("failures").display(),
        ));
    }
    if !left.is_empty() {
        eprint_line(format!(
            "{} of {count} experiments of this share are left: {}; the same command goes on with them",
            left.len(),
            ranges(left.iter().copied())
        ));
        return ExitCode::from(if signals.came() {
            signals.status()
        } else {
            TRY_AGAIN
        });
    }
    if !failed.is_empty() {
        return ExitCode::from(SOME_FAILED);
    }
    eprint_line(format!(
        "the results of all {count} experiments of this share are there, {done} of them computed now"
    ));
    ExitCode::SUCCESS
}

/// What this process takes of the plan.
fn share(arguments: &Arguments) -> anyhow::Result<Share> {
    let Some(of) = arguments.of else {
        return Ok(Share::All);
    };
    let index = match arguments.index {
        Some(index) => index,
        None => index_of_task()?,
    };
    ensure!(
        index < of,
        "--index: expected a number below {of}, that of --of, found {index}"
    );
    Ok(Share::Fixed { index, of })
}

fn index_of_task() -> anyhow::Result<usize> {
    for name in INDEX_VARIABLES {
        if let Ok(text) = env::var(name) {
            let index = text.parse();
            return index.with_context(|| format!("{name}: expected a number, found {text:?}"));
        }
    }
    bail!(
        "--of: expected --index, or one of {}, found none",
        INDEX_VARIABLES.join(", ")
    )
}

/// The exit status of work that could not begin.
fn status_of(error: &anyhow::Error) -> u8 {
    let known: Option<&Error> = error.chain().find_map(|cause| cause.downcast_ref());
    let problem = match known {
        Some(Error::Threads { .. }) => return TRY_AGAIN,
        Some(
            Error::File(error)
            | Error::RunFolder(experiment::Error::File(error))
            | Error::Sweep(
                ::sweep::Error::File(error)
                | ::sweep::Error::RunFolder(experiment::Error::File(error)),
            ),
        ) => Some(&error.problem),
        _ => None,
    };
    match problem {
        Some(Problem::Io { .. }) => TRY_AGAIN,
        _ => WRONG_PLAN,
    }
}
