use std::io::{self, Read};

use sha2::{Digest, Sha256};

use crate::checksums::hexadecimal;

/// A reader that digests what passes through it.
pub(crate) struct Digested<R> {
    content: R,
    hasher: Sha256,
}

impl<R: Read> Digested<R> {
    pub(crate) fn new(content: R) -> Self {
        Digested {
            content,
            hasher: Sha256::new(),
        }
    }

    /// SHA-256 of all that was read, 64 hexadecimal digits.
    pub(crate) fn sha256(self) -> String {
        hexadecimal(&self.hasher.finalize())
    }
}

impl<R: Read> Read for Digested<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.content.read(buffer)?;
        self.hasher.update(&buffer[..count]);
        Ok(count)
    }
}
