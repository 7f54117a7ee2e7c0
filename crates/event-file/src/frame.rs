//! The frames of an event file, those of TFRecord files: the length of the record in 8 bytes, the
//! checksum of these, the record, and its checksum; all little-endian. Source of the format:
//! `tensorflow/core/lib/io/record_writer.h`.

const LENGTH: usize = 8;
const CHECKSUM: usize = 4;

/// Appends the frame of `record` to `bytes`.
pub fn append(record: &[u8], bytes: &mut Vec<u8>) {
    let length = (record.len() as u64).to_le_bytes();
    bytes.extend(length);
    bytes.extend(checksum(&length));
    bytes.extend(record);
    bytes.extend(checksum(record));
}

/// The records of `bytes`, each with the position after its frame, up to the first that is
/// incomplete or damaged.
pub fn records(bytes: &[u8]) -> impl Iterator<Item = (&[u8], usize)> {
    let mut position = 0;
    std::iter::from_fn(move || {
        let (record, size) = first(&bytes[position..])?;
        position += size;
        Some((record, position))
    })
}

/// The first record of `bytes`, and the size of its frame.
fn first(bytes: &[u8]) -> Option<(&[u8], usize)> {
    let (length, rest) = bytes.split_first_chunk::<LENGTH>()?;
    let rest = rest.strip_prefix(&checksum(length))?;
    let (record, rest) = rest.split_at_checked(u64::from_le_bytes(*length).try_into().ok()?)?;
    rest.starts_with(&checksum(record))
        .then_some((record, LENGTH + CHECKSUM + record.len() + CHECKSUM))
}

/// The CRC-32C of `bytes`, rotated and shifted so that data with checksums among them have other
/// ones.
fn checksum(bytes: &[u8]) -> [u8; CHECKSUM] {
    let crc = crc32c::crc32c(bytes);
    crc.rotate_right(15).wrapping_add(0xa282_ead8).to_le_bytes()
}
