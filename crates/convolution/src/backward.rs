//! From a batch's error back through all layers, an image at a time.

use experiment::Decoder;

use crate::{
    forward::{Activations, unpooled},
    gradients::Gradients,
    pixels::Pixels,
    single_channel::{self, Image},
    vector::Processor,
    weights::Weights,
    windows::{correlate, gather, not_zero, scatter},
};

/// The gradients with respect to a map of each side.
pub struct MapGradients {
    image: Image,
    side_14: Pixels<256, 8>,
    side_7: Pixels<81, 16>,
    code: Pixels<25, 16>,
}

impl MapGradients {
    pub fn new() -> Box<Self> {
        Box::new(MapGradients {
            image: Pixels::zeros(),
            side_14: Pixels::zeros(),
            side_7: Pixels::zeros(),
            code: Pixels::zeros(),
        })
    }

    /// Sets the gradient with respect to the reconstruction of `scale` / 2 times the sum of squared
    /// errors; returns that sum.
    #[inline(always)]
    pub fn of_squared_error(
        &mut self,
        activations: &Activations,
        target: &[f32],
        scale: f32,
    ) -> f64 {
        let mut sum = 0.0;
        for (row, target) in (1..).zip(target.chunks_exact(28)) {
            let reconstruction = &activations.reconstruction.0[row * 30 + 1..][..28];
            let gradients = &mut self.image.0[row * 30 + 1..][..28];
            let mut squares = [0.0; 4];
            for i in 0..28 {
                let error = reconstruction[i][0] - target[i];
                squares[i % 4] += error * error;
                let alive = reconstruction[i][0] > 0.0;
                gradients[i][0] = if alive { scale * error } else { 0.0 };
            }
            sum += f64::from(squares.iter().sum::<f32>());
        }
        sum
    }

    /// From the gradient with respect to the reconstruction to those of the weights, which are
    /// added to `gradients`. `sparsity` is the gradient with respect to a unit of the code above
    /// zero, beside that of the reconstruction.
    #[inline(always)]
    pub fn back<I: Processor>(
        &mut self,
        weights: &Weights,
        activations: &Activations,
        sparsity: f32,
        gradients: &mut Gradients,
    ) {
        self.through_decoder::<I>(weights, activations, gradients);
        if sparsity != 0.0 {
            for (gradient, unit) in self.code.0.iter_mut().zip(&activations.code.0) {
                for (gradient, &unit) in gradient.iter_mut().zip(unit) {
                    if unit != 0.0 {
                        *gradient += sparsity.copysign(unit);
                    }
                }
            }
        }
        self.through_encoder::<I>(weights, activations, gradients);
    }

