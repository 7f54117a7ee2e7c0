//! An image through all layers. What they make of it fits into a processor's first two caches.

use experiment::Decoder;

use crate::{
    pixels::Pixels,
    pooling,
    single_channel::{self, Image},
    vector::Processor,
    weights::Weights,
    windows::scatter,
};

type Positions<'a> = (&'a [[u32; 16]; 9], &'a [[u32; 16]; 49], &'a [[u32; 8]; 196]);

/// Positions in the transposed convolutions of the decoder without unpooling; see
/// [`crate::windows`].
static LOWER_RIGHT_3: [[u32; 16]; 9] = [[3; 16]; 9];
static WHOLE_7: [[u32; 16]; 49] = [[0; 16]; 49];
static WHOLE_14: [[u32; 8]; 196] = [[0; 8]; 196];

/// What each layer makes of an image: maps of side 28, 14, 7 and 3 with a border of one pixel, and
/// where the maxima of the poolings stood.
pub struct Activations {
    pub image: Image,
    pub encoded_14: Pixels<256, 8>,
    pub encoded_7: Pixels<81, 16>,
    pub code: Pixels<25, 16>,
    pub maxima_14: [[u32; 8]; 196],
    pub maxima_7: [[u32; 16]; 49],
    pub maxima_3: [[u32; 16]; 9],
    pub decoded_7: Pixels<81, 16>,
    pub decoded_14: Pixels<256, 8>,
    pub reconstruction: Image,
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
        let maps = self;
        single_channel::convolve_and_pool::<I>(
            &maps.image,
            &weights.encoder_1,
            &mut maps.encoded_14.0,
            &mut maps.maxima_14,
        );
        pooling::convolve_and_pool::<I, 16, 7, _, _>(
            &maps.encoded_14.0,
            &weights.encoder_2,
            true,
            &mut maps.encoded_7.0,
            &mut maps.maxima_7,
        );
        pooling::convolve_and_pool::<I, 9, 3, _, _>(
            &maps.encoded_7.0,
            &weights.encoder_3,
            weights.decoder != Decoder::Unpool,
            &mut maps.code.0,
            &mut maps.maxima_3,
        );
    }

    /// The code to the reconstruction.
    #[inline(always)]
    pub fn decode<I: Processor>(&mut self, weights: &Weights) {
        match &weights.decoder_3 {
            None => {
                self.decoded_7 = Pixels::zeros();
                for (pixel, s, full_pixel) in unpooled(&self.maxima_3) {
                    self.decoded_7.0[full_pixel][s] = self.code.0[pixel][s];
                }
            }
            Some((kernel, bias)) => {
                let mut full = Pixels([*bias; 81]);
                let (positions, ..) = self.positions(weights.decoder);
                scatter::<I, 9, 3, _, _, 3>(&self.code.0, positions, kernel, &mut full.0);
                rectify(&mut full);
                self.decoded_7 = full;
            }
        }

        let (kernel, bias) = &weights.decoder_2;
        let mut full = Pixels([*bias; 256]);
        let (pooled, (_, positions, _)) = (&self.decoded_7.0, self.positions(weights.decoder));
        match weights.decoder {
            Decoder::Deconv => {
                scatter::<I, 16, 7, _, _, 4>(pooled, positions, kernel, &mut full.0);
            }
            _ => scatter::<I, 16, 7, _, _, 3>(pooled, positions, kernel, &mut full.0),
        }
        rectify(&mut full);
        self.decoded_14 = full;

        let (kernel, bias) = &weights.decoder_1;
        let mut image = Pixels([*bias; 900]);
        let (pooled, (.., positions)) = (&self.decoded_14.0, self.positions(weights.decoder));
        match weights.decoder {
            Decoder::Deconv => {
                single_channel::scatter::<I, 4>(pooled, positions, kernel, &mut image);
            }
            _ => single_channel::scatter::<I, 3>(pooled, positions, kernel, &mut image),
        }
        rectify(&mut image);
        self.reconstruction = image;
    }

    /// The positions, for sides 3, 7 and 14, to which the decoder puts pooled values.
    pub fn positions(&self, decoder: Decoder) -> Positions<'_> {
        match decoder {
            Decoder::Deconv => (&LOWER_RIGHT_3, &WHOLE_7, &WHOLE_14),
            _ => (&self.maxima_3, &self.maxima_7, &self.maxima_14),
        }
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

/// For each pixel of side 3 and channel, in maps with a border: the pixel, the channel, and the
/// pixel of side 7 that the maximum came from.
pub fn unpooled(maxima: &[[u32; 16]; 9]) -> impl Iterator<Item = (usize, usize, usize)> {
    maxima.iter().enumerate().flat_map(|(pixel, positions)| {
        let (y, x) = (pixel / 3, pixel % 3);
        positions.iter().enumerate().map(move |(s, &position)| {
            let (row, column) = (position as usize / 2, position as usize % 2);
            let full_pixel = (2 * y + row + 1) * 9 + 2 * x + column + 1;
            ((y + 1) * 5 + x + 1, s, full_pixel)
        })
    })
}

#[inline(always)]
fn rectify<const LEN: usize, const C: usize>(map: &mut Pixels<LEN, C>) {
    for value in map.0.as_flattened_mut() {
        *value = if 0.0 > *value { 0.0 } else { *value };
    }
}
