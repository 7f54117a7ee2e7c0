//! Arrays as IDX files hold them.

use std::io::{self, Write};

use crate::{element_type::ElementType, error::ShapeError};

/// The elements of an array in row-major order: the last index runs fastest.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the variants are those of ElementType")]
pub enum Elements {
    U8(Vec<u8>),
    I8(Vec<i8>),
    I16(Vec<i16>),
    I32(Vec<i32>),
    F32(Vec<f32>),
    F64(Vec<f64>),
}

impl Elements {
    /// The number of elements.
    pub fn len(&self) -> usize {
        match self {
            Elements::U8(values) => values.len(),
            Elements::I8(values) => values.len(),
            Elements::I16(values) => values.len(),
            Elements::I32(values) => values.len(),
            Elements::F32(values) => values.len(),
            Elements::F64(values) => values.len(),
        }
    }

    /// Whether there are no elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Their type.
    pub fn element_type(&self) -> ElementType {
        match self {
            Elements::U8(_) => ElementType::U8,
            Elements::I8(_) => ElementType::I8,
            Elements::I16(_) => ElementType::I16,
            Elements::I32(_) => ElementType::I32,
            Elements::F32(_) => ElementType::F32,
            Elements::F64(_) => ElementType::F64,
        }
    }

    /// Bytes of type `u8` are used without a copy. An incomplete element at the end is dropped.
    pub(crate) fn from_big_endian(element_type: ElementType, bytes: Vec<u8>) -> Self {
        match element_type {
            ElementType::U8 => Elements::U8(bytes),
            ElementType::I8 => Elements::I8(decode(&bytes, i8::from_be_bytes)),
            ElementType::I16 => Elements::I16(decode(&bytes, i16::from_be_bytes)),
            ElementType::I32 => Elements::I32(decode(&bytes, i32::from_be_bytes)),
            ElementType::F32 => Elements::F32(decode(&bytes, f32::from_be_bytes)),
            ElementType::F64 => Elements::F64(decode(&bytes, f64::from_be_bytes)),
        }
    }

    pub(crate) fn write_big_endian(&self, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Elements::U8(values) => out.write_all(values),
            Elements::I8(values) => encode(values, i8::to_be_bytes, out),
            Elements::I16(values) => encode(values, i16::to_be_bytes, out),
            Elements::I32(values) => encode(values, i32::to_be_bytes, out),
            Elements::F32(values) => encode(values, f32::to_be_bytes, out),
            Elements::F64(values) => encode(values, f64::to_be_bytes, out),
        }
    }
}

fn decode<const SIZE: usize, T>(bytes: &[u8], from_be_bytes: fn([u8; SIZE]) -> T) -> Vec<T> {
    let (chunks, _) = bytes.as_chunks();
    chunks.iter().map(|&chunk| from_be_bytes(chunk)).collect()
}

fn encode<const SIZE: usize, T: Copy>(
    values: &[T],
    to_be_bytes: fn(T) -> [u8; SIZE],
    out: &mut dyn Write,
) -> io::Result<()> {
    values.chunks(4096).try_for_each(|values| {
        let bytes: Vec<[u8; SIZE]> = values.iter().map(|&value| to_be_bytes(value)).collect();
        out.write_all(bytes.as_flattened())
    })
}

/// An array that an IDX file can hold: its elements fill its shape.
#[derive(Clone, Debug, PartialEq)]
pub struct IdxArray {
    shape: Vec<usize>,
    elements: Elements,
}

impl IdxArray {
    /// An array of `shape`, e.g. `[60000, 28, 28]`.
    ///
    /// # Errors
    /// A rank outside 1 to 255, a dimension beyond 32 bits, or a number of elements that is not that
    /// of the shape.
    pub fn new(shape: Vec<usize>, elements: Elements) -> Result<Self, ShapeError> {
        let expected =
            byte_count(&shape, elements.element_type())? / elements.element_type().size();
        if elements.len() != expected {
            return Err(ShapeError::Count {
                shape,
                expected,
                found: elements.len(),
            });
        }
        Ok(IdxArray { shape, elements })
    }

    /// Its dimensions, the slowest first.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Its elements.
    pub fn elements(&self) -> &Elements {
        &self.elements
    }

    /// Its elements, without a copy.
    pub fn into_elements(self) -> Elements {
        self.elements
    }
}

/// The size in bytes of the elements of an array.
pub(crate) fn byte_count(shape: &[usize], element_type: ElementType) -> Result<usize, ShapeError> {
    if !(1..=255).contains(&shape.len()) {
        return Err(ShapeError::Rank { found: shape.len() });
    }
    for (axis, &found) in shape.iter().enumerate() {
        if u32::try_from(found).is_err() {
            return Err(ShapeError::Dimension { axis, found });
        }
    }
    shape
        .iter()
        .try_fold(element_type.size(), |product, &size| {
            product.checked_mul(size)
        })
        .ok_or_else(|| ShapeError::Overflow {
            shape: shape.to_vec(),
            element_type,
        })
}
