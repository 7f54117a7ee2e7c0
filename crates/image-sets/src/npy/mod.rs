//! Arrays as NumPy saves them (`.npy`): numbers of any type, byte order and memory order.
//!
//! The format: <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>. The crate
//! `npyz` reads it too, but panics where the sizes of a shape overflow, and reserves whatever a header
//! declares.

use std::{
    fs::File,
    io::{self, BufReader, Read},
    path::Path,
};

use durable_fs::Sha256Reader;
use header::{Header, damaged};

use mnist_io::Kind;

use crate::{
    array::{self, Array, Values},
    error::{Error, Problem},
    listing,
};

mod header;

/// Maximum length of a header in bytes: that of NumPy.
const MAX_HEADER: u64 = 10_000;

/// Maximum number of bytes that are allocated before any of them is read.
const MAX_RESERVATION: u64 = 64 << 20;

/// Reads a `.npy` file, with the SHA-256 of its bytes.
///
/// # Errors
/// Those of [`open`]; more numbers than a set may have; a file that is longer than its shape.
pub(crate) fn read_file(path: &Path) -> Result<(Array, String), Error> {
    let mut reader = open(path, Sha256Reader::new)?;
    let array = reader.read_all().map_err(|problem| problem.at(path))?;
    Ok((array, reader.content.sha256()))
}

/// Opens a `.npy` file, whose bytes go through `digest`.
///
/// # Errors
/// A file that cannot be read, is of another kind, is damaged, is shorter than its shape, or holds
/// something else than numbers.
pub(crate) fn open<R: Read>(
    path: &Path,
    digest: impl FnOnce(BufReader<File>) -> R,
) -> Result<NpyReader<R>, Error> {
    listing::expect_kind(path, Kind::Npy, "a NumPy array (.npy)")?;
    let file: File = durable_fs::open(path)?;
    let size = file
        .metadata()
        .map_err(|reason| durable_fs::Error::io("read", path, reason))?
        .len();
    let accept = |start: u64, declared: u64| {
        let found = size.saturating_sub(start);
        if declared <= found {
            return Ok(());
        }
        Err(Problem::Truncated {
            part: "data",
            expected: declared,
            found,
        })
    };
    NpyReader::new(digest(BufReader::new(file)), accept).map_err(|problem| problem.at(path))
}

/// An array whose numbers are read some at a time.
pub(crate) struct NpyReader<R> {
    content: R,
    header: Header,
    /// Bytes of data according to the header.
    expected: u64,
    /// Bytes of data that were read.
    found: u64,
}

impl<R: Read> NpyReader<R> {
    /// Reads the header. `accept` may refuse the number of bytes of data that it declares, which is
    /// the second argument; the first is that of the bytes before.
    pub(crate) fn new(
        mut content: R,
        accept: impl FnOnce(u64, u64) -> Result<(), Problem>,
    ) -> Result<Self, Problem> {
        let (header, start) = read_header(&mut content)?;
        let expected = array::bytes(&header.shape, header.element.size)?;
        accept(start, expected)?;
        Ok(NpyReader {
            content,
            header,
            expected,
            found: 0,
        })
    }

    /// The shape of the array.
    pub(crate) fn shape(&self) -> &[usize] {
        &self.header.shape
    }

    /// Whether the first index runs fastest, so that no part of the file is an image.
    pub(crate) fn is_fortran_order(&self) -> bool {
        self.header.fortran_order
    }

    /// The next `count` numbers in the order of the file, or all that are left if there are fewer.
    pub(crate) fn read(&mut self, count: usize) -> Result<Values, Problem> {
        let wanted = (count as u64).saturating_mul(self.header.element.size as u64);
        let wanted = wanted.min(self.expected - self.found);
        let bytes = up_to(&mut self.content, wanted)?;
        self.found += bytes.len() as u64;
        if (bytes.len() as u64) < wanted {
            return Err(Problem::Truncated {
                part: "data",
                expected: self.expected,
                found: self.found,
            });
        }
        // Reading beyond the end also verifies the checksum of a zip entry.
        if self.found == self.expected && !up_to(&mut self.content, 1)?.is_empty() {
            let expected = self.expected;
            return Err(Problem::Trailing { expected });
        }
        Ok(self.header.element.decode(bytes))
    }

