use std::{io::Read, path::Path};

use durable_fs::Sha256Reader;

use crate::{ElementType, Elements, Error, IdxArray, Problem, array::byte_count, content};

/// Memory is set aside for at most so many bytes before any of them is seen: enough for the
/// training images of MNIST in one piece, and little enough for a header that lies.
const FIRST_RESERVATION: usize = 64 << 20;

/// Reads an IDX file of any rank and element type, plain or gzip, told by its content.
///
/// # Errors
/// A file that cannot be read, is not IDX, or ends before or after where its dimensions say; a gzip
/// stream of more than 64 MiB whose dimensions say that it holds over 200 times its own size.
pub fn read(path: &Path) -> Result<IdxArray, Error> {
    read_at_most(path, u64::MAX)
}

/// As [`read`], for a file that cannot hold more than `most` bytes of data.
///
/// # Errors
/// Those of [`read`]; [`Problem::TooLarge`], before anything of that size is read.
pub fn read_at_most(path: &Path, most: u64) -> Result<IdxArray, Error> {
    content::open(path)
        .and_then(|(mut content, allowed)| parse(&mut content, most.min(allowed)))
        .map_err(|problem| problem.at(path))
}

/// As [`read`]; also the SHA-256 of the content as [`catalog::content_sha256`] gives it, from the
/// same reading.
///
/// # Errors
/// Those of [`read`].
///
/// [`catalog::content_sha256`]: crate::catalog::content_sha256
pub fn read_with_digest(path: &Path) -> Result<(IdxArray, String), Error> {
    let read = || {
        let (content, most) = content::open(path)?;
        let mut content = Sha256Reader::new(content);
        let array = parse(&mut content, most)?;
        Ok((array, content.sha256()))
    };
    read().map_err(|problem: Problem| problem.at(path))
}

fn parse(content: &mut impl Read, most: u64) -> Result<IdxArray, Problem> {
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
    if expected as u64 > most {
        return Err(Problem::TooLarge { most, expected });
    }
    let bytes = take(content, "data", expected)?;

    // Asking for one byte more also has the checksum of a gzip stream verified.
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
    let mut bytes = Vec::with_capacity(expected.min(FIRST_RESERVATION));
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
