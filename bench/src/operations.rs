//! How many floating-point operations a training step needs.

use experiment::{Layer, ModelSpec};

/// Additions and multiplications of floats that training needs for each image.
///
/// A layer of M multiplications costs 2 M operations forward, since each product is added up, 2 M
/// for the gradient of its weights, and 2 M for that of its input, which the first layer does not
/// need. Biases, activations, poolings, the loss and Adam are not counted. A dense layer of I
/// inputs and O outputs has M = I O. A convolution of k x k from C to F channels has
/// M = k^2 C F for each pixel of its output, a transposed one for each pixel of its input: as
/// defined, that is with the zeros that padding and unpooling bring, and with the inputs that
/// happen to be zero, such as four fifths of MNIST's pixels.
pub fn per_image(model: &ModelSpec) -> u64 {
    let layers = model.layers();
    let all: usize = layers.iter().map(Layer::multiply_adds).sum();
    (6 * all - 2 * layers[0].multiply_adds()) as u64
}

#[cfg(test)]
mod tests {
    use experiment::Decoder;

    use super::*;

    #[test]
    fn of_a_dense_model() {
        // 6 x 806,400 weights - 2 x 784 x 512 of the first layer.
        let deep = ModelSpec::dense(&[784, 512, 256, 128, 30, 128, 256, 784]);
        assert_eq!(per_image(&deep), 4_035_584);
        let standard = ModelSpec::dense(&[784, 64, 784]);
        assert_eq!(per_image(&standard), 10 * 784 * 64);
    }

    #[test]
    fn of_the_convolutional_models() {
        let of = |decoder| per_image(&ModelSpec::convolutional(decoder));
        // Forward, in multiplications: 56,448 + 225,792 + 112,896 of the encoder, then those of
        // the decoder.
        let encoder = 395_136;
        let without_input_gradient = 2 * 56_448;
        assert_eq!(
            of(Decoder::Unpool),
            6 * (encoder + 225_792 + 56_448) - without_input_gradient
        );
        assert_eq!(
            of(Decoder::Deconv),
            6 * (encoder + 20_736 + 100_352 + 25_088) - without_input_gradient
        );
        assert_eq!(
            of(Decoder::DeconvUnpool),
            6 * (encoder + 112_896 + 225_792 + 56_448) - without_input_gradient
        );
    }
}
