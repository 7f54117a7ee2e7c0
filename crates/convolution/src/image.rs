//! One image through all layers and back. What it leaves at each layer fits into a processor's
//! first two caches.

use experiment::Decoder;

use crate::{
    gradients::Gradients,
    pixels::Pixels,
    pooling,
    single_channel::{self, Image},
    vector::Processor,
    weights::Weights,
    windows::{correlate, gather, not_zero, scatter},
};

/// Positions in the transposed convolutions of the decoder without unpooling; see
/// [`crate::windows`].
static LOWER_RIGHT_3: [[u32; 16]; 9] = [[3; 16]; 9];
static WHOLE_7: [[u32; 16]; 49] = [[0; 16]; 49];
static WHOLE_14: [[u32; 8]; 196] = [[0; 8]; 196];

/// What each layer makes of an image: maps of side 28, 14, 7 and 3 with a border of one pixel, and
/// where the maxima of the poolings stood.
pub struct Activations {
    image: Image,
    encoded_14: Pixels<256, 8>,
    encoded_7: Pixels<81, 16>,
    code: Pixels<25, 16>,
    maxima_14: [[u32; 8]; 196],
    maxima_7: [[u32; 16]; 49],
    maxima_3: [[u32; 16]; 9],
    decoded_7: Pixels<81, 16>,
    decoded_14: Pixels<256, 8>,
    reconstruction: Image,
}

/// The gradients with respect to a map of each side.
pub struct MapGradients {
    image: Image,
    side_14: Pixels<256, 8>,
    side_7: Pixels<81, 16>,
    code: Pixels<25, 16>,
}

impl Activations {
    pub fn new() -> Box<Self> {
        Box::new(Activations {
            image: Pixels::zeros(),
            encoded_14: Pixels::zeros(),
            encoded_7: Pixels::zeros(),
            code: Pixels::zeros(),
            maxima_14: [[0; 8]; 196],
            maxima_7: [[0; 16]; 49],
            maxima_3: [[0; 16]; 9],
            decoded_7: Pixels::zeros(),
            decoded_14: Pixels::zeros(),
            reconstruction: Pixels::zeros(),
        })
    }

    /// `pixels`, `[P]`, to the code.
    #[inline(always)]
    pub fn encode<I: Processor>(&mut self, weights: &Weights, pixels: &[f32]) {
        for (row, pixels) in (1..).zip(pixels.chunks_exact(28)) {
            self.image.0[row * 30 + 1..][..28]
                .as_flattened_mut()
                .copy_from_slice(pixels);
        }
        single_channel::convolve_and_pool::<I>(
            &self.image,
            &weights.encoder_1,
            &mut self.encoded_14.0,
            &mut self.maxima_14,
        );
        let (maps, filters) = (&mut *self, &weights.encoder_2);
        if I::MANY_REGISTERS {
            pooling::convolve_and_pool::<I, 16, 7, 8, 16, 7>(
                &maps.encoded_14.0,
                filters,
                true,
                &mut maps.encoded_7.0,
                &mut maps.maxima_7,
            );
        } else {
            pooling::convolve_and_pool::<I, 16, 7, 8, 16, 1>(
                &maps.encoded_14.0,
                filters,
                true,
                &mut maps.encoded_7.0,
                &mut maps.maxima_7,
            );
        }
        let filters = &weights.encoder_3;
        let relu = weights.decoder != Decoder::Unpool;
        if I::MANY_REGISTERS {
            pooling::convolve_and_pool::<I, 9, 3, 16, 16, 3>(
                &maps.encoded_7.0,
                filters,
                relu,
                &mut maps.code.0,
                &mut maps.maxima_3,
            );
        } else {
            pooling::convolve_and_pool::<I, 9, 3, 16, 16, 1>(
                &maps.encoded_7.0,
                filters,
                relu,
                &mut maps.code.0,
                &mut maps.maxima_3,
            );
        }
    }

