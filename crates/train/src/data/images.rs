//! Images of one size, and the tensors that models take.

use ae_models::as_mut_slice;
use experiment::{Protocol, Shape};
use multiversion::multiversion;
use tch::{Device, Kind, Tensor};

/// Images that go through a model at a time: larger chunks do not fit the processor's caches.
const CHUNK: usize = 250;

/// N images of one size, each of P numbers.
#[derive(Clone, Debug)]
pub struct Images {
    shape: Shape,
    pixels: Pixels,
}

/// The numbers of images, N x C x R x W.
#[derive(Clone, Debug)]
pub enum Pixels {
    /// 0-255.
    Bytes(Vec<u8>),
    /// At 0-1 scale.
    Floats(Vec<f32>),
}

impl Images {
    /// Images of `shape`, which `pixels` must hold a whole number of.
    ///
    /// # Panics
    /// If they do not.
    pub fn new(shape: Shape, pixels: Pixels) -> Self {
        let numbers = match &pixels {
            Pixels::Bytes(bytes) => bytes.len(),
            Pixels::Floats(floats) => floats.len(),
        };
        assert!(numbers.is_multiple_of(shape.size()), "whole images");
        Images { shape, pixels }
    }

    /// No images of `shape`, to which others can be appended.
    pub(super) fn none(shape: Shape, is_bytes: bool) -> Self {
        let pixels = if is_bytes {
            Pixels::Bytes(Vec::new())
        } else {
            Pixels::Floats(Vec::new())
        };
        Images::new(shape, pixels)
    }

    /// Appends images of the same size and type of numbers.
    ///
    /// # Panics
    /// If they are of another type.
    pub(super) fn append(&mut self, others: Images) {
        match (&mut self.pixels, others.pixels) {
            (Pixels::Bytes(all), Pixels::Bytes(others)) => all.extend(others),
            (Pixels::Floats(all), Pixels::Floats(others)) => all.extend(others),
            _ => panic!("bytes beside floats"),
        }
    }

    /// The size of each image.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// Their numbers.
    pub fn pixels(&self) -> &Pixels {
        &self.pixels
    }

