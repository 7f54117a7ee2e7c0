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

use crate::{
    array::{self, Array, Values},
    error::{Error, Problem},
    kind::Kind,
    listing,
};

mod header;

/// Maximum length of a header in bytes: that of NumPy.
const MAX_HEADER: usize = 10_000;

/// Maximum number of bytes that are allocated before any of them is read.
const MAX_RESERVATION: u64 = 64 << 20;

/// Reads a `.npy` file, with the SHA-256 of its bytes.
///
/// # Errors
/// A file that cannot be read, is of another kind, is damaged, or holds something else than numbers.
pub(crate) fn read_file(path: &Path) -> Result<(Array, String), Error> {
    listing::expect_kind(path, Kind::Npy, "a NumPy array (.npy)")?;
    let file: File = durable_fs::open(path)?;
    let size = file
        .metadata()
        .map_err(|reason| durable_fs::Error::io("read", path, reason))?
        .len();
    let mut content = Sha256Reader::new(BufReader::new(file));
    let accept = |declared: u64| {
        if declared <= size {
            return Ok(());
        }
        Err(Problem::Truncated {
            part: "data",
            expected: declared,
            found: size,
        })
    };
    let array = parse(&mut content, &accept).map_err(|problem| problem.at(path))?;
    Ok((array, content.sha256()))
}

/// Reads an array to its end. `accept` may refuse the number of bytes of data that the header
/// declares, before any is read.
pub(crate) fn parse(
    content: &mut impl Read,
    accept: &dyn Fn(u64) -> Result<(), Problem>,
) -> Result<Array, Problem> {
    let header = read_header(content)?;
    let count = array::count(&header.shape)?;
    let expected = count as u64 * header.element.size as u64;
    accept(expected)?;
    let bytes = take(content, "data", expected)?;
    // Reading beyond the end also verifies the checksum of a zip entry.
    let mut beyond = Vec::new();
    content.take(1).read_to_end(&mut beyond).map_err(reading)?;
    if !beyond.is_empty() {
        return Err(Problem::Trailing { expected });
    }
    let mut values = header.element.decode(bytes);
    if header.fortran_order {
        let shape = &header.shape;
        values = match values {
            Values::Bool(values) => Values::Bool(row_major(&values, shape)),
            Values::U8(values) => Values::U8(row_major(&values, shape)),
            Values::Integer(values) => Values::Integer(row_major(&values, shape)),
            Values::Float(values) => Values::Float(row_major(&values, shape)),
        };
    }
    let shape = header.shape;
    Ok(Array { shape, values })
}

/// Reads a header, and leaves `content` where the data begin.
fn read_header(content: &mut impl Read) -> Result<Header, Problem> {
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
    let length = length
        .iter()
        .rev()
        .fold(0, |length, &byte| length << 8 | usize::from(byte));
    if length > MAX_HEADER {
        return Err(damaged(&format!("{length} bytes")));
    }
    let text = take(content, "header", length as u64)?;
    Header::parse(&String::from_utf8_lossy(&text))
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
    let mut bytes = Vec::with_capacity(expected.min(MAX_RESERVATION) as usize);
    content
        .take(expected)
        .read_to_end(&mut bytes)
        .map_err(reading)?;
    let found = bytes.len() as u64;
    if found != expected {
        return Err(Problem::Truncated {
            part,
            expected,
            found,
        });
    }
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
