//! A NaN appears in the results, unless it is a weight that is multiplied by zeros alone.

use convolution::PIXELS;
use proptest::{
    prelude::*,
    sample::{Index, select},
};

use crate::{
    cases::{Case, DECODERS},
    reference::compute,
};

fn loss(case: &Case) -> f64 {
    let model = case.model();
    model
        .loss_and_gradients(&case.input, &case.target, 0.0)
        .loss
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10))]

    #[test]
    fn a_nan_that_is_multiplied_by_more_than_zeros_appears(
        decoder in select(&DECODERS[..]),
        seed: u64,
        parameter: Index,
        element: Index,
    ) {
        let mut case = Case::new(decoder, seed, 1);
        let parameter = parameter.get_mut(&mut case.parameters);
        *element.get_mut(parameter) = f32::NAN;
        let skipping = compute(decoder, &case.parameters, &case.batch(), true).loss;
        let multiplying = compute(decoder, &case.parameters, &case.batch(), false).loss;
        let found = loss(&case);
        if skipping.is_nan() {
            prop_assert!(found.is_nan());
        }
        if !multiplying.is_nan() {
            prop_assert!((found - multiplying).abs() <= 1e-6 * multiplying);
        }
    }
}

#[test]
fn a_nan_bias_always_appears() {
    for decoder in DECODERS {
        for index in (1..Case::new(decoder, 2, 1).parameters.len()).step_by(2) {
            let mut case = Case::new(decoder, 2, 1);
            case.parameters[index].fill(f32::NAN);
            assert!(loss(&case).is_nan(), "{decoder:?}, parameter {index}");
        }
    }
}

#[test]
fn a_nan_weight_of_black_pixels_does_not_appear() {
    for decoder in DECODERS {
        let mut case = Case::new(decoder, 3, 1);
        case.parameters[0].fill(f32::NAN);
        assert!(loss(&case).is_nan(), "{decoder:?}");
        case.input = vec![0.0; PIXELS];
        assert!(loss(&case).is_finite(), "{decoder:?}");
    }
}

/// Max-pooling must prefer NaN to numbers: here some of its four candidates are NaN.
#[test]
fn a_nan_pixel_reaches_each_unit_that_depends_on_it() {
    for side in 0..28 {
        let mut case = Case::new(DECODERS[side % 3], 6, 1);
        case.input[side * 28 + side] = f32::NAN;
        let expected = compute(case.decoder, &case.parameters, &case.batch(), false).code;
        let found = case.model().forward(&case.input, None).code;
        for (unit, (found, expected)) in found.iter().zip(expected).enumerate() {
            assert_eq!(
                found.is_nan(),
                expected.is_nan(),
                "pixel {side}, unit {unit}"
            );
        }
    }
}
