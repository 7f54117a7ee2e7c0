//! Writes and reads the event files that TensorBoard shows: scalars and images, each at a step.
//!
//! - [`EventFile`]: a file of points that is continued, so that points which it has already are not
//!   written twice.
//! - [`read`]: the points of a file.
//!
//! The format is that of TensorFlow: a sequence of frames (length, checksum, record, checksum), each
//! record an `Event` in Protocol Buffers.
//!
//! Layers: event_file -> {frame, message} -> point
//!
//! ```
//! use event_file::{EventFile, Point, Value};
//!
//! let folder = tempfile::tempdir()?;
//! let path = folder.path().join("events.out.tfevents.example");
//! let points = [(1, 0.5), (2, 0.25)].map(|(step, loss)| Point {
//!     step,
//!     tag: "loss".into(),
//!     value: Value::Scalar(loss),
//! });
//! EventFile::open(&path)?.write(points.clone())?;
//! assert_eq!(event_file::read(&path)?, points);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![deny(missing_docs)]

mod event_file;
mod frame;
mod message;
mod point;

pub use event_file::{EventFile, read};
pub use point::{Image, Point, Value};
