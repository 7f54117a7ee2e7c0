//! The forward pass of one image through all layers. Their outputs fit into a processor's first two
//! caches.

use super::{layers::Decoder, weights::Weights};
use crate::{
    kernels::{
        FeatureMap, pooling,
        single_channel::{self, Image},
        windows::scatter,
    },
    simd::Simd,
};

/// For the pooled maps of side 3, 7 and 14, the position of each value in its block of 2 x 2 full
/// pixels; see [`crate::kernels`].
#[derive(Clone, Copy)]
pub struct Positions<'a> {
    /// `[3, 3, 16]`.
    pub side_3: &'a [[u32; 16]; 9],
    /// `[7, 7, 16]`.
    pub side_7: &'a [[u32; 16]; 49],
    /// `[14, 14, 8]`.
    pub side_14: &'a [[u32; 8]; 196],
}

/// The positions in the transposed convolutions of stride 2; see [`crate::kernels::windows`].
static STRIDE_2: Positions = Positions {
    side_3: &[[3; 16]; 9],
    side_7: &[[0; 16]; 49],
    side_14: &[[0; 8]; 196],
};

/// The outputs of all layers for one image, and where the maxima of the poolings were. Maps have a
/// border of one pixel, positions of maxima have none.
pub struct LayerOutputs {
    /// `[30, 30, 1]`.
    pub image: Image,
    /// `[16, 16, 8]`, after ReLU and pooling.
    pub encoded_14: FeatureMap<256, 8>,
    /// `[9, 9, 16]`, after ReLU and pooling.
    pub encoded_7: FeatureMap<81, 16>,
    /// `[5, 5, 16]`, after pooling.
    pub code: FeatureMap<25, 16>,
    /// `[14, 14, 8]`.
    pub maxima_14: [[u32; 8]; 196],
    /// `[7, 7, 16]`.
    pub maxima_7: [[u32; 16]; 49],
    /// `[3, 3, 16]`.
    pub maxima_3: [[u32; 16]; 9],
    /// `[9, 9, 16]`, after the ReLU, if the layer has one. The borders of this and the following
    /// have no meaning.
    pub decoded_7: FeatureMap<81, 16>,
    /// `[16, 16, 8]`, after the ReLU.
    pub decoded_14: FeatureMap<256, 8>,
    /// `[30, 30, 1]`, after the ReLU.
    pub reconstruction: Image,
}

impl LayerOutputs {
    pub fn new() -> Box<Self> {
        Box::new(LayerOutputs {
            image: FeatureMap::zeros(),
            encoded_14: FeatureMap::zeros(),
            encoded_7: FeatureMap::zeros(),
            code: FeatureMap::zeros(),
            maxima_14: [[0; 8]; 196],
            maxima_7: [[0; 16]; 49],
            maxima_3: [[0; 16]; 9],
            decoded_7: FeatureMap::zeros(),
            decoded_14: FeatureMap::zeros(),
            reconstruction: FeatureMap::zeros(),
        })
    }

    /// An image `[P]` to the code.
    #[inline(always)]
    pub fn encode<S: Simd>(&mut self, weights: &Weights, image: &[f32]) {
        for (row, pixels) in (1..).zip(image.chunks_exact(28)) {
            self.image.0[row * 30 + 1..][..28]
                .as_flattened_mut()
                .copy_from_slice(pixels);
        }
        let outputs = self;
        single_channel::convolve_and_pool::<S>(
            &outputs.image,
            &weights.encoder_conv1,
            &mut outputs.encoded_14.0,
            &mut outputs.maxima_14,
        );
        pooling::convolve_and_pool::<S, 16, 7, _, _>(
            &outputs.encoded_14.0,
            &weights.encoder_conv2,
            true,
            &mut outputs.encoded_7.0,
            &mut outputs.maxima_7,
        );
        pooling::convolve_and_pool::<S, 9, 3, _, _>(
            &outputs.encoded_7.0,
            &weights.encoder_conv3,
            weights.decoder != Decoder::Unpool,
            &mut outputs.code.0,
            &mut outputs.maxima_3,
        );
    }

    /// The code to the reconstruction.
    #[inline(always)]
    pub fn decode<S: Simd>(&mut self, weights: &Weights) {
        match weights.decoder {
            Decoder::Deconv => self.decode_with::<S, 4>(weights),
            Decoder::Unpool | Decoder::DeconvUnpool => self.decode_with::<S, 3>(weights),
        }
    }

