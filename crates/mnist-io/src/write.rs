use std::{
    ffi::OsStr,
    fs,
    io::{self, BufWriter, Write},
    path::Path,
};

use atomic_write_file::AtomicWriteFile;
use flate2::{Compression, write::GzEncoder};

use crate::{Error, IdxArray, Problem};

/// Writes an IDX file whole or not at all, as gzip if its name ends in `.gz`. The same array gives
/// the same bytes each time.
///
/// # Errors
/// [`Problem::Write`]; what was at `path` before is untouched.
pub fn write(path: &Path, array: &IdxArray) -> Result<(), Error> {
    let compress = path.extension() == Some(OsStr::new("gz"));
    replace(path, |file| {
        if compress {
            // The encoder's own header holds no time and no file name.
            let mut encoder = BufWriter::new(GzEncoder::new(file, Compression::default()));
            encode(array, &mut encoder)?;
            encoder.into_inner()?.finish()?;
        } else {
            let mut plain = BufWriter::new(file);
            encode(array, &mut plain)?;
            plain.flush()?;
        }
        Ok(())
    })
    .map_err(|error| Problem::Write(error).at(path))
}

/// Writes a file whole or not at all: beside it, synced, then renamed over it. A new file gets the
/// usual permissions, a replaced one keeps its own, and a link keeps leading where it did.
///
/// # Errors
/// Those of the system; what was at `path` before is untouched.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> io::Result<()> {
    replace(path, |file| file.write_all(bytes))
}

fn replace(
    path: &Path,
    fill: impl FnOnce(&mut AtomicWriteFile) -> io::Result<()>,
) -> io::Result<()> {
    // A rename would put the file in the place of a link to it.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    // Found out by the rename, this would leave the new file lying beside it.
    if target.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let mut file = AtomicWriteFile::open(target)?;
    fill(&mut file)?;
    file.commit()
}

fn encode(array: &IdxArray, out: &mut impl Write) -> io::Result<()> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_half_way_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("codes.idx");
        fs::write(&path, b"old").unwrap();
        replace(&path, |file| {
            file.write_all(b"half of the n")?;
            Err(io::ErrorKind::StorageFull.into())
        })
        .expect_err("the disk is full");
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
