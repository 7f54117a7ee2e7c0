//! The arguments that say how many experiments and threads compute at a time.

use tch::Device;
use train::run::queue::{MAX_THREADS, Options};

/// How much computes at a time. No result depends on it.
#[derive(clap::Args)]
pub struct ThreadArguments {
    /// Experiments at a time; the results are the same for any number [default: one per thread on the
    /// CPU, one on a GPU].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    /// Threads that compute, at least one per experiment at a time; those without an experiment help
    /// the others. The results are the same for any number [default: one per processor].
    #[arg(long, value_name = "N",
          value_parser = clap::value_parser!(u16).range(1..=i64::from(MAX_THREADS)))]
    threads: Option<u16>,
}

impl ThreadArguments {
    /// The options of a run on `device`, without event files.
    pub fn options(&self, device: Device) -> Options {
        Options::new(self.jobs, self.threads, device)
    }
}
