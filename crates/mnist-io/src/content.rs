use std::{
    io::{self, BufReader, Cursor, Read},
    path::Path,
};

use flate2::bufread::MultiGzDecoder;

use crate::Problem;

/// An IDX file begins with two zeros, so these two bytes leave no doubt.
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// A gzip stream that holds more than so many times its own size is none that images make, but a
/// small file that fills the memory. Zeros alone give 1,000 times.
const MOST_EXPANSION: u64 = 200;

/// So much may come out of the smallest gzip stream: blank images in a test, say.
const ALWAYS_ALLOWED: u64 = 64 << 20;

/// Opens a file for its content, decompressed if it is gzip. Also gives how many bytes of content a
/// header may declare.
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
    let most = size.saturating_mul(MOST_EXPANSION).max(ALWAYS_ALLOWED);
    Ok((Box::new(content), most))
}

/// The problem behind an error of the reader that [`open`] returned.
pub(crate) fn reading(error: io::Error) -> Problem {
    match error.kind() {
        // The system's errors have a number, the decompressor's have none.
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
