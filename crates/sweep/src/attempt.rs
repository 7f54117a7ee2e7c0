//! An attempt at an experiment: it writes in a folder of its own, and appears by one rename.
//!
//! The folder is `attempts/NUMBER.HOST.PID.RANDOM/ID`, and laid out like the results of the experiment.
//! An attempt that ends early leaves its checkpoint there. The next one, on whichever machine, copies the
//! newest and resumes from it: it shares no file with an attempt that may still be at work.

use std::{
    ffi::OsStr,
    fs::{self, File, Permissions},
    io::{self, ErrorKind},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use durable_fs::{open, write_atomically_with};
use experiment::ExperimentFolder;

use crate::{
    error::Error,
    failure::FailureRecord,
    folder::{SweepFolder, is_stale},
    owner::Owner,
};

/// Earlier attempts of which a new one resumes the newest; the second is left in case that is damaged.
const KEPT: usize = 2;

/// How often results that appeared meanwhile are looked at before publishing fails.
const TRIES: usize = 5;

/// How an attempt begins.
#[derive(Debug)]
pub enum Begun {
    /// With a folder to compute in.
    Attempt(Attempt),
    /// An earlier attempt had come to its end, and its results were published.
    Published,
}

/// What came of publishing an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Published {
    /// Its results are there.
    Own,
    /// Those of another attempt were there, and this one was thrown away.
    Another,
}

/// An attempt at an experiment.
#[derive(Debug)]
pub struct Attempt {
    number: usize,
    private: PathBuf,
    folder: ExperimentFolder,
    resumed: Option<PathBuf>,
}

impl Attempt {
    /// Begins an attempt by `owner` at experiment `number`, with the newest checkpoint of an earlier
    /// attempt if there is one.
    ///
    /// # Errors
    /// A folder or a file that cannot be read or written.
    pub fn begin(sweep: &SweepFolder, number: usize, owner: &Owner) -> Result<Begun, Error> {
        let attempts = sweep.attempts();
        let failed = |reason| Error::io("write in", &attempts, reason);
        let experiment = &sweep.plan().experiments()[number];
        let id = &experiment.id;
        let training = experiment.method.training();
        let keeps_state = training.is_some_and(|training| training.keep_state);
        let mut checkpoints: Vec<(SystemTime, PathBuf)> = Vec::new();
        for earlier in of_experiment(&attempts, number)? {
            let folder = ExperimentFolder::at(earlier.join(id));
            if folder.has_seal() && folder.is_sealed().is_ok() {
                // Its process may have ended before it removed the checkpoint.
                if !keeps_state {
                    _ = fs::remove_file(folder.resume_path());
                }
                let attempt = Attempt {
                    number,
                    private: earlier,
                    folder,
                    resumed: None,
                };
                attempt.publish(sweep, Duration::ZERO)?;
                return Ok(Begun::Published);
            }
            match fs::metadata(folder.resume_path()).and_then(|found| found.modified()) {
                Ok(time) => checkpoints.push((time, earlier)),
                // It ended before its first checkpoint.
                Err(_) => remove(&earlier),
            }
        }
        checkpoints.sort();
        checkpoints.reverse();
        for (_, old) in checkpoints.iter().skip(KEPT) {
            remove(old);
        }

        let host: String = owner.host.chars().take(32).map(letter).collect();
        let private = tempfile::Builder::new()
            .prefix(&format!("{number}.{host}.{}.", owner.pid))
            .permissions(Permissions::from_mode(0o777))
            .tempdir_in(&attempts)
            .map_err(failed)?;
        let folder = ExperimentFolder::at(private.path().join(id));
        fs::create_dir(folder.path()).map_err(failed)?;
        let mut resumed = None;
        for (_, earlier) in checkpoints.into_iter().take(KEPT) {
            if copy_state(&ExperimentFolder::at(earlier.join(id)), &folder).is_ok() {
                resumed = Some(earlier);
                break;
            }
        }
        Ok(Begun::Attempt(Attempt {
            number,
            private: private.keep(),
            folder,
            resumed,
        }))
    }

    /// Where the experiment is computed.
    pub fn folder(&self) -> &ExperimentFolder {
        &self.folder
    }

    /// Throws away this attempt and the one that it resumed from, whose checkpoint proved unusable.
    /// Returns whether there was one.
    pub fn reject_checkpoint(self) -> bool {
        let is_resumed = self.resumed.is_some();
        self.resumed.iter().for_each(|earlier| remove(earlier));
        self.discard();
        is_resumed
    }

    /// Throws it away.
    pub fn discard(self) {
        remove(&self.private);
    }