    /// The code to the reconstruction.
    #[inline(always)]
    pub fn decode<I: Processor>(&mut self, weights: &Weights) {
        match &weights.decoder_3 {
            None => {
                self.decoded_7 = Pixels::zeros();
                for (pixel, s, unpooled) in unpooled(&self.maxima_3) {
                    let code = self.code.0[(pixel / 3 + 1) * 5 + pixel % 3 + 1][s];
                    self.decoded_7.0[unpooled / 7 * 9 + unpooled % 7 + 10][s] = code;
                }
            }
            Some((kernel, bias)) => {
                self.decoded_7.0.fill(*bias);
                let positions = match weights.decoder {
                    Decoder::Deconv => &LOWER_RIGHT_3,
                    _ => &self.maxima_3,
                };
                let full = &mut self.decoded_7.0;
                scatter::<I, 9, 3, 16, 16, 3>(&self.code.0, positions, kernel, full);
                rectify(&mut self.decoded_7);
            }
        }
        let (kernel, bias) = &weights.decoder_2;
        let (pooled, full) = (&self.decoded_7.0, &mut self.decoded_14.0);
        full.fill(*bias);
        match weights.decoder {
            Decoder::Deconv => {
                scatter::<I, 16, 7, 8, 16, 4>(pooled, &WHOLE_7, kernel, full);
            }
            _ => scatter::<I, 16, 7, 8, 16, 3>(pooled, &self.maxima_7, kernel, full),
        }
        rectify(&mut self.decoded_14);
        let (kernel, bias) = &weights.decoder_1;
        let (pooled, image) = (&self.decoded_14.0, &mut self.reconstruction);
        image.0.fill(*bias);
        match weights.decoder {
            Decoder::Deconv => {
                single_channel::scatter::<I, 4>(pooled, &WHOLE_14, kernel, image);
            }
            _ => single_channel::scatter::<I, 3>(pooled, &self.maxima_14, kernel, image),
        }
        rectify(image);
    }

    /// Copies the reconstruction, `[P]`.
    pub fn reconstruction(&self, to: &mut [f32]) {
        for (row, pixels) in (1..).zip(to.chunks_exact_mut(28)) {
            let from = &self.reconstruction.0[row * 30 + 1..][..28];
            pixels.copy_from_slice(from.as_flattened());
        }
    }

    /// Copies the code, `[U]`.
    pub fn code(&self, to: &mut [f32]) {
        for (unit, to) in to.iter_mut().enumerate() {
            let (pixel, s) = place_of(unit);
            *to = self.code.0[pixel][s];
        }
    }

    /// Adds noise, `[U]`, to the code.
    pub fn add_to_code(&mut self, noise: &[f32]) {
        for (unit, noise) in noise.iter().enumerate() {
            let (pixel, s) = place_of(unit);
            self.code.0[pixel][s] += noise;
        }
    }
}

/// The pixel and the channel of a unit of the code, which PyTorch keeps as `[16, 3, 3]`.
fn place_of(unit: usize) -> (usize, usize) {
    let (s, y, x) = (unit / 9, unit / 3 % 3, unit % 3);
    ((y + 1) * 5 + x + 1, s)
}

/// For each pooled pixel of side 3 and channel, the pixel of side 7 that it came from.
fn unpooled(maxima: &[[u32; 16]; 9]) -> impl Iterator<Item = (usize, usize, usize)> {
    let pixels = maxima.iter().enumerate();
    pixels.flat_map(|(pixel, positions)| {
        let channels = positions.iter().enumerate();
        channels.map(move |(s, &position)| {
            let y = pixel / 3 * 2 + position as usize / 2;
            let x = pixel % 3 * 2 + position as usize % 2;
            (pixel, s, y * 7 + x)
        })
    })
}

