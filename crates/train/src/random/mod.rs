//! One generator for each draw, so that any of them can be repeated without what came before.

pub(crate) mod normal;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use sha2::{Digest, Sha256};

/// What random numbers are drawn for.
#[derive(Clone, Copy, Debug)]
pub enum Purpose {
    /// The first weights of a model.
    Weights,
    /// The order of the training images in an epoch.
    Order,
    /// Noise on the training images of an epoch; one stream a batch.
    TrainingNoise,
    /// Noise on the images of a figure; one stream a level.
    InputNoise,
    /// Noise on the codes of a figure; one stream a level.
    CodeNoise,
    /// Noise on the whole test set.
    TestNoise,
    /// Many draws of noise on the codes of the first test images.
    CodeDraws,
    /// The random images that a detector is tried on.
    RandomImages,
}

impl Purpose {
    fn name(self) -> &'static str {
        match self {
            Purpose::Weights => "weights",
            Purpose::Order => "order",
            Purpose::TrainingNoise => "training noise",
            Purpose::InputNoise => "input noise",
            Purpose::CodeNoise => "code noise",
            Purpose::TestNoise => "test noise",
            Purpose::CodeDraws => "code draws",
            Purpose::RandomImages => "random images",
        }
    }
}

/// The generator of an experiment's `seed` and `id`, for a purpose and an epoch (counted from 1;
/// 0 where there is none).
///
/// ChaCha with 8 rounds, seeded by the SHA-256 of the four: they are unrelated however near the
/// seeds.
pub fn generator(seed: u64, id: &str, purpose: Purpose, epoch: usize) -> ChaCha8Rng {
    let mut hash = Sha256::new();
    hash.update(seed.to_le_bytes());
    hash.update((epoch as u64).to_le_bytes());
    hash.update(purpose.name());
    hash.update([0]);
    hash.update(id);
    ChaCha8Rng::from_seed(hash.finalize().into())
}
