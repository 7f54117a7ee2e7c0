//! Images that are too many for the memory: in a file that nobody else sees.

use std::{
    env,
    fs::File,
    io::{BufWriter, Write as _},
    ops::Range,
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
};

use experiment::Shape;

use super::images::{Images, Pixels, to_unit};
use crate::Error;

/// N images of one size, in a file without a name, which vanishes with the process.
///
/// The file is in the folder of the variable `TMPDIR`, or else in `/var/tmp`, since `/tmp` is in memory
/// on some systems.
#[derive(Debug)]
pub struct ImageFile {
    file: File,
    folder: PathBuf,
    shape: Shape,
    is_bytes: bool,
    len: usize,
}

impl ImageFile {
    /// Images of `shape`: what `write` appends to the file.
    ///
    /// # Errors
    /// [`Error::ImageFile`]; those of `write`.
    pub(super) fn new(
        shape: Shape,
        is_bytes: bool,
        write: impl FnOnce(&mut ImageWriter) -> Result<(), Error>,
    ) -> Result<Self, Error> {
        let folder = folder();
        let failed = |source| Error::ImageFile {
            operation: "write",
            folder: folder.clone(),
            source,
        };
        let file = tempfile::tempfile_in(&folder).map_err(failed)?;
        let mut writer = ImageWriter {
            content: BufWriter::with_capacity(1 << 18, file),
            folder: folder.clone(),
            len: 0,
        };
        write(&mut writer)?;
        let len = writer.len;
        let file = writer.content.into_inner();
        let file = file.map_err(|error| failed(error.into_error()))?;
        Ok(ImageFile {
            file,
            folder,
            shape,
            is_bytes,
            len,
        })
    }

    /// The size of each image.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// The number of images, N.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Bytes that `count` of the images take when they are read.
    pub(super) fn bytes_in_memory(&self, count: usize) -> u64 {
        // The bytes of floats are there beside the floats.
        let copies = if self.is_bytes { 1 } else { 2 };
        (copies * count * self.bytes_of_image()) as u64
    }

    /// The images of these indices, in their order.
    ///
    /// # Errors
    /// [`Error::ImageFile`].
    pub fn select(&self, indices: impl IntoIterator<Item = usize>) -> Result<Images, Error> {
        let mut bytes = Vec::new();
        for index in indices {
            let start = bytes.len();
            bytes.resize(start + self.bytes_of_image(), 0);
            self.read(index, &mut bytes[start..])?;
        }
        let pixels = if self.is_bytes {
            Pixels::Bytes(bytes)
        } else {
            let mut floats = vec![0.0; bytes.len() / 4];
            to_floats(&bytes, &mut floats);
            Pixels::Floats(floats)
        };
        Ok(Images::new(self.shape, pixels))
    }

    /// Writes an image at 0-1 scale to `row`, `[P]`; `buffer` is for its bytes.
    ///
    /// # Errors
    /// [`Error::ImageFile`].
    pub(super) fn copy(
        &self,
        image: usize,
        row: &mut [f32],
        buffer: &mut Vec<u8>,
    ) -> Result<(), Error> {
        buffer.resize(self.bytes_of_image(), 0);
        self.read(image, buffer)?;
        if self.is_bytes {
            to_unit(buffer, row);
        } else {
            to_floats(buffer, row);
        }
        Ok(())
    }

    /// Tells the system that consecutive images will be read soon. It begins to read them; nothing waits.
    pub(super) fn will_need(&self, images: Range<usize>) {
        #[cfg(target_os = "linux")]
        {
            /// The system reads no more for one call on some disks.
            const MAX_BYTES: usize = 128 << 10;
            let size = self.bytes_of_image();
            let bytes = images.start * size..images.end * size;
            for start in bytes.clone().step_by(MAX_BYTES) {
                let length = MAX_BYTES.min(bytes.end - start) as u64;
                // A hint: a system that does not take it reads the images when they are used.
                _ = rustix::fs::fadvise(
                    &self.file,
                    start as u64,
                    std::num::NonZeroU64::new(length),
                    rustix::fs::Advice::WillNeed,
                );
            }
        }
        #[cfg(not(target_os = "linux"))]
        let _ = images;
    }

    fn bytes_of_image(&self) -> usize {
        self.shape.size() * if self.is_bytes { 1 } else { 4 }
    }

    fn read(&self, image: usize, bytes: &mut [u8]) -> Result<(), Error> {
        let start = (image * bytes.len()) as u64;
        let read = self.file.read_exact_at(bytes, start);
        read.map_err(|source| Error::ImageFile {
            operation: "read",
            folder: self.folder.clone(),
            source,
        })
    }
}

/// Appends images to a file.
pub(super) struct ImageWriter {
    content: BufWriter<File>,
    folder: PathBuf,
    len: usize,
}

impl ImageWriter {
    /// Appends images of the size and type of the file's.
    ///
    /// # Errors
    /// [`Error::ImageFile`].
    pub(super) fn append(&mut self, images: &Images) -> Result<(), Error> {
        self.len += images.len();
        let written = match images.pixels() {
            Pixels::Bytes(bytes) => self.content.write_all(bytes),
            Pixels::Floats(floats) => floats
                .iter()
                .try_for_each(|value| self.content.write_all(&value.to_le_bytes())),
        };
        written.map_err(|source| Error::ImageFile {
            operation: "write",
            folder: self.folder.clone(),
            source,
        })
    }
}

fn to_floats(bytes: &[u8], floats: &mut [f32]) {
    for (float, bytes) in floats.iter_mut().zip(bytes.as_chunks().0) {
        *float = f32::from_le_bytes(*bytes);
    }
}

fn folder() -> PathBuf {
    let on_disk = Path::new("/var/tmp");
    match env::var_os("TMPDIR") {
        Some(folder) if !folder.is_empty() => folder.into(),
        _ if on_disk.is_dir() => on_disk.to_owned(),
        _ => env::temp_dir(),
    }
}
