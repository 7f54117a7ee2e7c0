//! Draws from N(0, 1), fast enough to be repeated for every batch.

use ae_models::as_mut_slice;
use multiversion::multiversion;
use rand::{Rng, RngExt};
use tch::{Device, Kind, Tensor};

/// Points of the plane that are drawn together, each two numbers.
const BLOCK: usize = 64;
/// Words of 32 bits that [`add_normal`] draws together, one for each number.
pub(crate) const DRAWS_OF_NORMAL: usize = 2 * BLOCK;

/// Independent draws from N(0, 1), of `shape`, on the CPU.
pub fn normal(rng: &mut impl Rng, shape: &[i64]) -> Tensor {
    let mut values = Tensor::zeros(shape, (Kind::Float, Device::Cpu));
    // SAFETY: no other reference to this tensor's memory exists yet.
    fill_normal(rng, unsafe { as_mut_slice(&mut values) });
    values
}

/// Adds an independent draw from N(0, `std`^2) to each of `values`.
pub(crate) fn add_normal(rng: &mut impl Rng, std: f32, values: &mut [f32]) {
    let mut noise = [0.0; 2 * BLOCK];
    for block in values.chunks_mut(2 * BLOCK) {
        let noise = &mut noise[..block.len()];
        fill_normal(rng, noise);
        add_scaled(block, std, noise);
    }
}

/// x to s y + x.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn add_scaled(values: &mut [f32], scale: f32, summands: &[f32]) {
    for (value, &summand) in values.iter_mut().zip(summands) {
        *value += scale * summand;
    }
}

/// Fills `values` with independent draws from N(0, 1).
///
/// Box and Muller (1958): a point whose coordinates are normal is at distance
/// sqrt(-2 ln u), u uniform in (0, 1], in a direction that is uniform. With 32 bits for u no draw
/// is farther from 0 than 6.8.
fn fill_normal(rng: &mut impl Rng, values: &mut [f32]) {
    let mut draws = [[0; BLOCK]; 2];
    let mut points = [[0.0; BLOCK]; 2];
    for block in values.chunks_mut(2 * BLOCK) {
        draws.iter_mut().for_each(|draws| rng.fill(draws));
        to_normal(&draws[0], &draws[1], &mut points);
        block.copy_from_slice(&points.as_flattened()[..block.len()]);
    }
}

/// Points from uniform bits: `distance` gives u; of `direction`, 29 bits give the angle within an
/// eighth of the circle, and three which eighth that is.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn to_normal(distance: &[u32; BLOCK], direction: &[u32; BLOCK], points: &mut [[f32; BLOCK]; 2]) {
    const EIGHTH: f32 = std::f32::consts::FRAC_PI_4;
    let [xs, ys] = points;
    for index in 0..BLOCK {
        let u = (distance[index] as f32 + 0.5) * (1.0 / (1_u64 << 32) as f32);
        let radius = (-2.0 * ln(u)).sqrt();
        let bits = direction[index];
        let angle = ((bits >> 3) as f32 + 0.5) * (EIGHTH / (1 << 29) as f32);
        let (sin, cos) = (radius * sin(angle), radius * cos(angle));
        let (x, y) = if bits & 1 == 0 {
            (cos, sin)
        } else {
            (sin, cos)
        };
        xs[index] = if bits & 2 == 0 { x } else { -x };
        ys[index] = if bits & 4 == 0 { y } else { -y };
    }
}

/// The natural logarithm of a normal positive number, to within two units of the last digit:
/// x = 2^e m with m from sqrt(1/2) to sqrt(2), ln m = 2 artanh((m - 1) / (m + 1)) by its series.
/// Unlike the standard library's, it can be computed for several numbers at once; so can the two
/// below.
#[inline(always)]
fn ln(x: f32) -> f32 {
    const MANTISSA_BITS: u32 = 23;
    let offset = x
        .to_bits()
        .wrapping_sub(std::f32::consts::FRAC_1_SQRT_2.to_bits()) as i32;
    let exponent = offset >> MANTISSA_BITS;
    let m = f32::from_bits(x.to_bits().wrapping_sub((exponent << MANTISSA_BITS) as u32));
    let s = (m - 1.0) / (m + 1.0);
    let t = s * s;
    let series = 1.0 + t * (1.0 / 3.0 + t * (1.0 / 5.0 + t * (1.0 / 7.0 + t * (1.0 / 9.0))));
    exponent as f32 * std::f32::consts::LN_2 + 2.0 * s * series
}

