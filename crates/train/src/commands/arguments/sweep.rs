//! The folder of a sweep, shared by the commands on it.

use std::{path::PathBuf, time::Duration};

use ::sweep::{SweepFolder, Timings};
use train::Error;

#[derive(clap::Args)]
pub struct SweepArgument {
    /// The folder that `train sweep` made, or a copy of it.
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// How often a process shows that it is alive, in seconds: one that does not for ten times as long is
    /// taken for dead. The same for all commands on a folder; for tests.
    #[arg(long, value_name = "SECONDS", hide = true)]
    heartbeat: Option<f64>,
}

impl SweepArgument {
    /// Reads the plan.
    pub fn open(&self) -> Result<SweepFolder, Error> {
        Ok(SweepFolder::open(&self.folder, Duration::ZERO)?)
    }

    /// Reads a plan that another machine may have written a moment ago.
    pub fn open_patiently(&self) -> Result<SweepFolder, Error> {
        Ok(SweepFolder::open(&self.folder, self.timings().patience)?)
    }

    /// How often claims are renewed, and the like.
    pub fn timings(&self) -> Timings {
        let heartbeat = self
            .heartbeat
            .and_then(|s| Duration::try_from_secs_f64(s).ok());
        heartbeat.map_or_else(Timings::default, Timings::with_heartbeat)
    }
}