    /// The number of images, N.
    pub fn len(&self) -> usize {
        let numbers = match &self.pixels {
            Pixels::Bytes(bytes) => bytes.len(),
            Pixels::Floats(floats) => floats.len(),
        };
        numbers / self.shape.size()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The images of these indices, in their order.
    pub fn select(&self, indices: impl IntoIterator<Item = usize>) -> Images {
        fn rows<T: Copy>(all: &[T], size: usize, indices: impl Iterator<Item = usize>) -> Vec<T> {
            indices
                .flat_map(|index| &all[index * size..][..size])
                .copied()
                .collect()
        }
        let (size, indices) = (self.shape.size(), indices.into_iter());
        let pixels = match &self.pixels {
            Pixels::Bytes(bytes) => Pixels::Bytes(rows(bytes, size, indices)),
            Pixels::Floats(floats) => Pixels::Floats(rows(floats, size, indices)),
        };
        Images::new(self.shape, pixels)
    }

    /// `[N, P]` at the scale of `protocol`, on `device`.
    pub fn tensor(&self, protocol: Protocol, device: Device) -> Tensor {
        self.rows(0..self.len(), protocol, device)
    }

    /// Batches of at most [`CHUNK`] images, `[n, P]`, scaled to 0-1.
    pub(crate) fn chunks(&self, device: Device) -> impl Iterator<Item = Tensor> {
        self.batches(CHUNK, device)
    }

    /// Batches of at most `size` images, `[n, P]`, scaled to 0-1.
    pub fn batches(&self, size: usize, device: Device) -> impl Iterator<Item = Tensor> {
        let count = self.len();
        (0..count).step_by(size).map(move |start| {
            let rows = start..count.min(start + size);
            self.rows(rows, Protocol::Corrected, device)
        })
    }

    fn rows(&self, rows: std::ops::Range<usize>, protocol: Protocol, device: Device) -> Tensor {
        let size = self.shape.size();
        let range = rows.start * size..rows.end * size;
        let matrix = |tensor: Tensor| tensor.view([-1, size as i64]).to_device(device);
        match (&self.pixels, protocol) {
            (Pixels::Bytes(bytes), Protocol::Corrected) if device == Device::Cpu => {
                let mut images = Tensor::empty([range.len() as i64], (Kind::Float, device));
                // SAFETY: the tensor is new.
                to_unit(&bytes[range], unsafe { as_mut_slice(&mut images) });
                matrix(images)
            }
            (Pixels::Bytes(bytes), Protocol::Assignment) => {
                matrix(Tensor::from_slice(&bytes[range])).to_kind(Kind::Float)
            }
            (Pixels::Bytes(bytes), Protocol::Corrected) => {
                matrix(Tensor::from_slice(&bytes[range])).to_kind(Kind::Float) / 255.0
            }
            (Pixels::Floats(floats), Protocol::Assignment) => {
                matrix(Tensor::from_slice(&floats[range])) * 255.0
            }
            (Pixels::Floats(floats), Protocol::Corrected) => {
                matrix(Tensor::from_slice(&floats[range]))
            }
        }
    }

    /// The minimum and the maximum of all numbers, as they are; there must be an image.
    pub fn value_range(&self) -> [f32; 2] {
        match &self.pixels {
            Pixels::Bytes(bytes) => {
                let ends = [bytes.iter().min(), bytes.iter().max()];
                ends.map(|end| (*end.expect("an image has numbers")).into())
            }
            Pixels::Floats(floats) => floats
                .iter()
                .fold([f32::INFINITY, f32::NEG_INFINITY], |[low, high], value| {
                    [low.min(*value), high.max(*value)]
                }),
        }
    }

    /// Scales floats so that `low` becomes 0 and `high` becomes 1; bytes stay.
    pub fn scale(&mut self, [low, high]: [f32; 2]) {
        let Pixels::Floats(floats) = &mut self.pixels else {
            return;
        };
        // In 64 bits, where no difference of two floats overflows.
        let [low, high] = [low, high].map(f64::from);
        let width = if high > low { high - low } else { 1.0 };
        for value in floats {
            *value = ((f64::from(*value) - low) / width) as f32;
        }
    }

    /// For each of the P numbers of an image, whether it is nonzero in any of them.
    pub(crate) fn nonzero_pixels(&self) -> Vec<bool> {
        match &self.pixels {
            Pixels::Bytes(bytes) => nonzero_pixels(bytes, self.shape.size()),
            Pixels::Floats(floats) => nonzero_pixels(floats, self.shape.size()),
        }
    }
}

/// Images, with their classes if these are known.
#[derive(Clone, Debug)]
pub struct LabeledImages {
    /// N images.
    pub images: Images,
    /// The class of each, as an index of the data's classes.
    pub labels: Option<Vec<u32>>,
}

impl LabeledImages {
    /// The images of these indices, in their order.
    pub(super) fn select(&self, indices: impl Iterator<Item = usize> + Clone) -> LabeledImages {
        let labels = self.labels.as_ref();
        LabeledImages {
            images: self.images.select(indices.clone()),
            labels: labels.map(|labels| indices.map(|index| labels[index]).collect()),
        }
    }
}

/// Bytes at 0-1 scale.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub(super) fn to_unit(bytes: &[u8], pixels: &mut [f32]) {
    for (pixel, &byte) in pixels.iter_mut().zip(bytes) {
        *pixel = f32::from(byte) / 255.0;
    }
}

/// For each of the P numbers of an image, whether it is nonzero in any of `images`, N x P.
pub(crate) fn nonzero_pixels<T: Default + PartialEq>(images: &[T], numbers: usize) -> Vec<bool> {
    let zero = T::default();
    let mut nonzero = vec![false; numbers];
    for image in images.chunks_exact(numbers) {
        for (nonzero, value) in nonzero.iter_mut().zip(image) {
            *nonzero |= *value != zero;
        }
    }
    nonzero
}
