//! Work on a sweep: the experiments of a plan, several side by side, as one of any number of processes.
//!
//! Each experiment is claimed, computed in the folder of an attempt by the queue's own function for one
//! job, and published. What somebody else is at work on is waited for: it may be left to this process.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, VecDeque},
    sync::{Mutex, MutexGuard},
    thread,
    time::{Duration, Instant},
};

use sweep::{Attempt, Begun, Claim, Claimed, Claims, FailureRecord, SweepFolder};

use super::{
    Job, Reporter,
    queue::{self, JobOutcome, Options},
};
use crate::{Error, data::Datasets};

/// How often a process that waits looks whether it is asked to stop.
const POLL: Duration = Duration::from_millis(50);

/// What came of an experiment, by its number; those whose results are there already are left out.
#[derive(Debug)]
pub enum WorkOutcome {
    /// It was computed and published.
    Done(usize),
    /// It cannot be computed, and would fail again.
    Failed(usize),
    /// It could not be computed here and now.
    Retry(usize),
    /// It was stopped, or not begun, for that reason.
    Stopped,
}

/// Works on the experiments `numbers` of `sweep`, the longest first, until none is left to do. Those that
/// failed before are not tried again. When `stop` returns true, all save their state and end.
///
/// # Errors
/// [`Error::Threads`], before anything is done.
pub fn work(
    sweep: &SweepFolder,
    numbers: impl IntoIterator<Item = usize>,
    data: &Datasets,
    options: Options,
    claims: &Claims,
    reporter: &dyn Reporter,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<WorkOutcome>, Error> {
    let mut numbers: Vec<usize> = numbers.into_iter().collect();
    let experiments = sweep.plan().experiments();
    numbers.sort_by_key(|&number| Reverse(queue::cost(&experiments[number], data)));
    let count = numbers.len();
    let worker = Worker {
        sweep,
        data,
        options,
        claims,
        reporter,
        stop,
        queue: Mutex::new(Queue {
            next: numbers.into(),
            ..Queue::default()
        }),
    };
    queue::side_by_side(options, count, &|| {
        let mut outcomes = Vec::new();
        while let Some(number) = worker.next() {
            outcomes.extend(worker.take(number));
        }
        outcomes
    })
}

struct Worker<'a> {
    sweep: &'a SweepFolder,
    data: &'a Datasets,
    options: Options,
    claims: &'a Claims,
    reporter: &'a dyn Reporter,
    stop: &'a (dyn Fn() -> bool + Sync),
    queue: Mutex<Queue>,
}

#[derive(Default)]
struct Queue {
    /// To be looked at.
    next: VecDeque<usize>,
    /// Somebody else was at work on them when they were looked at.
    elsewhere: Vec<usize>,
    /// Somebody else was at work on them at some time.
    seen: BTreeSet<usize>,
}

