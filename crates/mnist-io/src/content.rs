//! The content of a file, decompressed if it is gzip.

use std::{
    io::{self, BufRead, BufReader, Cursor, Read},
    path::Path,
};

use flate2::bufread::GzDecoder;

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
    let content = Members {
        member: Some(GzDecoder::new(BufReader::with_capacity(1 << 18, whole))),
    };
    let max = size.saturating_mul(MAX_EXPANSION).max(ALWAYS_ALLOWED);
    Ok((Box::new(content), max))
}

/// What the members of a gzip file hold, one after the other. Zeros after the last one, which tapes and
/// some downloads fill a block with, are ignored, as gzip does.
struct Members<R> {
    member: Option<GzDecoder<R>>,
}

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            let count = member.read(buffer)?;
            if count > 0 || buffer.is_empty() {
                return Ok(count);
            }
            let after = self.member.take().map(GzDecoder::into_inner);
            self.member = after
                .map(skip_zeros)
                .transpose()?
                .flatten()
                .map(GzDecoder::new);
        }
        Ok(0)
    }
}

/// What follows after zeros, if anything does.
fn skip_zeros<R: BufRead>(mut content: R) -> io::Result<Option<R>> {
    loop {
        let bytes = content.fill_buf()?;
        let (count, is_end) = (bytes.len(), bytes.is_empty());
        match bytes.iter().position(|byte| *byte != 0) {
            _ if is_end => return Ok(None),
            Some(zeros) => {
                content.consume(zeros);
                return Ok(Some(content));
            }
            None => content.consume(count),
        }
    }
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
