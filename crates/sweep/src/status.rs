//! How far a sweep is, from its files alone.

use std::{fs, time::Duration};

use serde::Serialize;

use crate::{
    claim::{self, Timings, seconds},
    clock::ServerClock,
    error::Error,
    failure::FailureRecord,
    folder::SweepFolder,
    owner::Owner,
};

/// Where an experiment is.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum State {
    /// Its results are there.
    Done {
        /// How long the last attempt at it took, if the times of its files say so.
        seconds: Option<f64>,
    },
    /// Somebody is at work on it.
    Running(Place),
    /// Somebody was at work on it, and has not been heard of for long.
    Stale(Place),
    /// It cannot be computed.
    Failed {
        /// The last line that was written about it.
        line: String,
    },
    /// Nobody is at work on it.
    Waiting,
}

impl State {
    /// Its name, as in JSON.
    pub fn name(&self) -> &'static str {
        match self {
            State::Done { .. } => "done",
            State::Running(_) => "running",
            State::Stale(_) => "stale",
            State::Failed { .. } => "failed",
            State::Waiting => "waiting",
        }
    }
}

/// Who is at work, and since when.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Place {
    /// The process; `None` if its claim cannot be read.
    #[serde(flatten)]
    pub owner: Option<Owner>,
    /// Since when, in seconds since 1970 by the clock of the file server.
    pub since: u64,
    /// For how many seconds.
    pub seconds: u64,
    /// How many seconds ago it was heard of.
    pub heard: u64,
}

/// How far a sweep is.
#[derive(Clone, Debug)]
pub struct Status {
    /// The state of each experiment, by its number.
    pub states: Vec<State>,
}

impl Status {
    /// Looks at every experiment. Nothing is changed in the folder, but that the clock of the file server
    /// is read by a file that is made and removed; where that cannot be, this machine's is taken.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn read(sweep: &SweepFolder, timings: Timings) -> Result<Self, Error> {
        let clock = ServerClock::read(&sweep.claims()).unwrap_or_else(|_| ServerClock::local());
        let this = Owner::this();
        let state = |number| state(sweep, number, &clock, &this, timings);
        let states = (0..sweep.plan().len()).map(state);
        Ok(Status {
            states: states.collect::<Result<_, _>>()?,
        })
    }

    /// How many experiments are in the state of this name.
    pub fn count(&self, name: &str) -> usize {
        let states = self.states.iter();
        states.filter(|state| state.name() == name).count()
    }

    /// The numbers of the experiments whose results are neither there nor impossible, ascending.
    pub fn left(&self) -> impl Iterator<Item = usize> {
        let numbered = self.states.iter().enumerate();
        numbered.filter_map(|(number, state)| {
            let is_left = !matches!(state, State::Done { .. } | State::Failed { .. });
            is_left.then_some(number)
        })
    }

    /// An estimate of the seconds until all is done: each experiment that is left takes as long as the
    /// mean of those that are done, and as many as now are computed side by side. `None` if nothing is
    /// done or nobody is at work.
    pub fn seconds_left(&self) -> Option<f64> {
        let done = self.states.iter().filter_map(|state| match state {
            State::Done { seconds } => *seconds,
            _ => None,
        });
        let (count, sum) = done.fold((0, 0.0), |(count, sum), s| (count + 1, sum + s));
        let running: Vec<f64> = self.states.iter().filter_map(seconds_running).collect();
        if count == 0 || running.is_empty() {
            return None;
        }
        let mean = sum / f64::from(count);
        let spent: f64 = running.iter().map(|seconds| seconds.min(mean)).sum();
        let left = self.left().count() as f64 * mean - spent;
        Some(left / running.len() as f64)
    }
}

fn seconds_running(state: &State) -> Option<f64> {
    match state {
        State::Running(place) => Some(place.seconds as f64),
        _ => None,
    }
}

fn state(
    sweep: &SweepFolder,
    number: usize,
    clock: &ServerClock,
    this: &Owner,
    timings: Timings,
) -> Result<State, Error> {
    if let Some(seconds) = seconds_of_results(sweep, number) {
        return Ok(State::Done { seconds });
    }
    if let Some(line) = FailureRecord::line(sweep, number)? {
        return Ok(State::Failed { line });
    }
    let Some((record, renewed)) = claim::read(&claim::path(sweep, number))? else {
        // It may have been published a moment ago, after the first look.
        return Ok(match seconds_of_results(sweep, number) {
            Some(seconds) => State::Done { seconds },
            None => State::Waiting,
        });
    };
    let heard = clock.age(renewed);
    let is_dead = record.as_ref().is_some_and(|it| this.knows_dead(&it.owner));
    let since = record.as_ref().map_or(seconds(renewed), |it| it.since);
    let place = Place {
        owner: record.map(|record| record.owner),
        since,
        seconds: seconds(clock.now()).saturating_sub(since),
        heard: heard.as_secs(),
    };
    if is_dead || heard > timings.stale_after {
        Ok(State::Stale(place))
    } else {
        Ok(State::Running(place))
    }
}

/// How long the last attempt took at results that are there: from its settings, its first file, to its
/// list of digests, its last. `None` without results.
fn seconds_of_results(sweep: &SweepFolder, number: usize) -> Option<Option<f64>> {
    let folder = sweep.results(number);
    let time = |file: &str| {
        let found = fs::metadata(folder.path().join(file)).ok()?;
        found.modified().ok()
    };
    let end = time(durable_fs::checksums::NAME)?;
    let seconds = time("experiment.json")
        .and_then(|begin| end.duration_since(begin).ok())
        .map(|duration: Duration| duration.as_secs_f64());
    Some(seconds)
}