    /// `KERNEL` is the side of the last two layers' kernels.
    #[inline(always)]
    fn decode_with<S: Simd, const KERNEL: usize>(&mut self, weights: &Weights) {
        match &weights.decoder_conv1 {
            None => {
                self.decoded_7 = FeatureMap::zeros();
                for (code_pixel, channel, full_pixel) in unpooled_positions(&self.maxima_3) {
                    self.decoded_7.0[full_pixel][channel] = self.code.0[code_pixel][channel];
                }
            }
            Some((kernel, bias)) => {
                let mut full = FeatureMap::filled(*bias);
                let positions = self.positions(weights.decoder).side_3;
                scatter::<S, 9, 3, _, _, 3>(&self.code.0, positions, kernel, &mut full.0);
                relu(&mut full);
                self.decoded_7 = full;
            }
        }

        let (kernel, bias) = &weights.decoder_conv2;
        let mut full = FeatureMap::filled(*bias);
        let positions = self.positions(weights.decoder).side_7;
        let pooled = &self.decoded_7.0;
        scatter::<S, 16, 7, _, _, KERNEL>(pooled, positions, kernel, &mut full.0);
        relu(&mut full);
        self.decoded_14 = full;

        let (kernel, bias) = &weights.decoder_conv3;
        let mut image = FeatureMap::filled(*bias);
        let positions = self.positions(weights.decoder).side_14;
        let pooled = &self.decoded_14.0;
        single_channel::scatter::<S, KERNEL>(pooled, positions, kernel, &mut image);
        relu(&mut image);
        self.reconstruction = image;
    }

    /// The positions to which the decoder puts pooled values: those of the maxima, if it unpools.
    pub fn positions(&self, decoder: Decoder) -> Positions<'_> {
        match decoder {
            Decoder::Deconv => STRIDE_2,
            Decoder::Unpool | Decoder::DeconvUnpool => Positions {
                side_3: &self.maxima_3,
                side_7: &self.maxima_7,
                side_14: &self.maxima_14,
            },
        }
    }

    /// Copies the reconstruction to `[P]`.
    pub fn copy_reconstruction(&self, to: &mut [f32]) {
        for (row, pixels) in (1..).zip(to.chunks_exact_mut(28)) {
            let from = &self.reconstruction.0[row * 30 + 1..][..28];
            pixels.copy_from_slice(from.as_flattened());
        }
    }

    /// Copies the code to `[U]`.
    pub fn copy_code(&self, to: &mut [f32]) {
        for (unit, to) in to.iter_mut().enumerate() {
            let (pixel, channel) = code_position(unit);
            *to = self.code.0[pixel][channel];
        }
    }

    /// Adds noise `[U]` to the code.
    pub fn add_to_code(&mut self, noise: &[f32]) {
        for (unit, noise) in noise.iter().enumerate() {
            let (pixel, channel) = code_position(unit);
            self.code.0[pixel][channel] += noise;
        }
    }
}

/// The pixel, in a map with a border, and the channel of a unit of the code, which PyTorch keeps as
/// `[16, 3, 3]`.
fn code_position(unit: usize) -> (usize, usize) {
    let (channel, y, x) = (unit / 9, unit / 3 % 3, unit % 3);
    ((y + 1) * 5 + x + 1, channel)
}

/// For each pixel of the code and channel: the pixel of the code, the channel, and the pixel of side
/// 7 that the maximum came from. Both pixels are counted in maps with a border, `[5, 5]` and `[9, 9]`.
pub fn unpooled_positions(maxima: &[[u32; 16]; 9]) -> impl Iterator<Item = (usize, usize, usize)> {
    maxima.iter().enumerate().flat_map(|(pixel, positions)| {
        let (y, x) = (pixel / 3, pixel % 3);
        (0..).zip(positions).map(move |(channel, &position)| {
            let (row, column) = (position as usize / 2, position as usize % 2);
            let full_pixel = (2 * y + row + 1) * 9 + 2 * x + column + 1;
            ((y + 1) * 5 + x + 1, channel, full_pixel)
        })
    })
}

#[inline(always)]
fn relu<const PIXELS: usize, const C: usize>(map: &mut FeatureMap<PIXELS, C>) {
    for value in map.0.as_flattened_mut() {
        *value = if 0.0 > *value { 0.0 } else { *value };
    }
}
