//! Claims: who is at work on which experiment, so that others take another.
//!
//! A claim is a hint. It is a file that only one process can create, whose time a thread renews. One
//! that was not renewed for long, by the clock of the file server, or whose process is known to be dead,
//! is stale, and may be taken over. Should two processes work on one experiment all the same, nothing is
//! lost but time, see [`Attempt`](crate::Attempt).

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
    sync::{
        Arc, Condvar, Mutex, MutexGuard,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use durable_fs::{optional, read_at_most};
use serde::{Deserialize, Serialize};

use crate::{
    clock::{ServerClock, touch},
    error::Error,
    folder::{SweepFolder, is_stale},
    owner::Owner,
};

/// Maximum size of a claim or a failure, in bytes.
pub(crate) const MAX_RECORD: u64 = 1 << 16;

/// How often claims are renewed, when they are stale, and how late another machine may see a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timings {
    /// A claim is renewed as often.
    pub heartbeat: Duration,
    /// A claim that was not renewed for longer is stale.
    pub stale_after: Duration,
    /// What another machine wrote is missing only if it is for that long.
    pub patience: Duration,
}

impl Timings {
    /// Claims renewed as often as `heartbeat`, which are stale after ten times as long; and patience for
    /// a third of it.
    pub fn with_heartbeat(heartbeat: Duration) -> Self {
        Timings {
            heartbeat,
            stale_after: 10 * heartbeat,
            patience: heartbeat / 3,
        }
    }
}

impl Default for Timings {
    /// 30 seconds, 5 minutes, 10 seconds.
    fn default() -> Self {
        Timings::with_heartbeat(Duration::from_secs(30))
    }
}

/// What a claim holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ClaimRecord {
    pub(crate) owner: Owner,
    /// When it was made, in seconds since 1970 by the clock of the file server.
    pub(crate) since: u64,
    /// No other claim has it.
    random: String,
}

/// The claim on an experiment.
pub(crate) fn path(sweep: &SweepFolder, number: usize) -> PathBuf {
    sweep.claims().join(number.to_string())
}

/// Reads a claim and its time; `None` if there is none. What is no claim, or was not written to its end, has
/// no record.
pub(crate) fn read(path: &Path) -> Result<Option<(Option<ClaimRecord>, SystemTime)>, Error> {
    let time = match fs::metadata(path).and_then(|found| found.modified()) {
        Err(reason) if reason.kind() == ErrorKind::NotFound || is_stale(&reason) => {
            return Ok(None);
        }
        time => time.map_err(|reason| Error::io("read", path, reason))?,
    };
    let Some(bytes) = optional(read_at_most(path, MAX_RECORD))? else {
        return Ok(None);
    };
    Ok(Some((serde_json::from_slice(&bytes).ok(), time)))
}

/// A time in seconds since 1970.
pub(crate) fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
}

/// The claims of this process, and the thread that renews them.
#[derive(Debug)]
pub struct Claims {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    sweep: SweepFolder,
    owner: Owner,
    timings: Timings,
    state: Mutex<HeldClaims>,
    /// Notified when the process no longer needs the thread.
    ended: Condvar,
}

#[derive(Debug)]
struct HeldClaims {
    clock: ServerClock,
    held: BTreeMap<usize, Held>,
    has_ended: bool,
}

#[derive(Debug)]
struct Held {
    file: File,
    content: Vec<u8>,
    is_lost: Arc<AtomicBool>,
}

/// What came of an attempt to claim an experiment.
#[derive(Debug)]
pub enum Claimed {
    /// It is this process's.
    Own(Claim),
    /// Somebody is at work on it.
    BySomebody,
}

/// The claim of this process on an experiment, released when it is dropped.
#[derive(Debug)]
pub struct Claim {
    number: usize,
    is_lost: Arc<AtomicBool>,
    shared: Arc<Shared>,
}

impl Claims {
    /// Starts the thread that renews claims of this process on experiments of `sweep`, which must be
    /// [`SweepFolder::prepare`]d.
    ///
    /// # Errors
    /// [`Error::File`]: a folder that cannot be written, or no thread.
    pub fn start(sweep: &SweepFolder, timings: Timings) -> Result<Self, Error> {
        let folder = sweep.claims();
        let clock = ServerClock::read(&folder).map_err(|e| Error::io("write in", &folder, e))?;
        let shared = Arc::new(Shared {
            sweep: sweep.clone(),
            owner: Owner::this(),
            timings,
            state: Mutex::new(HeldClaims {
                clock,
                held: BTreeMap::new(),
                has_ended: false,
            }),
            ended: Condvar::new(),
        });
        let renewing = Arc::clone(&shared);
        let thread = thread::Builder::new()
            .name("claims".into())
            .spawn(move || renewing.renew_until_ended())
            .map_err(|reason| Error::io("renew claims in", &folder, reason))?;
        Ok(Claims {
            shared,
            thread: Some(thread),
        })
    }

