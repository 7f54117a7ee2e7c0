//! Activation functions and their slopes in 32-bit floats, without branches and calls, so that a loop
//! over them handles many numbers at once. Unlike in the standard library, NaN aside, no argument is
//! special: what would overflow is the value at a bound.
//!
//! From -100 to 100, no value y differs from libtorch's in double precision by more than
//! 2e-7 max(1, |y|), and no slope by more than 3e-7.

/// Evaluates an expression with `f`, the function that gives value and slope of an activation.
macro_rules! with_function {
    ($activation:expr, $f:ident => $expression:expr) => {
        match $activation {
            Activation::Linear => {
                let $f = functions::linear;
                $expression
            }
            Activation::Relu => {
                let $f = functions::relu;
                $expression
            }
            Activation::LeakyRelu => {
                let $f = functions::leaky_relu;
                $expression
            }
            Activation::Elu => {
                let $f = functions::elu;
                $expression
            }
            Activation::Gelu => {
                let $f = functions::gelu;
                $expression
            }
            Activation::Silu => {
                let $f = functions::silu;
                $expression
            }
            Activation::Tanh => {
                let $f = functions::tanh;
                $expression
            }
            Activation::Sigmoid => {
                let $f = functions::sigmoid;
                $expression
            }
        }
    };
}
pub(super) use with_function;

#[inline(always)]
pub(super) fn linear(x: f32) -> (f32, f32) {
    (x, 1.0)
}

#[inline(always)]
pub(super) fn relu(x: f32) -> (f32, f32) {
    let y = if x < 0.0 { 0.0 } else { x };
    (y, if y == 0.0 { 0.0 } else { 1.0 })
}

#[inline(always)]
pub(super) fn leaky_relu(x: f32) -> (f32, f32) {
    let slope = if x > 0.0 { 1.0 } else { 0.01 };
    (slope * x, slope)
}

#[inline(always)]
pub(super) fn elu(x: f32) -> (f32, f32) {
    let (scale, rest) = exp_parts(x);
    let below = scale * rest + (scale - 1.0);
    if x > 0.0 {
        (x, 1.0)
    } else {
        (below, below + 1.0)
    }
}

/// With the tail of the normal distribution, Phi(-|x|) = exp(-x^2 / 2) P(t), where
/// t = 1 / (1 + |x| / 4) and P is a polynomial that is fitted for |x| up to 13.5, beyond which the
/// tail is no normal float. Its relative error is at most 5.2e-8.
#[inline(always)]
pub(super) fn gelu(x: f32) -> (f32, f32) {
    const INVERSE_ROOT_OF_TAU: f32 = 0.398_942_3;
    let t = 1.0 / (1.0 + 0.25 * x.abs());
    let p = 0.302_077_18 + t * (-0.155_636_92 + t * 0.026_295_555);
    let p = 0.030_758_598 + t * (0.206_697_55 + t * (-0.212_749_33 + t * p));
    let p = t * (0.099_802_66 + t * (0.098_432_79 + t * (0.104_321_91 + t * p)));
    let density = exp(-0.5 * x * x);
    let tail = density * p;
    let probability = if x > 0.0 { 1.0 - tail } else { tail };
    (
        x * probability,
        probability + x * (density * INVERSE_ROOT_OF_TAU),
    )
}

#[inline(always)]
pub(super) fn silu(x: f32) -> (f32, f32) {
    let e = exp(-x);
    let share = 1.0 / (1.0 + e);
    (x * share, share * (1.0 + x * (e * share)))
}

#[inline(always)]
pub(super) fn tanh(x: f32) -> (f32, f32) {
    let (scale, rest) = exp_parts(2.0 * x);
    let less_one = scale * rest + (scale - 1.0);
    let half = 1.0 / (less_one + 2.0);
    // (1 - y) (1 + y), of which the first is small for large x.
    (less_one * half, 4.0 * half * (half * (less_one + 1.0)))
}

#[inline(always)]
pub(super) fn sigmoid(x: f32) -> (f32, f32) {
    let e = exp(-x);
    let y = 1.0 / (1.0 + e);
    // e y is 1 - y.
    (y, y * (e * y))
}

/// ln(1 + exp(x)) - `t` x, the binary cross-entropy of sigmoid(x) with target `t`, and its slope.
#[inline(always)]
pub(super) fn cross_entropy(x: f32, t: f32) -> (f32, f32) {
    let e = exp(-x.abs());
    // ln(1 + e) = 2 artanh(e / (2 + e)), by its series.
    let s = e / (2.0 + e);
    let q = s * s;
    let series = 1.0 / 11.0 + q * (1.0 / 13.0 + q * (1.0 / 15.0 + q * (1.0 / 17.0)));
    let series = 1.0 / 5.0 + q * (1.0 / 7.0 + q * (1.0 / 9.0 + q * series));
    let log = 2.0 * s * (1.0 + q * (1.0 / 3.0 + q * series));
    let share = 1.0 / (1.0 + e);
    if x > 0.0 {
        (x - t * x + log, share - t)
    } else {
        (log - t * x, e * share - t)
    }
}

