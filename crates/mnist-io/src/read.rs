//! Reading IDX files, whole or some elements at a time.

use std::{
    io::{self, Read},
    path::{Path, PathBuf},
};

use durable_fs::Sha256Reader;

use crate::{
    array::{Elements, IdxArray, byte_count},
    content,
    element_type::ElementType,
    error::{Error, Problem},
    kind::Kind,
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
/// Those of [`read`]; [`Problem::TooLarge`], by its header.
pub fn read_at_most(path: &Path, max: u64) -> Result<IdxArray, Error> {
    let (content, allowed) = content::open(path).map_err(|problem| problem.at(path))?;
    IdxReader::new(path, content, max.min(allowed))?.read_all()
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
    let (content, allowed) = content::open(path).map_err(|problem| problem.at(path))?;
    let mut reader = IdxReader::new(path, Sha256Reader::new(content), max.min(allowed))?;
    let array = reader.read_all()?;
    Ok((array, reader.content.sha256()))
}

/// The kind of a file by its first bytes, decompressed if it is gzip.
///
/// # Errors
/// A file that cannot be read; a gzip stream that is truncated or damaged before.
pub fn kind(path: &Path) -> Result<Kind, Error> {
    let kind = || {
        let (mut content, _) = content::open(path)?;
        Ok(Kind::of_content(&up_to(&mut content, Kind::SNIFFED)?))
    };
    kind().map_err(|problem: Problem| problem.at(path))
}

/// An IDX file whose elements are read some at a time: files of any size need little memory.
pub struct IdxReader<R = Box<dyn Read>> {
    path: PathBuf,
    content: R,
    element_type: ElementType,
    shape: Vec<usize>,
    /// Bytes of data according to the dimensions.
    expected: usize,
    /// Bytes of data that were read.
    found: usize,
}

impl IdxReader {
    /// Opens a file of any rank and element type, plain or gzip according to its content, and reads
    /// its header.
    ///
    /// # Errors
    /// A file that cannot be read or is not IDX; a gzip stream that declares more than 200 times its
    /// own size and more than 64 MiB.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let (content, allowed) = content::open(path).map_err(|problem| problem.at(path))?;
        IdxReader::new(path, content, allowed)
    }
}

impl<R: Read> IdxReader<R> {
    fn new(path: &Path, mut content: R, max: u64) -> Result<Self, Error> {
        let (element_type, shape) = header(&mut content).map_err(|problem| problem.at(path))?;
        let declared = byte_count(&shape, element_type).map_err(Problem::Shape);
        let expected = declared.and_then(|declared| {
            if declared as u64 > max {
                return Err(Problem::TooLarge { max, declared });
            }
            Ok(declared)
        });
        let expected = expected.map_err(|problem| {
            let swapped = swapped_count(&shape, element_type).unwrap_or(u64::MAX);
            let mut rest = (&mut content).take(swapped.min(max).saturating_add(1));
            let found = io::copy(&mut rest, &mut io::sink());
            let is_swapped = found.is_ok_and(|found| found == swapped);
            if is_swapped { LITTLE_ENDIAN } else { problem }.at(path)
        })?;
        Ok(IdxReader {
            path: path.to_owned(),
            content,
            element_type,
            shape,
            expected,
            found: 0,
        })
    }

    /// The dimensions of the array, the slowest first.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The next `count` elements, or all that are left if there are fewer.
    ///
    /// # Errors
    /// A file that is shorter than its dimensions declare, or that is longer, when the last element
    /// was read; a damaged gzip stream.
    pub fn read(&mut self, count: usize) -> Result<Elements, Error> {
        let wanted = count.saturating_mul(self.element_type.size());
        let bytes = self.bytes(wanted.min(self.expected - self.found));
        let bytes = bytes.map_err(|problem| problem.at(&self.path))?;
        Ok(Elements::from_big_endian(self.element_type, bytes))
    }

    fn read_all(&mut self) -> Result<IdxArray, Error> {
        let elements = self.read(usize::MAX)?;
        IdxArray::new(self.shape.clone(), elements)
            .map_err(|error| Problem::Shape(error).at(&self.path))
    }

    fn bytes(&mut self, wanted: usize) -> Result<Vec<u8>, Problem> {
        let bytes = up_to(&mut self.content, wanted)?;
        self.found += bytes.len();
        if bytes.len() < wanted {
            if swapped_count(&self.shape, self.element_type) == Some(self.found as u64) {
                return Err(LITTLE_ENDIAN);
            }
            return Err(Problem::Truncated {
                part: "data",
                expected: self.expected,
                found: self.found,
            });
        }
        // Reading beyond the end also verifies the checksum of a gzip stream.
        if self.found == self.expected && !up_to(&mut self.content, 1)?.is_empty() {
            let expected = self.expected;
            return Err(Problem::Trailing { expected });
        }
        Ok(bytes)
    }
}

/// The sizes, or everything, are in the order of bytes of most processors instead of the format's.
const LITTLE_ENDIAN: Problem = Problem::NotIdx {
    found: Kind::LittleEndianIdx,
};

/// Bytes of data according to the dimensions, if their bytes are in the wrong order.
fn swapped_count(shape: &[usize], element_type: ElementType) -> Option<u64> {
    let swapped = shape
        .iter()
        .map(|&size| (size as u32).swap_bytes() as usize);
    let count = byte_count(&swapped.collect::<Vec<_>>(), element_type);
    Some(count.ok()? as u64)
}

/// The element type and the dimensions.
fn header(content: &mut impl Read) -> Result<(ElementType, Vec<usize>), Problem> {
    let header = match take(content, "header", 4) {
        Err(Problem::Truncated { found: 0, .. }) => return Err(Problem::Empty),
        header => header?,
    };
    if header[..2] != [0, 0] {
        let rest = up_to(content, Kind::SNIFFED - header.len())?;
        let found = Kind::of_content(&[header, rest].concat());
        return Err(Problem::NotIdx { found });
    }
    let element_type = ElementType::ALL
        .into_iter()
        .find(|element_type| element_type.code() == header[2])
        .ok_or(Problem::ElementType { found: header[2] })?;
    let dimensions = take(content, "dimensions", 4 * usize::from(header[3]))?;
    let shape = dimensions
        .as_chunks()
        .0
        .iter()
        .map(|&size| u32::from_be_bytes(size) as usize)
        .collect();
    Ok((element_type, shape))
}

fn take(content: &mut impl Read, part: &'static str, expected: usize) -> Result<Vec<u8>, Problem> {
    let bytes = up_to(content, expected)?;
    if bytes.len() < expected {
        return Err(Problem::Truncated {
            part,
            expected,
            found: bytes.len(),
        });
    }
    Ok(bytes)
}

/// The next `count` bytes, or fewer at the end.
fn up_to(content: &mut impl Read, count: usize) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::with_capacity(count.min(MAX_RESERVATION));
    let read = content.take(count as u64).read_to_end(&mut bytes);
    read.map_err(content::reading)?;
    Ok(bytes)
}
