//! Images as their files have them, as images of an experiment.

use experiment::Shape;

use crate::data::images::{Images, Pixels};

/// Images of `shape` with these numbers.
pub(super) fn images(shape: image_sets::Shape, numbers: image_sets::Pixels) -> Images {
    let pixels = match numbers {
        image_sets::Pixels::U8(bytes) => Pixels::Bytes(bytes),
        image_sets::Pixels::F32(floats) => Pixels::Floats(floats),
    };
    Images::new(shape_of(shape), pixels)
}

/// The size of an image.
pub(super) fn shape_of(shape: image_sets::Shape) -> Shape {
    let image_sets::Shape {
        channels,
        rows,
        columns,
    } = shape;
    Shape {
        channels,
        rows,
        columns,
    }
}