impl Worker<'_> {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue
            .lock()
            .expect("no thread panics while it holds this")
    }

    /// The next experiment to look at; `None` if nothing is left.
    fn next(&self) -> Option<usize> {
        loop {
            {
                let mut queue = self.queue();
                if let Some(number) = queue.next.pop_front() {
                    return Some(number);
                }
                if queue.elsewhere.is_empty() {
                    return None;
                }
            }
            self.wait(self.claims.timings().heartbeat / 15);
            let mut queue = self.queue();
            let waiting = std::mem::take(&mut queue.elsewhere);
            queue.next.extend(waiting);
        }
    }

    /// Waits, unless it is asked to stop.
    fn wait(&self, duration: Duration) {
        let began = Instant::now();
        while !(self.stop)() && began.elapsed() < duration {
            thread::sleep(POLL.min(duration));
        }
    }

    /// Computes an experiment, unless there is no need or somebody else does.
    fn take(&self, number: usize) -> Option<WorkOutcome> {
        if (self.stop)() {
            let is_left = !self.sweep.is_done(number);
            return is_left.then_some(WorkOutcome::Stopped);
        }
        self.try_take(number).unwrap_or_else(|error| {
            if self.is_done_soon(number) {
                return None;
            }
            self.reporter
                .failed(&self.sweep.plan().name(number), &error);
            Some(WorkOutcome::Retry(number))
        })
    }

    fn try_take(&self, number: usize) -> Result<Option<WorkOutcome>, Error> {
        if self.sweep.is_done(number) {
            return Ok(None);
        }
        if FailureRecord::line(self.sweep, number)?.is_some() {
            return Ok(Some(WorkOutcome::Failed(number)));
        }
        let Claimed::Own(claim) = self.claims.claim(number)? else {
            let mut queue = self.queue();
            queue.elsewhere.push(number);
            queue.seen.insert(number);
            return Ok(None);
        };
        // Somebody may have published it before this claim, and it may show late.
        let was_elsewhere = self.queue().seen.contains(&number);
        let patience = self.claims.timings().patience;
        let patience = if was_elsewhere {
            patience
        } else {
            Duration::ZERO
        };
        if self.sweep.is_done_soon(number, patience) {
            return Ok(None);
        }
        self.compute(number, &claim)
    }

    /// Whether the results are there, though another machine may have published them a moment ago. Who is
    /// asked to stop does not wait for them.
    fn is_done_soon(&self, number: usize) -> bool {
        let patience = self.claims.timings().patience;
        let patience = if (self.stop)() {
            Duration::ZERO
        } else {
            patience
        };
        self.sweep.is_done_soon(number, patience)
    }

    /// Makes attempts at a claimed experiment, one for each checkpoint that proves unusable.
    fn compute(&self, number: usize, claim: &Claim) -> Result<Option<WorkOutcome>, Error> {
        loop {
            let attempt = match Attempt::begin(self.sweep, number, self.claims.owner())? {
                Begun::Published => return Ok(Some(WorkOutcome::Done(number))),
                Begun::Attempt(attempt) => attempt,
            };
            let stop = || (self.stop)() || claim.is_lost();
            match self.run(number, &attempt, &stop) {
                JobOutcome::Done | JobOutcome::AlreadyComplete => {
                    attempt.publish(self.sweep, self.claims.timings().patience)?;
                    return Ok(Some(WorkOutcome::Done(number)));
                }
                JobOutcome::Interrupted if claim.is_lost() => {
                    let mut queue = self.queue();
                    queue.elsewhere.push(number);
                    queue.seen.insert(number);
                    return Ok(None);
                }
                JobOutcome::Interrupted => return Ok(Some(WorkOutcome::Stopped)),
                JobOutcome::Failed(Error::Checkpoint { .. }) if attempt.reject_checkpoint() => {}
                // Somebody has published it, and removed this attempt.
                JobOutcome::Failed(_) if self.is_done_soon(number) => return Ok(None),
                JobOutcome::Failed(error) if self.may_pass(number, &error) => {
                    return Ok(Some(WorkOutcome::Retry(number)));
                }
                JobOutcome::Failed(error) => {
                    let record = FailureRecord {
                        name: self.sweep.plan().name(number),
                        line: error.with_causes(),
                        owner: self.claims.owner().clone(),
                    };
                    record.write(self.sweep, number)?;
                    return Ok(Some(WorkOutcome::Failed(number)));
                }
            }
        }
    }

    fn run(&self, number: usize, attempt: &Attempt, stop: &dyn Fn() -> bool) -> JobOutcome {
        let plan = self.sweep.plan();
        let experiment = &plan.experiments()[number];
        let run = self.sweep.run();
        let job = Job {
            experiment: experiment.clone(),
            folder: attempt.folder().clone(),
            tensorboard: run.tensorboard(&experiment.id, plan.further_seed(number)),
            name: plan.name(number),
        };
        let ready = || Ok(());
        queue::run_one(&job, self.data, self.options, self.reporter, &ready, stop)
    }

    /// Whether an experiment that failed may succeed at another time or on another machine.
    fn may_pass(&self, number: usize, error: &Error) -> bool {
        let experiment = &self.sweep.plan().experiments()[number];
        let training = experiment.method.training();
        match error {
            // It may still be trained.
            Error::SavedModel { .. } => training
                .and_then(|training| training.from.as_ref())
                .is_some_and(|model| !model.file().exists()),
            error => error.is_transient(),
        }
    }
}
