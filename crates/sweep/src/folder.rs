//! The folder of a sweep: a run folder with a plan.
//!
//! ```text
//! RUN/plan.jsonl                        the plan, see `plan`
//! RUN/attempts/NUMBER.HOST.PID.RANDOM/ID/
//!                                       an experiment being computed, see `attempt`
//! RUN/claims/NUMBER                     who is at work on it, see `claim`
//! RUN/failures/NUMBER.json              why it cannot be computed, see `failure`
//! ```

use std::{
    fs, io,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use experiment::{ExperimentFolder, PlanRecord, RunFolder, RunRecord};

use crate::{error::Error, plan::Plan};

/// The folder of a sweep.
#[derive(Clone, Debug)]
pub struct SweepFolder {
    run: RunFolder,
    record: RunRecord,
    plan: Plan,
}

impl SweepFolder {
    /// Reads the plan of the folder at `path`. Another machine may see a folder that was just made some
    /// seconds later: what is missing is asked for again for as long as `patience`.
    ///
    /// # Errors
    /// [`Error::NoFolder`]; [`Error::NoPlan`]; those of [`Plan::read`].
    pub fn open(path: &Path, patience: Duration) -> Result<Self, Error> {
        let began = Instant::now();
        loop {
            match SweepFolder::read(path) {
                Err(error) if is_missing(&error) && began.elapsed() < patience => {
                    // Opening the folder anew makes an NFS client ask the server.
                    _ = fs::read_dir(path);
                    thread::sleep(patience / 20);
                }
                result => return result,
            }
        }
    }

    fn read(path: &Path) -> Result<Self, Error> {
        let run = RunFolder::new(path);
        let record = run.record()?.ok_or_else(|| Error::NoFolder {
            folder: path.to_owned(),
        })?;
        let plan = record.plan.as_ref().ok_or_else(|| Error::NoPlan {
            folder: path.to_owned(),
        })?;
        Ok(SweepFolder {
            plan: Plan::read(&run, plan)?,
            run,
            record,
        })
    }

    /// The run folder, as `viz` and `apply` read it.
    pub fn run(&self) -> &RunFolder {
        &self.run
    }

    /// What all results depend on.
    pub fn record(&self) -> &RunRecord {
        &self.record
    }

    /// How many experiments are planned, and the digest.
    pub fn plan_record(&self) -> &PlanRecord {
        self.record.plan.as_ref().expect("checked by `read`")
    }

    /// What is planned.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Where the results of an experiment appear.
    pub fn results(&self, number: usize) -> ExperimentFolder {
        self.plan.folder(&self.run, number)
    }

    /// Whether the results of an experiment are there: their list of digests is, with which they
    /// appeared.
    pub fn is_done(&self, number: usize) -> bool {
        self.results(number).has_seal()
    }

    /// Like [`SweepFolder::is_done`], of results that another machine may have published a moment ago:
    /// it is asked again for as long as `patience`.
    pub fn is_done_soon(&self, number: usize, patience: Duration) -> bool {
        self.missing(vec![number], patience).is_empty()
    }

    /// Those of `numbers` whose results are not there, and do not show for as long as `patience` either.
    pub fn missing(&self, mut numbers: Vec<usize>, patience: Duration) -> Vec<usize> {
        let began = Instant::now();
        loop {
            numbers.retain(|&number| !self.is_done(number));
            if numbers.is_empty() || began.elapsed() >= patience {
                return numbers;
            }
            // Opening the folders anew makes an NFS client ask the server.
            for &number in &numbers {
                _ = self.results(number).path().parent().map(fs::read_dir);
            }
            thread::sleep(patience / 20);
        }
    }

    /// Makes the folders for work on the sweep.
    ///
    /// # Errors
    /// [`Error::File`]; [`Error::RunFolder`] for a link among them, through which any file could be
    /// changed.
    pub fn prepare(&self) -> Result<(), Error> {
        for folder in ["experiments", "seeds"].map(|name| self.run.path().join(name)) {
            refuse_link(&folder)?;
        }
        for folder in [self.attempts(), self.claims(), self.failures()] {
            refuse_link(&folder)?;
            fs::create_dir_all(&folder).map_err(|reason| Error::io("create", &folder, reason))?;
        }
        Ok(())
    }

    pub(crate) fn attempts(&self) -> PathBuf {
        self.run.path().join("attempts")
    }

    pub(crate) fn claims(&self) -> PathBuf {
        self.run.path().join("claims")
    }

    pub(crate) fn failures(&self) -> PathBuf {
        self.run.path().join("failures")
    }
}

/// Whether a file is missing that may only show late.
fn is_missing(error: &Error) -> bool {
    match error {
        // With the second, `run.json` is seen already, and an older `plan.jsonl` still.
        Error::NoFolder { .. } | Error::ShortPlan { .. } => true,
        Error::File(error) | Error::RunFolder(experiment::Error::File(error)) => {
            match &error.problem {
                durable_fs::Problem::Missing => true,
                durable_fs::Problem::Io { reason, .. } => is_stale(reason),
                _ => false,
            }
        }
        _ => false,
    }
}

/// Whether an NFS server no longer knows a file, which it does after it was replaced.
pub(crate) fn is_stale(reason: &io::Error) -> bool {
    reason.kind() == io::ErrorKind::StaleNetworkFileHandle
}

fn refuse_link(folder: &Path) -> Result<(), Error> {
    let found = fs::symlink_metadata(folder);
    if found.is_ok_and(|found| !found.is_dir()) {
        return Err(Error::RunFolder(experiment::Error::Format {
            path: folder.to_owned(),
            problem: "expected a folder of this sweep itself, found a link or a file; remove it"
                .into(),
        }));
    }
    Ok(())
}
