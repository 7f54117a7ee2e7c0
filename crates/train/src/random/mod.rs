//! One generator for each draw, so that any of them can be repeated without those before it.
//!
//! Each draw (initial weights, order of an epoch, corruption of an epoch) has a generator that is
//! seeded by the seed, the stream ([`RngStream`]) and the epoch, and within it a ChaCha stream for each
//! batch. So a training resumes at any step, and experiments of one seed are compared fairly: models
//! of one shape begin with the same weights, and see the same batches with the same noise, whatever
//! their ids.
//!
//! libtorch's global generator, which all threads share, is used once: for the assignment's random
//! image, before any other thread runs.

mod normal;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use sha2::{Digest, Sha256};

pub use normal::normal;
pub(crate) use normal::{DRAWS_OF_NORMAL, add_normal};

/// What random numbers are drawn for. Each is a stream independent of the others.
#[derive(Clone, Copy, Debug)]
pub enum RngStream {
    /// The initial weights of a model.
    Weights,
    /// Which training images are held out; the same for all experiments of a seed.
    Validation,
    /// The order of the training images in an epoch.
    Order,
    /// The augmentation of the training images of an epoch; a ChaCha stream for each batch.
    Augmentation,
    /// The corruption of the training images of an epoch; a ChaCha stream for each batch.
    Corruption,
    /// The units that are dropped at the steps of an epoch, and the samples of variational codes; a
    /// ChaCha stream for each step.
    Dropout,
    /// Noise on the images of a figure; a ChaCha stream for each level.
    InputNoise,
    /// Noise on the codes of a figure; a ChaCha stream for each level.
    CodeNoise,
    /// Noise on the whole test set.
    TestNoise,
    /// Many draws of noise on the codes of the first test images.
    CodeDraws,
    /// The choice of test images out of images that have no test set.
    TestSplit,
    /// Random images, which a detector should tell from digits.
    RandomImages,
}

impl RngStream {
    /// Part of the seed: another name gives other numbers.
    fn name(self) -> &'static str {
        match self {
            RngStream::Weights => "weights",
            RngStream::Validation => "validation",
            RngStream::Order => "order",
            RngStream::Augmentation => "augmentation",
            RngStream::Corruption => "training noise",
            RngStream::Dropout => "dropout",
            RngStream::InputNoise => "input noise",
            RngStream::CodeNoise => "code noise",
            RngStream::TestNoise => "test noise",
            RngStream::CodeDraws => "code draws",
            RngStream::TestSplit => "test split",
            RngStream::RandomImages => "random images",
        }
    }
}

/// The generator of a seed, for a stream and an epoch (counted from 1; 0 for draws that belong to no
/// epoch).
///
/// It is ChaCha with 8 rounds, seeded by the SHA-256 of all three, so generators of similar seeds are
/// unrelated.
pub fn generator(seed: u64, stream: RngStream, epoch: usize) -> ChaCha8Rng {
    let mut hash = Sha256::new();
    hash.update(seed.to_le_bytes());
    hash.update((epoch as u64).to_le_bytes());
    hash.update(stream.name());
    ChaCha8Rng::from_seed(hash.finalize().into())
}
