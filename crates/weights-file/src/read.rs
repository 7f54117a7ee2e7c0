//! Reading a file of weights piece by piece: a large model is never in memory twice.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

use safetensors::Dtype;

use crate::{
    error::Error,
    header::{Header, MAX_HEADER, Texts},
};

/// Bytes that are read at a time: a whole number of elements.
const PIECE: usize = 1 << 16;

/// A file of weights, open for reading. Its header is checked, its elements are not read yet.
#[derive(Debug)]
pub struct WeightsFile {
    path: PathBuf,
    file: File,
    header: Header,
}

impl WeightsFile {
    /// Opens a safetensors file.
    ///
    /// # Errors
    /// [`Error::File`]; [`Error::Content`] if it is not a safetensors file, or not of the size that
    /// its header implies.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let file = durable_fs::open(path)?;
        let failed = |reason| durable_fs::Error::io("read", path, reason);
        let length = file.metadata().map_err(failed)?.len();
        let mut start = Vec::new();
        (&file)
            .take(8 + MAX_HEADER as u64)
            .read_to_end(&mut start)
            .map_err(failed)?;
        let header =
            Header::parse(&start, length).map_err(|problem| Error::content(path, problem))?;
        Ok(WeightsFile {
            path: path.to_owned(),
            file,
            header,
        })
    }

    /// Checks that there are exactly the tensors `expected`, each a name and a shape, of `dtype`.
    ///
    /// # Errors
    /// [`Error::Content`] with the first tensor that is missing, or of another shape or type;
    /// otherwise with a tensor that is not expected.
    pub fn expect(&self, dtype: Dtype, expected: &[(&str, Vec<usize>)]) -> Result<(), Error> {
        let checked = self.header.expect(dtype, expected);
        checked.map_err(|problem| Error::content(&self.path, problem))
    }

    /// The shape of a tensor.
    ///
    /// # Errors
    /// [`Error::Content`] if there is no such tensor.
    pub fn shape(&self, name: &str) -> Result<&[usize], Error> {
        self.header.shape(name).ok_or_else(|| self.lacks(name))
    }

    /// The texts beside the tensors.
    pub fn texts(&self) -> Texts {
        self.header.texts()
    }

    /// Reads the elements of a tensor, row by row, into `elements`, of which there must be as many as
    /// [`WeightsFile::expect`] or [`WeightsFile::shape`] confirmed.
    ///
    /// # Errors
    /// [`Error::File`]; [`Error::Content`] if there is no such tensor.
    pub fn read<E: Element>(&mut self, name: &str, elements: &mut [E]) -> Result<(), Error> {
        let offset = self.header.offset(name);
        let offset = offset.ok_or_else(|| self.lacks(name))?;
        read_elements(&mut self.file, offset, elements)
            .map_err(|reason| durable_fs::Error::io("read", &self.path, reason).into())
    }

    fn lacks(&self, name: &str) -> Error {
        let problem = format!("expected a tensor {name:?}, found none");
        Error::content(&self.path, problem)
    }
}

fn read_elements<E: Element>(file: &mut File, offset: u64, elements: &mut [E]) -> io::Result<()> {
    file.seek(SeekFrom::Start(offset))?;
    let mut bytes = vec![0; PIECE];
    for piece in elements.chunks_mut(PIECE / E::SIZE) {
        let bytes = &mut bytes[..piece.len() * E::SIZE];
        file.read_exact(bytes)?;
        for (element, bytes) in piece.iter_mut().zip(bytes.chunks_exact(E::SIZE)) {
            *element = E::from_le_bytes(bytes);
        }
    }
    Ok(())
}

/// A type of elements: `f32` or `f64`.
pub trait Element: Copy {
    /// Bytes of an element.
    const SIZE: usize;

    /// The element in its [`Element::SIZE`] bytes, little-endian.
    fn from_le_bytes(bytes: &[u8]) -> Self;
}

impl Element for f32 {
    const SIZE: usize = 4;

    fn from_le_bytes(bytes: &[u8]) -> Self {
        f32::from_le_bytes(bytes.try_into().expect("4 bytes"))
    }
}

impl Element for f64 {
    const SIZE: usize = 8;

    fn from_le_bytes(bytes: &[u8]) -> Self {
        f64::from_le_bytes(bytes.try_into().expect("8 bytes"))
    }
}