    /// This process.
    pub fn owner(&self) -> &Owner {
        &self.shared.owner
    }

    /// How often claims are renewed, and how patient readers are.
    pub fn timings(&self) -> Timings {
        self.shared.timings
    }

    /// Claims an experiment, taking over a stale claim.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn claim(&self, number: usize) -> Result<Claimed, Error> {
        let path = path(&self.shared.sweep, number);
        loop {
            match self.shared.create(number, &path) {
                Ok(claim) => return Ok(Claimed::Own(claim)),
                Err(reason) if reason.kind() == ErrorKind::AlreadyExists => {}
                Err(reason) => return Err(Error::io("write", &path, reason)),
            }
            let Some((record, time)) = read(&path)? else {
                // Released a moment ago.
                continue;
            };
            let age = self.shared.state().clock.age(time);
            let is_dead = record.is_some_and(|it| self.shared.owner.knows_dead(&it.owner));
            if !is_dead && age <= self.shared.timings.stale_after {
                return Ok(Claimed::BySomebody);
            }
            // One process only can move it away.
            let taken = tempfile::Builder::new()
                .prefix(&format!(".stale.{number}."))
                .tempdir_in(self.shared.sweep.claims())
                .map_err(|reason| Error::io("write in", &self.shared.sweep.claims(), reason))?;
            match fs::rename(&path, taken.path().join("claim")) {
                Err(reason) if reason.kind() != ErrorKind::NotFound => {
                    return Err(Error::io("move", &path, reason));
                }
                _ => {}
            }
        }
    }
}

impl Drop for Claims {
    fn drop(&mut self) {
        self.shared.state().has_ended = true;
        self.shared.ended.notify_all();
        if let Some(thread) = self.thread.take() {
            _ = thread.join();
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, HeldClaims> {
        self.state
            .lock()
            .expect("no thread panics while it holds this")
    }

    fn create(self: &Arc<Self>, number: usize, path: &Path) -> io::Result<Claim> {
        let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
        let random = std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), number);
        let record = ClaimRecord {
            owner: self.owner.clone(),
            since: seconds(self.state().clock.now()),
            random: format!("{random:016x}"),
        };
        let content = serde_json::to_vec(&record)?;
        let is_lost = Arc::new(AtomicBool::new(false));
        if let Err(reason) = file.write_all(&content) {
            _ = fs::remove_file(path);
            return Err(reason);
        }
        let held = Held {
            file,
            content,
            is_lost: Arc::clone(&is_lost),
        };
        self.state().held.insert(number, held);
        Ok(Claim {
            number,
            is_lost,
            shared: Arc::clone(self),
        })
    }

    fn renew_until_ended(&self) {
        let mut state = self.state();
        loop {
            let waited = self
                .ended
                .wait_timeout_while(state, self.timings.heartbeat, |state| !state.has_ended);
            state = waited.expect("no thread panics while it holds this").0;
            if state.has_ended {
                return;
            }
            // Two clocks may run at different speeds.
            if let Ok(clock) = ServerClock::read(&self.sweep.claims()) {
                state.clock = clock;
            }
            for (&number, held) in &state.held {
                if self.is_own(number, &held.content) {
                    _ = touch(&held.file);
                } else {
                    held.is_lost.store(true, Ordering::Relaxed);
                }
            }
        }
    }

    /// Whether the claim on an experiment has this content, as far as can be seen.
    fn is_own(&self, number: usize, content: &[u8]) -> bool {
        let found = optional(read_at_most(&path(&self.sweep, number), MAX_RECORD));
        found.map_or(true, |found| found.as_deref() == Some(content))
    }
}

impl Claim {
    /// Whether another process has taken it over, since this one was held up for long. What this one
    /// is doing will be done there.
    pub fn is_lost(&self) -> bool {
        self.is_lost.load(Ordering::Relaxed)
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        let held = self.shared.state().held.remove(&self.number);
        if held.is_some_and(|held| self.shared.is_own(self.number, &held.content)) {
            _ = fs::remove_file(path(&self.shared.sweep, self.number));
        }
    }
}
