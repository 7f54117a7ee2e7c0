//! Images as bytes, and the tensors that models take.

use experiment::{PIXELS, Protocol};
use tch::{Device, Kind, Tensor};

/// Images that go through a model at a time: larger chunks do not fit the processor's caches.
const CHUNK: usize = 250;

/// Images as 0-255 bytes, N x P.
#[derive(Clone, Debug)]
pub struct Images(pub Vec<u8>);

impl Images {
    /// `[N, P]` at the scale of `protocol`, on `device`.
    pub fn tensor(&self, protocol: Protocol, device: Device) -> Tensor {
        tensor(&self.0, protocol, device)
    }

    /// The number of images, N.
    pub(crate) fn len(&self) -> usize {
        self.0.len() / PIXELS
    }

    /// Batches of at most [`CHUNK`] images, `[n, P]`, scaled to 0-1.
    pub(crate) fn chunks(&self, device: Device) -> impl Iterator<Item = Tensor> {
        self.batches(CHUNK, device)
    }

    /// Batches of at most `size` images, `[n, P]`, scaled to 0-1.
    pub(crate) fn batches(&self, size: usize, device: Device) -> impl Iterator<Item = Tensor> {
        self.0
            .chunks(size * PIXELS)
            .map(move |bytes| tensor(bytes, Protocol::Corrected, device))
    }
}

fn tensor(bytes: &[u8], protocol: Protocol, device: Device) -> Tensor {
    let bytes = Tensor::from_slice(bytes)
        .view([-1, PIXELS as i64])
        .to_device(device);
    let pixels = bytes.to_kind(Kind::Float);
    match protocol {
        Protocol::Assignment => pixels,
        Protocol::Corrected => pixels / 255.0,
    }
}

/// Images of known class.
#[derive(Clone, Debug)]
pub struct LabeledImages {
    /// N images.
    pub images: Images,
    /// The class of each, from 0 to 9.
    pub labels: Vec<u8>,
}

/// For each of the P pixels, whether it is nonzero in any of `images`, N x P.
pub(crate) fn nonzero_pixels<T: Default + PartialEq>(images: &[T]) -> Vec<bool> {
    let zero = T::default();
    let mut nonzero = vec![false; PIXELS];
    for image in images.chunks_exact(PIXELS) {
        for (nonzero, value) in nonzero.iter_mut().zip(image) {
            *nonzero |= *value != zero;
        }
    }
    nonzero
}
