//! Random changes of the inputs alone, which a denoising model has to undo.

use experiment::Corruption;
use rand::Rng;

use crate::random::add_normal;

/// Changes `images`, N x P at 0-1 scale, in place: all of `corruptions`, in their order.
pub(crate) fn corrupt(corruptions: &[Corruption], rng: &mut impl Rng, images: &mut [f32]) {
    for corruption in corruptions {
        match *corruption {
            Corruption::Gaussian { std } => add_normal(rng, std as f32, images),
        }
    }
}
