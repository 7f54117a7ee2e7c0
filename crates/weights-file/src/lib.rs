//! Safetensors files of weights, without libtorch: written and read piece by piece, and compared.
//!
//! - [`write()`]: named tensors of one type, and texts beside them.
//! - [`WeightsFile`]: a file whose header is checked before any element is read.
//! - [`first_difference`]: where two files differ, in words.
//!
//! Layers: {write, read} -> {difference, header} -> error
//!
//! ```
//! use weights_file::{Dtype, WeightsFile, write};
//!
//! let folder = tempfile::tempdir()?;
//! let path = folder.path().join("model.safetensors");
//! let tensors = [("encoder.0.bias", vec![2])];
//! write(&path, Dtype::F32, &tensors, None, |_, file| {
//!     [0.5f32, -1.0].iter().try_for_each(|bias| file.write_all(&bias.to_le_bytes()))
//! })?;
//!
//! let mut file = WeightsFile::open(&path)?;
//! file.expect(Dtype::F32, &tensors)?;
//! let mut bias = [0.0f32; 2];
//! file.read("encoder.0.bias", &mut bias)?;
//! assert_eq!(bias, [0.5, -1.0]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![deny(missing_docs)]

mod difference;
mod error;
mod header;
mod read;
mod write;

pub use difference::first_difference;
pub use error::Error;
pub use header::{Header, MAX_HEADER, Texts};
pub use read::{Element, WeightsFile};
pub use safetensors::Dtype;
pub use write::write;
