use std::{
    fmt,
    io::{self, Write},
};

use crate::ShapeError;

/// What an IDX array is made of. The codes are those of the format; numbers of more than one byte
/// are big-endian.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ElementType {
    /// Unsigned bytes: images and labels.
    U8 = 0x08,
    /// Signed bytes.
    I8 = 0x09,
    /// 16-bit integers.
    I16 = 0x0b,
    /// 32-bit integers.
    I32 = 0x0c,
    /// 32-bit floating point.
    F32 = 0x0d,
    /// 64-bit floating point.
    F64 = 0x0e,
}

impl ElementType {
    /// Every type there is, in the order of their codes.
    pub const ALL: [ElementType; 6] = [
        ElementType::U8,
        ElementType::I8,
        ElementType::I16,
        ElementType::I32,
        ElementType::F32,
        ElementType::F64,
    ];

    /// The third byte of an IDX file.
    pub fn code(self) -> u8 {
        self as u8
    }

    /// Bytes an element.
    pub fn size(self) -> usize {
        match self {
            ElementType::U8 | ElementType::I8 => 1,
            ElementType::I16 => 2,
            ElementType::I32 | ElementType::F32 => 4,
            ElementType::F64 => 8,
        }
    }
}

impl fmt::Display for ElementType {
    /// The name of the type in Rust, e.g. `u8`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ElementType::U8 => "u8",
            ElementType::I8 => "i8",
            ElementType::I16 => "i16",
            ElementType::I32 => "i32",
            ElementType::F32 => "f32",
            ElementType::F64 => "f64",
        })
    }
}

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
    /// How many there are.
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

    /// Whether there are none.
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

    /// Bytes are taken over as they are, without a copy. A rest that makes no whole element is
    /// dropped.
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
    values
        .iter()
        .try_for_each(|&value| out.write_all(&to_be_bytes(value)))
}

/// An array as an IDX file holds it: its elements fill its shape, and the format can store it.
#[derive(Clone, Debug, PartialEq)]
pub struct IdxArray {
    shape: Vec<usize>,
    elements: Elements,
}

impl IdxArray {
    /// An array of `shape`, e.g. `[60000, 28, 28]`.
    ///
    /// # Errors
    /// A rank outside 1 to 255, a dimension beyond 32 bits, or as many elements as do not fill
    /// the shape.
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

/// The bytes that the elements of an array take.
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
