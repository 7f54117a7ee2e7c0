//! The clock of the file server. The clocks of several machines can differ by minutes, but the times of
//! files in one folder come from one clock: ages are compared with the time of a file just written.

use std::{
    io,
    path::Path,
    time::{Duration, Instant, SystemTime},
};

use rustix::fs::{Timespec, Timestamps, UTIME_NOW, futimens};

/// The time of a file server, as far as this process knows it.
#[derive(Clone, Copy, Debug)]
pub struct ServerClock {
    read: SystemTime,
    at: Instant,
}

impl ServerClock {
    /// Reads the clock by a file that is written into `folder` and removed.
    pub fn read(folder: &Path) -> io::Result<Self> {
        let file = tempfile::Builder::new()
            .prefix(".now.")
            .tempfile_in(folder)?;
        touch(file.as_file())?;
        Ok(ServerClock {
            read: file.as_file().metadata()?.modified()?,
            at: Instant::now(),
        })
    }

    /// The clock of this machine, for a folder in which nothing can be written.
    pub fn local() -> Self {
        ServerClock {
            read: SystemTime::now(),
            at: Instant::now(),
        }
    }

    /// The time now.
    pub fn now(&self) -> SystemTime {
        self.read + self.at.elapsed()
    }

    /// How long ago `time` was; zero if it is yet to come.
    pub fn age(&self, time: SystemTime) -> Duration {
        self.now().duration_since(time).unwrap_or_default()
    }
}

/// Sets the time of a file to the server's present.
pub fn touch(file: &std::fs::File) -> io::Result<()> {
    let now = Timespec {
        tv_sec: 0,
        tv_nsec: UTIME_NOW,
    };
    let times = Timestamps {
        last_access: now,
        last_modification: now,
    };
    Ok(futimens(file, &times)?)
}