#[inline(always)]
fn exp(x: f32) -> f32 {
    let (scale, rest) = exp_parts(x);
    scale + scale * rest
}

/// 2^n and exp(r) - 1, where x = n ln 2 + r, n is a whole number and |r| at most (ln 2) / 2; x below
/// -87 counts as -87, x above 88 as 88.
#[inline(always)]
fn exp_parts(x: f32) -> (f32, f32) {
    // 1.5 x 2^23: a float of this size has no bits behind the point, so the sum is rounded.
    const ROUND: f32 = 12_582_912.0;
    // ln 2 in two parts: n times the first is exact.
    const LN_2_HIGH: f32 = 355.0 / 512.0;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    let x = x.clamp(-87.0, 88.0);
    let rounded = x * std::f32::consts::LOG2_E + ROUND;
    let n = rounded - ROUND;
    let r = (x - n * LN_2_HIGH) - n * LN_2_LOW;
    let series = 1.0 / 24.0 + r * (1.0 / 120.0 + r * (1.0 / 720.0 + r * (1.0 / 5040.0)));
    let rest = r + r * r * (0.5 + r * (1.0 / 6.0 + r * series));
    // The last bits of `rounded` are n; its exponent leaves the word.
    let scale = f32::from_bits((rounded.to_bits() << 23).wrapping_add(1.0_f32.to_bits()));
    (scale, rest)
}

#[cfg(test)]
mod tests {
    use experiment::Activation;
    use tch::{Kind, Reduction, Tensor};

    use super::*;
    use crate::{activation, engines::dense_cpu::functions};

    #[test]
    fn values_and_slopes_are_those_of_libtorch_in_double_precision() {
        let xs: Vec<f32> = (-200_000..=200_000).map(|i| i as f32 * 5e-4).collect();
        for which in Activation::ALL {
            let x = Tensor::from_slice(&xs).to_kind(Kind::Double);
            let x = x.set_requires_grad(true);
            let y = activation::apply(which, &x);
            let slope = Tensor::run_backward(&[y.sum(Kind::Double)], &[&x], false, false);
            let y = Vec::<f64>::try_from(y.detach()).unwrap();
            let slope = Vec::<f64>::try_from(&slope[0]).unwrap();
            for ((&x, y), slope) in xs.iter().zip(y).zip(slope) {
                let found = with_function!(which, f => f(x));
                let errors = [f64::from(found.0) - y, f64::from(found.1) - slope];
                assert!(
                    errors[0].abs() <= 2e-7 * y.abs().max(1.0) && errors[1].abs() <= 3e-7,
                    "{which:?} of {x}: off by {errors:?}"
                );
            }
        }
    }

    #[test]
    fn cross_entropy_is_that_of_libtorch_in_double_precision() {
        let xs: Vec<f32> = (-80_000..=80_000).map(|i| i as f32 * 1e-3).collect();
        for t in [0.0_f32, 0.3, 1.0] {
            let x = Tensor::from_slice(&xs).to_kind(Kind::Double);
            let x = x.set_requires_grad(true);
            let target = x.full_like(f64::from(t));
            let none = None::<&Tensor>;
            let sum = Reduction::None;
            let y = x.binary_cross_entropy_with_logits(&target, none, none, sum);
            let slope = Tensor::run_backward(&[y.sum(Kind::Double)], &[&x], false, false);
            let y = Vec::<f64>::try_from(y.detach()).unwrap();
            let slope = Vec::<f64>::try_from(&slope[0]).unwrap();
            for ((&x, y), slope) in xs.iter().zip(y).zip(slope) {
                let found = cross_entropy(x, t);
                let errors = [f64::from(found.0) - y, f64::from(found.1) - slope];
                assert!(
                    errors[0].abs() <= 2e-7 * y.abs().max(1.0) && errors[1].abs() <= 1e-7,
                    "of {x} and {t}: off by {errors:?}"
                );
            }
        }
    }

    #[test]
    fn nan_stays_nan() {
        for which in Activation::ALL {
            let (y, _) = with_function!(which, f => f(f32::NAN));
            assert!(y.is_nan(), "{which:?}");
        }
        assert!(cross_entropy(f32::NAN, 0.5).0.is_nan());
    }
}
