//! `train status`: how far planned experiments are, from the files of their folder alone.

use std::{
    io::{self, IsTerminal},
    process::ExitCode,
    thread,
    time::Duration,
};

use ::sweep::{Place, State, Status, SweepFolder};
use experiment::PlanRecord;
use serde::Serialize;
use train::Error;

use super::{arguments::SweepArgument, terminal::print_line};

/// How often `--watch` looks.
const WATCH: Duration = Duration::from_secs(5);

/// How many experiments of a state are named.
const MAX_NAMED: usize = 20;

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    sweep: SweepArgument,
    /// Print everything as JSON, with the state of each experiment.
    #[arg(long)]
    json: bool,
    /// Look again every five seconds, until nothing is left.
    #[arg(long)]
    watch: bool,
}

pub fn status(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    loop {
        let sweep = arguments.sweep.open()?;
        let status = Status::read(&sweep, arguments.sweep.timings()).map_err(Error::from)?;
        if arguments.watch && io::stdout().is_terminal() {
            // Clears the terminal.
            print_line("\x1b[H\x1b[2J")?;
        }
        if arguments.json {
            print_line(serde_json::to_string(&report(&sweep, &status))?)?;
        } else {
            print_line(text(&sweep, &status))?;
        }
        if !arguments.watch || status.left().next().is_none() {
            return Ok(ExitCode::SUCCESS);
        }
        thread::sleep(WATCH);
    }
}

/// What `--json` prints.
#[derive(Serialize)]
struct Report<'a> {
    plan: &'a PlanRecord,
    done: usize,
    running: usize,
    stale: usize,
    failed: usize,
    waiting: usize,
    /// An estimate.
    seconds_left: Option<f64>,
    experiments: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    number: usize,
    id: &'a str,
    seed: u64,
    #[serde(flatten)]
    state: &'a State,
}

fn report<'a>(sweep: &'a SweepFolder, status: &'a Status) -> Report<'a> {
    let planned = sweep.plan().experiments().iter().zip(&status.states);
    let entries = (0..)
        .zip(planned)
        .map(|(number, (experiment, state))| Entry {
            number,
            id: &experiment.id,
            seed: experiment.seed,
            state,
        });
    Report {
        plan: sweep.plan_record(),
        done: status.count("done"),
        running: status.count("running"),
        stale: status.count("stale"),
        failed: status.count("failed"),
        waiting: status.count("waiting"),
        seconds_left: status.seconds_left(),
        experiments: entries.collect(),
    }
}

fn text(sweep: &SweepFolder, status: &Status) -> String {
    let plan = sweep.plan();
    let mut lines = vec![format!(
        "{}: {} of {} experiments are done",
        sweep.run().path().display(),
        status.count("done"),
        plan.len()
    )];
    for name in ["running", "stale", "failed", "waiting"] {
        let of_name = status.states.iter().enumerate();
        let of_name = of_name.filter(|(_, state)| state.name() == name);
        let of_name: Vec<(usize, &State)> = of_name.collect();
        if of_name.is_empty() {
            continue;
        }
        lines.push(format!("{name:<8} {}", of_name.len()));
        for &(number, state) in of_name.iter().take(MAX_NAMED) {
            let about = about(state);
            let name = plan.name(number);
            lines.push(format!("  {number:>6}  {name}{about}"));
        }
        if of_name.len() > MAX_NAMED {
            lines.push(format!("          and {} more", of_name.len() - MAX_NAMED));
        }
    }
    if let Some(seconds) = status.seconds_left() {
        lines.push(format!(
            "about {} left, an estimate from the times of those that are done",
            duration(seconds)
        ));
    }
    lines.join("\n")
}

fn about(state: &State) -> String {
    match state {
        State::Running(place) => format!(", {}", running(place)),
        State::Stale(place) => format!(
            ", {}, not heard of for {}",
            running(place),
            duration(place.heard as f64)
        ),
        State::Failed { line } => format!(": {line}"),
        State::Done { .. } | State::Waiting => String::new(),
    }
}

fn running(place: &Place) -> String {
    let owner = place.owner.as_ref();
    let owner = owner.map_or("an unknown process".to_owned(), ToString::to_string);
    format!("{owner}, for {}", duration(place.seconds as f64))
}

fn duration(seconds: f64) -> String {
    match seconds {
        ..120.0 => format!("{seconds:.0} s"),
        120.0..7200.0 => format!("{:.0} min", seconds / 60.0),
        _ => format!("{:.1} h", seconds / 3600.0),
    }
}