    /// The whole array, row by row.
    pub(crate) fn read_all(&mut self) -> Result<Array, Problem> {
        array::count(self.shape())?;
        let mut values = self.read(usize::MAX)?;
        let shape = self.header.shape.clone();
        if self.header.fortran_order {
            values = match values {
                Values::Bool(values) => Values::Bool(row_major(&values, &shape)),
                Values::U8(values) => Values::U8(row_major(&values, &shape)),
                Values::Integer(values) => Values::Integer(row_major(&values, &shape)),
                Values::Float(values) => Values::Float(row_major(&values, &shape)),
            };
        }
        Ok(Array { shape, values })
    }
}

/// Reads a header, and leaves `content` where the data begin: also returns how many bytes are before.
fn read_header(content: &mut impl Read) -> Result<(Header, u64), Problem> {
    let start = take(content, "header", 8)?;
    if !start.starts_with(b"\x93NUMPY") {
        let expected = "a NumPy array (.npy)";
        let found = Kind::of(&start);
        return Err(Problem::Kind { expected, found });
    }
    // Version 1 has two bytes for the length, 2 and 3 have four.
    let length = match start[6] {
        1 => take(content, "header", 2)?,
        2 | 3 => take(content, "header", 4)?,
        version => return Err(damaged(&format!("version {version} of the format"))),
    };
    let before = (start.len() + length.len()) as u64;
    let length = length
        .iter()
        .rev()
        .fold(0, |length, &byte| length << 8 | u64::from(byte));
    if length > MAX_HEADER {
        return Err(damaged(&format!("{length} bytes")));
    }
    let text = take(content, "header", length)?;
    let header = Header::parse(&String::from_utf8_lossy(&text))?;
    Ok((header, before + length))
}

/// The values of an array whose first index runs fastest, in the order in which the last does.
fn row_major<T: Copy>(values: &[T], shape: &[usize]) -> Vec<T> {
    let mut strides = vec![1; shape.len()];
    for axis in 1..shape.len() {
        strides[axis] = strides[axis - 1] * shape[axis - 1];
    }
    let mut index = vec![0; shape.len()];
    let mut offset = 0;
    let mut ordered = Vec::with_capacity(values.len());
    for _ in 0..values.len() {
        ordered.push(values[offset]);
        for axis in (0..shape.len()).rev() {
            index[axis] += 1;
            offset += strides[axis];
            if index[axis] < shape[axis] {
                break;
            }
            offset -= strides[axis] * shape[axis];
            index[axis] = 0;
        }
    }
    ordered
}

fn take(content: &mut impl Read, part: &'static str, expected: u64) -> Result<Vec<u8>, Problem> {
    let bytes = up_to(content, expected)?;
    let found = bytes.len() as u64;
    if found < expected {
        return Err(Problem::Truncated {
            part,
            expected,
            found,
        });
    }
    Ok(bytes)
}

/// The next `count` bytes, or fewer at the end.
fn up_to(content: &mut impl Read, count: u64) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::with_capacity(count.min(MAX_RESERVATION) as usize);
    let read = content.take(count).read_to_end(&mut bytes);
    read.map_err(reading)?;
    Ok(bytes)
}

fn reading(reason: io::Error) -> Problem {
    match reason.raw_os_error() {
        Some(_) => Problem::File(durable_fs::Problem::Io {
            operation: "read",
            reason,
        }),
        // Errors without a number are those of the decompressor.
        None => Problem::Zip {
            reason: reason.to_string(),
        },
    }
}