    #[inline(always)]
    fn through_decoder<I: Processor>(
        &mut self,
        weights: &Weights,
        maps: &Activations,
        gradients: &mut Gradients,
    ) {
        let (positions_3, positions_7, positions_14) = maps.positions(weights.decoder);

        add_pixels(&self.image, &mut gradients.decoder_biases.2);
        let (image, decoded, positions) = (&self.image, &maps.decoded_14.0, positions_14);
        let (back, to) = (&weights.decoder_1_back, &mut self.side_14.0);
        let of_weights = &mut gradients.decoder_1;
        match weights.decoder {
            Decoder::Deconv => {
                single_channel::correlate::<I, 4>(image, decoded, positions, of_weights);
                single_channel::gather::<I, 4>(image, positions, decoded, back, to);
            }
            _ => {
                single_channel::correlate::<I, 3>(image, decoded, positions, of_weights);
                single_channel::gather::<I, 3>(image, positions, decoded, back, to);
            }
        }

        add_pixels(&self.side_14, &mut gradients.decoder_biases.1);
        let (full, decoded, positions) = (&self.side_14.0, &maps.decoded_7.0, positions_7);
        // Unpooled values that are zero need their gradient; those of a ReLU have none.
        let mut alive = [0; 81];
        match &weights.decoder_3 {
            None => unpooled(&maps.maxima_3).for_each(|(_, s, pixel)| alive[pixel] |= 1 << s),
            Some(_) => alive = decoded.each_ref().map(not_zero),
        }
        let (kernel, to) = (&weights.decoder_2.0, &mut self.side_7.0);
        let of_weights = &mut gradients.decoder_2.0;
        match weights.decoder {
            Decoder::Deconv => {
                correlate::<I, 16, 7, _, _, 4>(full, decoded, positions, of_weights);
                gather::<I, 16, 7, _, _, 4>(full, positions, &alive, kernel, to);
            }
            _ => {
                correlate::<I, 16, 7, _, _, 3>(full, decoded, positions, of_weights);
                gather::<I, 16, 7, _, _, 3>(full, positions, &alive, kernel, to);
            }
        }

        match &weights.decoder_3 {
            None => {
                for (pixel, s, full_pixel) in unpooled(&maps.maxima_3) {
                    self.code.0[pixel][s] = self.side_7.0[full_pixel][s];
                }
            }
            Some((kernel, _)) => {
                add_pixels(&self.side_7, &mut gradients.decoder_biases.0);
                let (full, code, positions) = (&self.side_7.0, &maps.code.0, positions_3);
                let of_weights = &mut gradients.decoder_3.0;
                correlate::<I, 9, 3, _, _, 3>(full, code, positions, of_weights);
                let all = [(1 << 16) - 1; 25];
                gather::<I, 9, 3, _, _, 3>(full, positions, &all, kernel, &mut self.code.0);
            }
        }
    }

    #[inline(always)]
    fn through_encoder<I: Processor>(
        &mut self,
        weights: &Weights,
        maps: &Activations,
        gradients: &mut Gradients,
    ) {
        if weights.decoder != Decoder::Unpool {
            mask(&mut self.code, &maps.code);
        }
        add_pixels(&self.code, &mut gradients.encoder_biases.2);
        let (pooled, maxima) = (&self.code.0, &maps.maxima_3);
        let of_weights = &mut gradients.encoder_3.0;
        correlate::<I, 9, 3, _, _, 3>(&maps.encoded_7.0, pooled, maxima, of_weights);
        let (kernel, mut full) = (&weights.encoder_3_back, Pixels::zeros());
        scatter::<I, 9, 3, _, _, 3>(pooled, maxima, kernel, &mut full.0);
        mask(&mut full, &maps.encoded_7);
        self.side_7 = full;

        add_pixels(&self.side_7, &mut gradients.encoder_biases.1);
        let (pooled, maxima) = (&self.side_7.0, &maps.maxima_7);
        let of_weights = &mut gradients.encoder_2.0;
        correlate::<I, 16, 7, _, _, 3>(&maps.encoded_14.0, pooled, maxima, of_weights);
        let (kernel, mut full) = (&weights.encoder_2_back, Pixels::zeros());
        scatter::<I, 16, 7, _, _, 3>(pooled, maxima, kernel, &mut full.0);
        mask(&mut full, &maps.encoded_14);
        self.side_14 = full;

        add_pixels(&self.side_14, &mut gradients.encoder_biases.0);
        let (pooled, maxima) = (&self.side_14.0, &maps.maxima_14);
        let of_weights = &mut gradients.encoder_1;
        single_channel::correlate::<I, 3>(&maps.image, pooled, maxima, of_weights);
    }
}

/// The gradient of a ReLU: none where its output is zero, as it is in the border.
#[inline(always)]
fn mask<const LEN: usize, const C: usize>(gradient: &mut Pixels<LEN, C>, output: &Pixels<LEN, C>) {
    let gradients = gradient.0.as_flattened_mut().iter_mut();
    for (gradient, &output) in gradients.zip(output.0.as_flattened()) {
        *gradient = if output > 0.0 { *gradient } else { 0.0 };
    }
}

/// Adds the sum of a map's pixels to `sum`. Its border is zero.
#[inline(always)]
fn add_pixels<const LEN: usize, const C: usize>(map: &Pixels<LEN, C>, sum: &mut [f32; C]) {
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
