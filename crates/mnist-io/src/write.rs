//! Writing IDX files.

use std::{
    ffi::OsStr,
    io::{self, BufWriter, Write},
    path::Path,
};

use flate2::{Compression, write::GzEncoder};

use crate::{array::IdxArray, error::Error};

/// Writes an IDX file whole or not at all, as gzip if its name ends in `.gz`. The same array gives
/// the same bytes each time.
///
/// # Errors
/// [`Problem::File`](crate::Problem::File); what was at `path` before is untouched.
pub fn write(path: &Path, array: &IdxArray) -> Result<(), Error> {
    let compress = path.extension() == Some(OsStr::new("gz"));
    durable_fs::write_atomically_with(path, |file| {
        if compress {
            // This encoder writes a header without time or file name: equal arrays, equal bytes.
            let mut encoder = BufWriter::new(GzEncoder::new(file, Compression::default()));
            encode(array, &mut encoder)?;
            encoder.into_inner()?.finish()?;
            return Ok(());
        }
        encode(array, file)
    })?;
    Ok(())
}

fn encode(array: &IdxArray, out: &mut dyn Write) -> io::Result<()> {
    let elements = array.elements();
    out.write_all(&[
        0,
        0,
        elements.element_type().code(),
        array.shape().len() as u8,
    ])?;
    for &size in array.shape() {
        out.write_all(&(size as u32).to_be_bytes())?;
    }
    elements.write_big_endian(out)
}
