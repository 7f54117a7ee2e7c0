//! An event file that is continued, and the points of a file.
//!
//! Whoever computes the same points again, after an interruption or for a file that is complete, writes
//! all of them again: those that the file begins with stay as they are, with their times. So no point is
//! doubled or lost, and a TensorBoard that has the file open reads on where it was.

use std::{
    collections::VecDeque,
    fs::{self, File},
    io::{Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    time::SystemTime,
};

use durable_fs::{Error, optional, read_at_most};
use prost::Message;

use crate::{frame, message::Event, point::Point};

/// Maximum size of a file in bytes.
const MAX_FILE: u64 = 1 << 28;

/// An event file in progress.
#[derive(Debug)]
pub struct EventFile {
    path: PathBuf,
    file: File,
    /// The records that it has and that were not written again yet, each with the position after it.
    found: VecDeque<(Event, u64)>,
    /// The position after the last record that was written.
    end: u64,
}

impl EventFile {
    /// Opens the file at `path`, whose folder is created if needed. What it has is kept as far as the
    /// same is written again.
    ///
    /// # Errors
    /// A file that cannot be read or written.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let found = events(path)?;
        let open = || {
            fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
            File::options()
                .write(true)
                .create(true)
                .truncate(false)
                .open(path)
        };
        let mut file = EventFile {
            path: path.to_owned(),
            file: open().map_err(|error| Error::io("write", path, error))?,
            found: found.into(),
            end: 0,
        };
        file.write_events([Event::version()])?;
        Ok(file)
    }

    /// Writes the next points.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn write(&mut self, points: impl IntoIterator<Item = Point>) -> Result<(), Error> {
        self.write_events(points.into_iter().map(Event::of))
    }

    /// Removes what the file has after the last point that was written.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn finish(self) -> Result<(), Error> {
        let cut = self.file.set_len(self.end);
        cut.map_err(|error| Error::io("write", &self.path, error))
    }

    fn write_events(&mut self, events: impl IntoIterator<Item = Event>) -> Result<(), Error> {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let wall_time = now.unwrap_or_default().as_secs_f64();
        let mut new = Vec::new();
        for mut event in events {
            match self.found.pop_front() {
                Some((found, end)) if found.says_the_same_as(&event) => self.end = end,
                _ => {
                    self.found.clear();
                    event.wall_time = wall_time;
                    frame::append(&event.encode_to_vec(), &mut new);
                }
            }
        }
        if new.is_empty() {
            return Ok(());
        }
        let mut write = || {
            self.file.set_len(self.end)?;
            self.file.seek(SeekFrom::Start(self.end))?;
            self.file.write_all(&new)
        };
        write().map_err(|error| Error::io("write", &self.path, error))?;
        self.end += new.len() as u64;
        Ok(())
    }
}

/// The points of the file at `path`, up to the first that is incomplete or damaged; none without such a
/// file.
///
/// # Errors
/// A file that cannot be read.
pub fn read(path: &Path) -> Result<Vec<Point>, Error> {
    let events = events(path)?.into_iter();
    Ok(events.flat_map(|(event, _)| event.into_points()).collect())
}

/// The records of the file at `path`, each with the position after it.
fn events(path: &Path) -> Result<Vec<(Event, u64)>, Error> {
    let bytes = optional(read_at_most(path, MAX_FILE))?.unwrap_or_default();
    let records = frame::records(&bytes);
    Ok(records
        .map_while(|(record, end)| Some((Event::decode(record).ok()?, end as u64)))
        .collect())
}
