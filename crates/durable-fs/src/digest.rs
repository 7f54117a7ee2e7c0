//! SHA-256 of what is read.

use std::io::{self, Read};

use sha2::{Digest, Sha256};

/// A digest as it is written everywhere: 64 hexadecimal digits of a SHA-256.
pub fn hexadecimal(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A reader that digests what passes through it.
pub struct Sha256Reader<R> {
    content: R,
    hasher: Sha256,
}

impl<R: Read> Sha256Reader<R> {
    /// Digests what is read from `content` from here on.
    pub fn new(content: R) -> Self {
        Sha256Reader {
            content,
            hasher: Sha256::new(),
        }
    }

    /// SHA-256 of all that was read, 64 hexadecimal digits.
    pub fn sha256(self) -> String {
        hexadecimal(&self.hasher.finalize())
    }
}

impl<R: Read> Read for Sha256Reader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.content.read(buffer)?;
        self.hasher.update(&buffer[..count]);
        Ok(count)
    }
}