#[inline(always)]
fn rectify<const LEN: usize, const C: usize>(map: &mut Pixels<LEN, C>) {
    for value in map.0.as_flattened_mut() {
        *value = if 0.0 > *value { 0.0 } else { *value };
    }
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
        add_pixels(&self.image, &mut gradients.decoder_biases.2);
        let back = &weights.decoder_1_back;
        let (decoded, maxima) = (&maps.decoded_14.0, &maps.maxima_14);
        let (image, side_14) = (&self.image, &mut self.side_14.0);
        let weight_gradients = &mut gradients.decoder_1;
        match weights.decoder {
            Decoder::Deconv => {
                single_channel::correlate::<I, 4>(image, decoded, &WHOLE_14, weight_gradients);
                single_channel::gather::<I, 4>(image, &WHOLE_14, decoded, back, side_14);
            }
            _ => {
                single_channel::correlate::<I, 3>(image, decoded, maxima, weight_gradients);
                single_channel::gather::<I, 3>(image, maxima, decoded, back, side_14);
            }
        }

        add_pixels(&self.side_14, &mut gradients.decoder_biases.1);
        let mut masks = [0; 49];
        if weights.decoder == Decoder::Unpool {
            for (_, s, pixel) in unpooled(&maps.maxima_3) {
                masks[pixel] |= 1 << s;
            }
        } else {
            for (pixel, mask) in masks.iter_mut().enumerate() {
                *mask = not_zero(&maps.decoded_7.0[pixel / 7 * 9 + pixel % 7 + 10]);
            }
        }
        let (full, decoded, maxima) = (&self.side_14.0, &maps.decoded_7.0, &maps.maxima_7);
        let (kernel, _) = &weights.decoder_2;
        let side_7 = &mut self.side_7.0;
        let weight_gradients = &mut gradients.decoder_2.0;
        match weights.decoder {
            Decoder::Deconv => {
                correlate::<I, 16, 7, 8, 16, 4>(full, decoded, &WHOLE_7, weight_gradients);
                gather::<I, 16, 7, 8, 16, 4>(full, &WHOLE_7, &masks, kernel, side_7);
            }
            _ => {
                correlate::<I, 16, 7, 8, 16, 3>(full, decoded, maxima, weight_gradients);
                gather::<I, 16, 7, 8, 16, 3>(full, maxima, &masks, kernel, side_7);
            }
        }

        match &weights.decoder_3 {
            None => {
                for (pixel, s, unpooled) in unpooled(&maps.maxima_3) {
                    let gradient = self.side_7.0[unpooled / 7 * 9 + unpooled % 7 + 10][s];
                    self.code.0[(pixel / 3 + 1) * 5 + pixel % 3 + 1][s] = gradient;
                }
            }
            Some((kernel, _)) => {
                add_pixels(&self.side_7, &mut gradients.decoder_biases.0);
                let (full, code) = (&self.side_7.0, &maps.code.0);
                let positions = match weights.decoder {
                    Decoder::Deconv => &LOWER_RIGHT_3,
                    _ => &maps.maxima_3,
                };
                let weight_gradients = &mut gradients.decoder_3.0;
                correlate::<I, 9, 3, 16, 16, 3>(full, code, positions, weight_gradients);
                let masks = [(1 << 16) - 1; 9];
                gather::<I, 9, 3, 16, 16, 3>(full, positions, &masks, kernel, &mut self.code.0);
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
        let (code, maxima) = (&self.code.0, &maps.maxima_3);
        let weight_gradients = &mut gradients.encoder_3.0;
        correlate::<I, 9, 3, 16, 16, 3>(&maps.encoded_7.0, code, maxima, weight_gradients);
        self.side_7.0.fill([0.0; 16]);
        let kernel = &weights.encoder_3_back;
        scatter::<I, 9, 3, 16, 16, 3>(code, maxima, kernel, &mut self.side_7.0);
        mask(&mut self.side_7, &maps.encoded_7);

        add_pixels(&self.side_7, &mut gradients.encoder_biases.1);
        let (side_7, maxima) = (&self.side_7.0, &maps.maxima_7);
        let weight_gradients = &mut gradients.encoder_2.0;
        correlate::<I, 16, 7, 8, 16, 3>(&maps.encoded_14.0, side_7, maxima, weight_gradients);
        self.side_14.0.fill([0.0; 8]);
        let kernel = &weights.encoder_2_back;
        scatter::<I, 16, 7, 8, 16, 3>(side_7, maxima, kernel, &mut self.side_14.0);
        mask(&mut self.side_14, &maps.encoded_14);

        add_pixels(&self.side_14, &mut gradients.encoder_biases.0);
        let weight_gradients = &mut gradients.encoder_1;
        let (side_14, maxima) = (&self.side_14.0, &maps.maxima_14);
        single_channel::correlate::<I, 3>(&maps.image, side_14, maxima, weight_gradients);
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
