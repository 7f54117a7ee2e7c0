//! The backward pass of one image, from its error through all layers to the parameters' gradients.

use super::{
    forward::{LayerOutputs, Positions, unpooled_positions},
    gradients::Gradients,
    layers::Decoder,
    weights::Weights,
};
use crate::{
    kernels::{
        FeatureMap,
        single_channel::{self, Image},
        windows::{correlate, gather, nonzero_channels, scatter},
    },
    simd::Simd,
};

/// The gradients with respect to one feature map of each side. Their borders are zero.
pub struct MapGradients {
    /// `[30, 30, 1]`.
    image: Image,
    /// `[16, 16, 8]`.
    side_14: FeatureMap<256, 8>,
    /// `[9, 9, 16]`.
    side_7: FeatureMap<81, 16>,
    /// `[5, 5, 16]`.
    code: FeatureMap<25, 16>,
}

impl MapGradients {
    pub fn new() -> Box<Self> {
        Box::new(MapGradients {
            image: FeatureMap::zeros(),
            side_14: FeatureMap::zeros(),
            side_7: FeatureMap::zeros(),
            code: FeatureMap::zeros(),
        })
    }

    /// Returns the sum of squared errors of the reconstruction against `target`, `[P]`, and sets
    /// the gradient with respect to the reconstruction, before its ReLU, of `scale` / 2 times it.
    #[inline(always)]
    pub fn squared_error(&mut self, outputs: &LayerOutputs, target: &[f32], scale: f32) -> f64 {
        let mut sum = 0.0;
        for (row, target) in (1..).zip(target.chunks_exact(28)) {
            let reconstruction = &outputs.reconstruction.0[row * 30 + 1..][..28];
            let gradients = &mut self.image.0[row * 30 + 1..][..28];
            let mut squares = [0.0; 4];
            for i in 0..28 {
                let error = reconstruction[i][0] - target[i];
                squares[i % 4] += error * error;
                let active = reconstruction[i][0] > 0.0;
                gradients[i][0] = if active { scale * error } else { 0.0 };
            }
            sum += f64::from(squares.iter().sum::<f32>());
        }
        sum
    }

    /// Propagates the gradient with respect to the reconstruction back to the parameters, whose
    /// gradients are added to `gradients`. `sparsity` is the factor of the L1 penalty on the code.
    #[inline(always)]
    pub fn backward<S: Simd>(
        &mut self,
        weights: &Weights,
        outputs: &LayerOutputs,
        sparsity: f32,
        gradients: &mut Gradients,
    ) {
        match weights.decoder {
            Decoder::Deconv => self.through_decoder::<S, 4>(weights, outputs, gradients),
            Decoder::Unpool | Decoder::DeconvUnpool => {
                self.through_decoder::<S, 3>(weights, outputs, gradients);
            }
        }
        if sparsity != 0.0 {
            for (gradient, unit) in self.code.0.iter_mut().zip(&outputs.code.0) {
                for (gradient, &unit) in gradient.iter_mut().zip(unit) {
                    if unit != 0.0 {
                        *gradient += sparsity.copysign(unit);
                    }
                }
            }
        }
        self.through_encoder::<S>(weights, outputs, gradients);
    }

