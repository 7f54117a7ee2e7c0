//! The content of a file, decompressed if it is gzip.

use std::{
    io::{self, BufReader, Cursor, Read},
    path::Path,
};

use flate2::bufread::MultiGzDecoder;

use crate::error::Problem;

/// The first two bytes of a gzip stream. An IDX file begins with two zeros.
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Decompression-bomb limit: a stream may expand at most this many times. Images expand far less,
/// zeros alone 1,000 times.
const MAX_EXPANSION: u64 = 200;

/// Bytes that even the smallest gzip stream may expand to, for example the blank images of a test.
const ALWAYS_ALLOWED: u64 = 64 << 20;

/// Opens a file for reading, through a decompressor if it is gzip. Also returns the maximum number of
/// bytes that its header may declare.
pub(crate) fn open(path: &Path) -> Result<(Box<dyn Read>, u64), Problem> {
    let file = durable_fs::open(path).map_err(|error| error.problem)?;
    let size = file.metadata().map_err(system)?.len();
    let mut start = Vec::new();
    (&file).take(2).read_to_end(&mut start).map_err(system)?;
    let compressed = start == GZIP_MAGIC;
    let whole = Cursor::new(start).chain(file);
    if !compressed {
        return Ok((Box::new(whole), u64::MAX));
    }
    let content = MultiGzDecoder::new(BufReader::with_capacity(1 << 18, whole));
    let max = size.saturating_mul(MAX_EXPANSION).max(ALWAYS_ALLOWED);
    Ok((Box::new(content), max))
}

/// The problem behind an error of the reader that [`open`] returned.
pub(crate) fn reading(error: io::Error) -> Problem {
    match error.kind() {
        // Only errors of the system have a number.
        _ if error.raw_os_error().is_some() => system(error),
        io::ErrorKind::UnexpectedEof => Problem::TruncatedGzip,
        io::ErrorKind::InvalidInput => Problem::DamagedGzip {
            reason: error.to_string(),
        },
        _ => system(error),
    }
}

fn system(reason: io::Error) -> Problem {
    let operation = "read";
    Problem::File(durable_fs::Problem::Io { operation, reason })
}
