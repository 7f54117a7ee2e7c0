use std::{
    fs::File,
    io::{self, BufReader, Cursor, Read},
    path::Path,
};

use flate2::bufread::MultiGzDecoder;

use crate::Problem;

/// An IDX file begins with two zeros, so these two bytes leave no doubt.
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Opens a file for its content, decompressed if it is gzip.
pub(crate) fn open(path: &Path) -> Result<Box<dyn Read>, Problem> {
    if path.is_dir() {
        return Err(Problem::Directory);
    }
    let file = File::open(path).map_err(opening)?;
    let mut start = Vec::new();
    (&file)
        .take(2)
        .read_to_end(&mut start)
        .map_err(Problem::Read)?;
    let compressed = start == GZIP_MAGIC;
    let whole = Cursor::new(start).chain(file);
    Ok(if compressed {
        Box::new(MultiGzDecoder::new(BufReader::with_capacity(
            1 << 18,
            whole,
        )))
    } else {
        Box::new(whole)
    })
}

fn opening(error: io::Error) -> Problem {
    match error.kind() {
        io::ErrorKind::NotFound => Problem::Missing,
        io::ErrorKind::PermissionDenied => Problem::Denied,
        _ => Problem::Read(error),
    }
}

/// The problem behind an error of the reader that [`open`] returned.
pub(crate) fn reading(error: io::Error) -> Problem {
    match error.kind() {
        // The system's errors have a number, the decompressor's have none.
        _ if error.raw_os_error().is_some() => Problem::Read(error),
        io::ErrorKind::UnexpectedEof => Problem::TruncatedGzip,
        io::ErrorKind::InvalidInput => Problem::DamagedGzip {
            reason: error.to_string(),
        },
        _ => Problem::Read(error),
    }
}