    /// `KERNEL` is the side of the last two layers' kernels.
    #[inline(always)]
    fn through_decoder<S: Simd, const KERNEL: usize>(
        &mut self,
        weights: &Weights,
        outputs: &LayerOutputs,
        gradients: &mut Gradients,
    ) {
        let Positions {
            side_3,
            side_7,
            side_14,
        } = outputs.positions(weights.decoder);

        add_pixels(&self.image, &mut gradients.decoder_conv3.bias);
        let (image, decoded, positions) = (&self.image, &outputs.decoded_14.0, side_14);
        let (back, to) = (&weights.decoder_conv3_back, &mut self.side_14.0);
        let of_weights = &mut gradients.decoder_conv3.weights.0;
        single_channel::correlate::<S, KERNEL>(image, decoded, positions, of_weights);
        single_channel::gather::<S, KERNEL>(image, positions, decoded, back, to);

        add_pixels(&self.side_14, &mut gradients.decoder_conv2.bias);
        let (full, decoded, positions) = (&self.side_14.0, &outputs.decoded_7.0, side_7);
        // An unpooled value of zero has a gradient; a zero that a ReLU gave has none.
        let mut masks = [0; 81];
        match &weights.decoder_conv1 {
            None => {
                for (_, channel, full_pixel) in unpooled_positions(&outputs.maxima_3) {
                    masks[full_pixel] |= 1 << channel;
                }
            }
            Some(_) => masks = decoded.each_ref().map(nonzero_channels),
        }
        let (kernel, to) = (&weights.decoder_conv2.0, &mut self.side_7.0);
        let of_weights = &mut gradients.decoder_conv2.weights.0;
        correlate::<S, 16, 7, _, _, KERNEL>(full, decoded, positions, of_weights);
        gather::<S, 16, 7, _, _, KERNEL>(full, positions, &masks, kernel, to);

        match &weights.decoder_conv1 {
            None => {
                for (code_pixel, channel, full_pixel) in unpooled_positions(&outputs.maxima_3) {
                    self.code.0[code_pixel][channel] = self.side_7.0[full_pixel][channel];
                }
            }
            Some((kernel, _)) => {
                add_pixels(&self.side_7, &mut gradients.decoder_conv1.bias);
                let (full, code, positions) = (&self.side_7.0, &outputs.code.0, side_3);
                let of_weights = &mut gradients.decoder_conv1.weights.0;
                correlate::<S, 9, 3, _, _, 3>(full, code, positions, of_weights);
                let all = [(1 << 16) - 1; 25];
                gather::<S, 9, 3, _, _, 3>(full, positions, &all, kernel, &mut self.code.0);
            }
        }
    }

    #[inline(always)]
    fn through_encoder<S: Simd>(
        &mut self,
        weights: &Weights,
        outputs: &LayerOutputs,
        gradients: &mut Gradients,
    ) {
        if weights.decoder != Decoder::Unpool {
            relu_backward(&mut self.code, &outputs.code);
        }
        add_pixels(&self.code, &mut gradients.encoder_conv3.bias);
        let (pooled, maxima) = (&self.code.0, &outputs.maxima_3);
        let of_weights = &mut gradients.encoder_conv3.weights.0;
        correlate::<S, 9, 3, _, _, 3>(&outputs.encoded_7.0, pooled, maxima, of_weights);
        let (kernel, mut full) = (&weights.encoder_conv3_back, FeatureMap::zeros());
        scatter::<S, 9, 3, _, _, 3>(pooled, maxima, kernel, &mut full.0);
        relu_backward(&mut full, &outputs.encoded_7);
        self.side_7 = full;

        add_pixels(&self.side_7, &mut gradients.encoder_conv2.bias);
        let (pooled, maxima) = (&self.side_7.0, &outputs.maxima_7);
        let of_weights = &mut gradients.encoder_conv2.weights.0;
        correlate::<S, 16, 7, _, _, 3>(&outputs.encoded_14.0, pooled, maxima, of_weights);
        let (kernel, mut full) = (&weights.encoder_conv2_back, FeatureMap::zeros());
        scatter::<S, 16, 7, _, _, 3>(pooled, maxima, kernel, &mut full.0);
        relu_backward(&mut full, &outputs.encoded_14);
        self.side_14 = full;

        add_pixels(&self.side_14, &mut gradients.encoder_conv1.bias);
        let (pooled, maxima) = (&self.side_14.0, &outputs.maxima_14);
        let of_weights = &mut gradients.encoder_conv1.weights.0;
        single_channel::correlate::<S, 3>(&outputs.image, pooled, maxima, of_weights);
    }
}

/// The gradient through a ReLU: zero where its `output` is zero, as it is in the border.
#[inline(always)]
fn relu_backward<const PIXELS: usize, const C: usize>(
    gradient: &mut FeatureMap<PIXELS, C>,
    output: &FeatureMap<PIXELS, C>,
) {
    let gradients = gradient.0.as_flattened_mut();
    for (gradient, &output) in gradients.iter_mut().zip(output.0.as_flattened()) {
        *gradient = if output > 0.0 { *gradient } else { 0.0 };
    }
}

/// Adds the sum of a map's pixels, `[C]`, to `sum`. The map's border must be zero.
#[inline(always)]
fn add_pixels<const PIXELS: usize, const C: usize>(
    map: &FeatureMap<PIXELS, C>,
    sum: &mut [f32; C],
) {
    let mut of_map = [0.0; C];
    for pixel in &map.0 {
        for c in 0..C {
            of_map[c] += pixel[c];
        }
    }
    for c in 0..C {
        sum[c] += of_map[c];
    }
}