    /// Publishes the results, which must be sealed, by one rename, unless those of another attempt are
    /// there, which another machine may have published up to `patience` ago. Then removes every other
    /// attempt at the experiment.
    ///
    /// # Errors
    /// A folder that cannot be written. The attempt is kept then.
    pub fn publish(self, sweep: &SweepFolder, patience: Duration) -> Result<Published, Error> {
        let results = sweep.results(self.number);
        let parent = results.path().parent().expect("a folder of experiments");
        let failed = |reason| Error::io("publish", results.path(), reason);
        fs::create_dir_all(parent).map_err(failed)?;
        let mut tries = 0..TRIES;
        let published = loop {
            match fs::rename(self.folder.path(), results.path()) {
                Ok(()) => {
                    sync_folder(parent).map_err(failed)?;
                    break Published::Own;
                }
                Err(reason) => {
                    // The folder of the results may be seen before what is in it.
                    let is_there = sweep.is_done_soon(self.number, patience);
                    if is_there && results.is_sealed().is_ok() {
                        break Published::Another;
                    }
                    if tries.next().is_none() || !is_in_the_way(&reason) {
                        return Err(failed(reason));
                    }
                    self.move_away(results.path())?;
                }
            }
        };
        FailureRecord::remove(sweep, self.number)?;
        for attempt in of_experiment(&sweep.attempts(), self.number)? {
            remove(&attempt);
        }
        Ok(published)
    }

    /// Removes attempts and claims on experiments whose results are there, which a process that was killed
    /// after it had published them left, as far as that is possible.
    pub fn remove_superfluous(sweep: &SweepFolder) {
        let known = 0..sweep.plan().len();
        for folder in [sweep.attempts(), sweep.claims()] {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                let name = entry.file_name();
                let number = name.to_str().and_then(|name| name.split('.').next());
                let number = number.and_then(|number| number.parse().ok());
                if number.is_some_and(|number| known.contains(&number) && sweep.is_done(number)) {
                    remove(&entry.path());
                    _ = fs::remove_file(entry.path());
                }
            }
        }
    }

    /// Moves damaged results into this attempt, which is removed later.
    fn move_away(&self, results: &Path) -> Result<(), Error> {
        let aside = tempfile::tempdir_in(&self.private)
            .map_err(|reason| Error::io("write in", &self.private, reason))?;
        match fs::rename(results, aside.keep().join("damaged")) {
            Err(reason) if reason.kind() != ErrorKind::NotFound => {
                Err(Error::io("move", results, reason))
            }
            _ => Ok(()),
        }
    }
}

/// Whether a rename failed because there is something already.
fn is_in_the_way(reason: &io::Error) -> bool {
    use ErrorKind::{AlreadyExists, DirectoryNotEmpty, NotADirectory};
    matches!(
        reason.kind(),
        AlreadyExists | DirectoryNotEmpty | NotADirectory
    )
}

/// The folders of all attempts at an experiment.
fn of_experiment(attempts: &Path, number: usize) -> Result<Vec<PathBuf>, Error> {
    let prefix = format!("{number}.");
    let is_own = |name: &OsStr| name.to_str().is_some_and(|name| name.starts_with(&prefix));
    let read = || -> io::Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(attempts)? {
            let entry = entry?;
            if is_own(&entry.file_name()) && entry.file_type()?.is_dir() {
                found.push(entry.path());
            }
        }
        Ok(found)
    };
    read().map_err(|reason| Error::io("read", attempts, reason))
}

/// Copies the checkpoint of an attempt that may be at work. It is opened before the metrics are read, which
/// then have at least its steps (those after it are left out when a training resumes), and written after
/// all else: a copy that is not whole has none.
fn copy_state(from: &ExperimentFolder, to: &ExperimentFolder) -> Result<(), durable_fs::Error> {
    let copy = |mut content: File, to: &Path| {
        write_atomically_with(to, |copy| io::copy(&mut content, copy).map(|_| ()))
    };
    let checkpoint = open(&from.resume_path())?;
    for file in ["experiment.json", "machine.json", "metrics.jsonl"] {
        copy(open(&from.path().join(file))?, &to.path().join(file))?;
    }
    copy(checkpoint, &to.resume_path())
}

/// Removes the folder of an attempt, as far as that is possible: nobody needs it any more.
fn remove(attempt: &Path) {
    _ = fs::remove_dir_all(attempt);
}

/// Makes what was renamed into a folder durable. Some file systems of clusters cannot.
fn sync_folder(folder: &Path) -> io::Result<()> {
    match File::open(folder).and_then(|folder| folder.sync_all()) {
        Err(reason) if reason.kind() == ErrorKind::InvalidInput || is_stale(&reason) => Ok(()),
        result => result,
    }
}

fn letter(character: char) -> char {
    if character.is_ascii_alphanumeric() {
        character
    } else {
        '-'
    }
}