/// The sine of an angle from 0 to pi / 4, by its series.
#[inline(always)]
fn sin(x: f32) -> f32 {
    let t = x * x;
    x * (1.0 + t * (-1.0 / 6.0 + t * (1.0 / 120.0 + t * (-1.0 / 5040.0 + t / 362_880.0))))
}

/// The cosine of an angle from 0 to pi / 4, by its series.
#[inline(always)]
fn cos(x: f32) -> f32 {
    let t = x * x;
    1.0 + t * (-1.0 / 2.0 + t * (1.0 / 24.0 + t * (-1.0 / 720.0 + t * (1.0 / 40_320.0))))
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::*;

    fn draws(count: usize) -> Vec<f32> {
        let mut values = vec![0.0; count];
        fill_normal(&mut ChaCha8Rng::seed_from_u64(4), &mut values);
        values
    }

    #[test]
    fn the_distribution_is_the_normal_one() {
        const COUNT: usize = 4_000_000;
        let mut values = draws(COUNT);
        values.sort_by(f32::total_cmp);
        // The probability that a draw is at most this large, from tables.
        for (bound, probability) in [
            (-4.0, 3.167_124e-5),
            (-3.0, 1.349_898e-3),
            (-2.0, 2.275_013e-2),
            (-1.0, 0.158_655_3),
            (-0.5, 0.308_537_5),
            (-0.1, 0.460_172_2),
            (0.0, 0.5),
            (0.01, 0.503_989_4),
            (0.25, 0.598_706_3),
            (0.75, 0.773_372_6),
            (1.5, 0.933_192_8),
            (2.5, 0.993_790_3),
            (3.5, 0.999_767_4),
            (4.5, 0.999_996_602),
        ] {
            let found = values.partition_point(|&value| value <= bound) as f64;
            let expected = probability * COUNT as f64;
            let deviation = (expected * (1.0 - probability)).sqrt();
            assert!(
                (found - expected).abs() < 4.0 * deviation,
                "at most {bound}: {found} of {COUNT}, expected {expected} +- {deviation}"
            );
        }
    }

    #[test]
    fn noise_is_added_to_numbers_of_any_count() {
        for count in [1, 128, 784, 1000] {
            let mut values = vec![2.0; count];
            add_normal(&mut ChaCha8Rng::seed_from_u64(4), 0.5, &mut values);
            let expected: Vec<f32> = draws(count).iter().map(|draw| 0.5 * draw + 2.0).collect();
            assert_eq!(values, expected);
        }
    }

    #[test]
    fn the_two_numbers_of_a_point_are_independent() {
        let values = draws(2_000_000);
        let mut correlations = [0.0; 2];
        for block in values.chunks(2 * BLOCK) {
            let (xs, ys) = block.split_at(BLOCK);
            for (&x, &y) in xs.iter().zip(ys) {
                let (x, y) = (f64::from(x), f64::from(y));
                correlations[0] += x * y;
                correlations[1] += (x * x - 1.0) * (y * y - 1.0) / 2.0;
            }
        }
        for correlation in correlations {
            assert!(correlation.abs() < 4.0 * 1e3, "{correlation} of +-1000");
        }
    }

    #[test]
    fn extreme_bits_give_finite_numbers() {
        let extremes = [0, 1, 7, 8, u32::MAX, u32::MAX - 7];
        for distance in extremes {
            for direction in extremes {
                let mut points = [[0.0; BLOCK]; 2];
                to_normal(&[distance; BLOCK], &[direction; BLOCK], &mut points);
                let [x, y] = points.map(|values| values[0]);
                let radius = f64::from(x).hypot(f64::from(y));
                let u = (f64::from(distance) + 0.5) / 2_f64.powi(32);
                let expected = (-2.0 * u.ln()).sqrt();
                assert!(
                    (radius - expected).abs() < 4e-4,
                    "{distance}, {direction}: {radius}, expected {expected}"
                );
            }
        }
    }

    #[test]
    fn logarithm_sine_and_cosine_are_those_of_the_standard_library() {
        for step in 0..=100_000 {
            let share = f64::from(step) / 100_000.0;
            let angle = (share * std::f64::consts::FRAC_PI_4) as f32;
            assert!((f64::from(sin(angle)) - f64::from(angle).sin()).abs() < 1.2e-7);
            assert!((f64::from(cos(angle)) - f64::from(angle).cos()).abs() < 1.2e-7);
            let x = 2_f64.powf(-33.0 * share) as f32;
            let expected = f64::from(x).ln();
            let error = (f64::from(ln(x)) - expected).abs();
            assert!(error <= 2.5e-7 * expected.abs(), "ln {x}: error {error}");
        }
    }
}
