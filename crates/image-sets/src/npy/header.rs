//! The header of a `.npy` array: the type of its elements, their order and the shape.

use half::f16;

use crate::{array::Values, error::Problem};

/// What an array declares about itself.
pub(super) struct Header {
    pub(super) element: Element,
    pub(super) fortran_order: bool,
    pub(super) shape: Vec<usize>,
}

impl Header {
    /// Parses `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 28, 28), }`.
    pub(super) fn parse(text: &str) -> Result<Header, Problem> {
        let refuse = || damaged(&durable_fs::quote_untrusted(text.trim_end()));
        let field = |name: &str| {
            let (_, rest) = text.split_once(&format!("'{name}'"))?;
            Some(rest.trim_start().strip_prefix(':')?.trim_start())
        };
        let descr = field("descr").ok_or_else(refuse)?;
        let element = match descr.strip_prefix('\'') {
            Some(rest) => {
                let (name, _) = rest.split_once('\'').ok_or_else(refuse)?;
                Element::parse(name).ok_or_else(|| Problem::NpyType {
                    found: durable_fs::quote_untrusted(name),
                })?
            }
            None if descr.starts_with('[') => {
                let found = "a record of several fields".into();
                return Err(Problem::NpyType { found });
            }
            None => return Err(refuse()),
        };
        let order = field("fortran_order").ok_or_else(refuse)?;
        let fortran_order = order.starts_with("True");
        if !fortran_order && !order.starts_with("False") {
            return Err(refuse());
        }
        let sizes = field("shape").and_then(|rest| rest.strip_prefix('(')?.split_once(')'));
        let (sizes, _) = sizes.ok_or_else(refuse)?;
        let mut shape = Vec::new();
        for size in sizes.trim().trim_end_matches(',').split(',').map(str::trim) {
            // Python 2 wrote long integers as 28L.
            match size.trim_end_matches('L').parse() {
                Ok(size) => shape.push(size),
                Err(_) if sizes.trim().is_empty() => {}
                Err(_) => return Err(refuse()),
            }
        }
        Ok(Header {
            element,
            fortran_order,
            shape,
        })
    }
}

/// The type of the elements: `<f4` is little-endian, floating point, of four bytes.
pub(super) struct Element {
    big_endian: bool,
    kind: char,
    pub(super) size: usize,
}

impl Element {
    fn parse(name: &str) -> Option<Element> {
        let mut letters = name.chars();
        let big_endian = match letters.next()? {
            '<' | '|' | '=' => false,
            '>' => true,
            _ => return None,
        };
        let kind = letters.next()?;
        let size = letters.as_str().parse().ok()?;
        let known = matches!(
            (kind, size),
            ('b', 1) | ('u' | 'i', 1 | 2 | 4 | 8) | ('f', 2 | 4 | 8)
        );
        known.then_some(Element {
            big_endian,
            kind,
            size,
        })
    }

    pub(super) fn decode(&self, bytes: Vec<u8>) -> Values {
        let big = self.big_endian;
        match (self.kind, self.size) {
            ('b', _) => Values::Bool(bytes.into_iter().map(|byte| byte != 0).collect()),
            ('u', 1) => Values::U8(bytes),
            ('u', 2) => integers(&bytes, big, |bytes| u16::from_le_bytes(bytes).into()),
            ('u', 4) => integers(&bytes, big, |bytes| u32::from_le_bytes(bytes).into()),
            ('u', _) => {
                let values = decode(&bytes, big, u64::from_le_bytes);
                let signed: Option<_> = values.iter().map(|&value| value.try_into().ok()).collect();
                match signed {
                    Some(signed) => Values::Integer(signed),
                    None => Values::Float(values.into_iter().map(|value| value as f32).collect()),
                }
            }
            ('i', 1) => integers(&bytes, big, |bytes| i8::from_le_bytes(bytes).into()),
            ('i', 2) => integers(&bytes, big, |bytes| i16::from_le_bytes(bytes).into()),
            ('i', 4) => integers(&bytes, big, |bytes| i32::from_le_bytes(bytes).into()),
            ('i', _) => integers(&bytes, big, i64::from_le_bytes),
            (_, 2) => Values::Float(decode(&bytes, big, |bytes| {
                f16::from_le_bytes(bytes).into()
            })),
            (_, 4) => Values::Float(decode(&bytes, big, f32::from_le_bytes)),
            _ => Values::Float(decode(&bytes, big, |bytes| {
                f64::from_le_bytes(bytes) as f32
            })),
        }
    }
}

fn integers<const SIZE: usize>(
    bytes: &[u8],
    big_endian: bool,
    from_little_endian: fn([u8; SIZE]) -> i64,
) -> Values {
    Values::Integer(decode(bytes, big_endian, from_little_endian))
}

fn decode<const SIZE: usize, T>(
    bytes: &[u8],
    big_endian: bool,
    from_little_endian: fn([u8; SIZE]) -> T,
) -> Vec<T> {
    let (elements, _) = bytes.as_chunks();
    let decode = |&(mut element): &[u8; SIZE]| {
        if big_endian {
            element.reverse();
        }
        from_little_endian(element)
    };
    elements.iter().map(decode).collect()
}

pub(super) fn damaged(found: &str) -> Problem {
    Problem::NpyHeader {
        found: found.to_owned(),
    }
}
