//! Reading IDX files.

use std::{io::Read, path::Path};

use durable_fs::Sha256Reader;

use crate::{
    array::{Elements, IdxArray, byte_count},
    content,
    element_type::ElementType,
    error::{Error, Problem},
};

/// Maximum number of bytes that are allocated before any of them is read: enough for the training
/// images of MNIST, and little enough for a header that declares more than its file has.
const MAX_RESERVATION: usize = 64 << 20;

/// Reads an IDX file of any rank and element type, plain or gzip according to its content.
///
/// # Errors
/// A file that cannot be read, is not IDX, or is shorter or longer than its dimensions declare; a
/// gzip stream that declares more than 200 times its own size and more than 64 MiB.
pub fn read(path: &Path) -> Result<IdxArray, Error> {
    read_at_most(path, u64::MAX)
}

/// Like [`read`], for a file of at most `max` bytes of data.
///
/// # Errors
/// Those of [`read`]; [`Problem::TooLarge`], before any data is read.
pub fn read_at_most(path: &Path, max: u64) -> Result<IdxArray, Error> {
    content::open(path)
        .and_then(|(mut content, allowed)| parse(&mut content, max.min(allowed)))
        .map_err(|problem| problem.at(path))
}

/// Like [`read`]; also returns the SHA-256 of the content, as [`catalog::content_sha256`] does, from
/// the same pass over the file.
///
/// # Errors
/// Those of [`read`].
///
/// [`catalog::content_sha256`]: crate::catalog::content_sha256
pub fn read_with_digest(path: &Path) -> Result<(IdxArray, String), Error> {
    read_with_digest_at_most(path, u64::MAX)
}

/// Like [`read_with_digest`], for a file of at most `max` bytes of data.
///
/// # Errors
/// Those of [`read`]; [`Problem::TooLarge`], before any data is read.
pub fn read_with_digest_at_most(path: &Path, max: u64) -> Result<(IdxArray, String), Error> {
    let read = || {
        let (content, allowed) = content::open(path)?;
        let mut content = Sha256Reader::new(content);
        let array = parse(&mut content, max.min(allowed))?;
        Ok((array, content.sha256()))
    };
    read().map_err(|problem: Problem| problem.at(path))
}

/// The first `count` bytes of the content of a file, decompressed if it is gzip, or all if there are
/// fewer: for the kind of a file that may not be IDX.
///
/// # Errors
/// A file that cannot be read; a gzip stream that is truncated or damaged before.
pub fn first_bytes(path: &Path, count: usize) -> Result<Vec<u8>, Error> {
    let read = || {
        let (content, _) = content::open(path)?;
        let mut bytes = Vec::new();
        content
            .take(count as u64)
            .read_to_end(&mut bytes)
            .map_err(content::reading)?;
        Ok(bytes)
    };
    read().map_err(|problem: Problem| problem.at(path))
}

fn parse(content: &mut impl Read, max: u64) -> Result<IdxArray, Problem> {
    let header = match take(content, "header", 4) {
        Err(Problem::Truncated { found: 0, .. }) => return Err(Problem::Empty),
        header => header?,
    };
    if header[..2] != [0, 0] {
        return Err(Problem::Magic {
            found: [header[0], header[1]],
        });
    }
    let element_type = ElementType::ALL
        .into_iter()
        .find(|element_type| element_type.code() == header[2])
        .ok_or(Problem::ElementType { found: header[2] })?;
    let dimensions = take(content, "dimensions", 4 * usize::from(header[3]))?;
    let shape: Vec<usize> = dimensions
        .as_chunks()
        .0
        .iter()
        .map(|&size| u32::from_be_bytes(size) as usize)
        .collect();
    let expected = byte_count(&shape, element_type)?;
    if expected as u64 > max {
        let declared = expected;
        return Err(Problem::TooLarge { max, declared });
    }
    let bytes = take(content, "data", expected)?;

    // Reading beyond the end also verifies the checksum of a gzip stream.
    let mut beyond = Vec::new();
    content
        .take(1)
        .read_to_end(&mut beyond)
        .map_err(content::reading)?;
    if !beyond.is_empty() {
        return Err(Problem::Trailing { expected });
    }
    Ok(IdxArray::new(
        shape,
        Elements::from_big_endian(element_type, bytes),
    )?)
}

fn take(content: &mut impl Read, part: &'static str, expected: usize) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::with_capacity(expected.min(MAX_RESERVATION));
    match content.take(expected as u64).read_to_end(&mut bytes) {
        Ok(_) if bytes.len() == expected => Ok(bytes),
        Ok(_) => Err(Problem::Truncated {
            part,
            expected,
            found: bytes.len(),
        }),
        Err(error) => Err(content::reading(error)),
    }
}
