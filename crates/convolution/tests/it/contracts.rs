//! What the documentation promises apart from values.

use std::panic::{AssertUnwindSafe, catch_unwind};

use convolution::{CODE_UNITS, ConvAe, PIXELS};

use crate::cases::{Case, DECODERS};

#[test]
fn the_other_images_of_a_batch_do_not_matter() {
    for decoder in DECODERS {
        let mut case = Case::new(decoder, 4, 5);
        case.add_code_noise(4);
        for pixel in &mut case.input {
            *pixel /= 3.0; // Otherwise nothing is rounded, and every order of additions gives the same.
        }
        let model = case.model();
        let batch = model.forward(&case.input, Some(&case.code_noise));
        for image in 0..5 {
            let pixels = image * PIXELS..(image + 1) * PIXELS;
            let units = image * CODE_UNITS..(image + 1) * CODE_UNITS;
            let noise = &case.code_noise[units.clone()];
            let alone = model.forward(&case.input[pixels.clone()], Some(noise));
            assert_eq!(alone.reconstruction, batch.reconstruction[pixels]);
            assert_eq!(alone.code, batch.code[units]);
        }
    }
}

#[test]
fn slices_of_another_length_are_refused() {
    let panics = |call: &dyn Fn()| catch_unwind(AssertUnwindSafe(call)).is_err();
    for decoder in DECODERS {
        let case = Case::new(decoder, 5, 2);
        let model = case.model();
        let (images, noise) = (&case.input[..], &case.code_noise[..]);
        let one = &images[PIXELS..];
        assert!(!panics(&|| drop(model.forward(images, Some(noise)))));
        assert!(panics(&|| drop(model.forward(&images[1..], None))));
        assert!(panics(&|| drop(model.forward(one, Some(noise)))));
        assert!(panics(&|| drop(model.loss_and_gradients(images, one, 0.0))));
        assert!(panics(&|| drop(model.loss_and_gradients(&[], &[], 0.0))));

        let mut parameters: Vec<&[f32]> = case.parameters.iter().map(Vec::as_slice).collect();
        assert!(panics(&|| drop(ConvAe::new(decoder, &parameters[2..]))));
        for index in 0..parameters.len() {
            let whole = parameters[index];
            parameters[index] = &whole[1..];
            assert!(
                panics(&|| drop(ConvAe::new(decoder, &parameters))),
                "{index}"
            );
            parameters[index] = whole;
        }
    }
}
