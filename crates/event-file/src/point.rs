//! What TensorBoard shows.

/// A value at a step.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Where it is on the horizontal axis.
    pub step: u64,
    /// What it is of: TensorBoard groups tags by what precedes their first slash.
    pub tag: String,
    /// The value.
    pub value: Value,
}

/// What a [`Point`] shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A number of a curve.
    Scalar(f32),
    /// A picture.
    Image(Image),
}

/// A picture in PNG.
#[derive(Clone, Debug, PartialEq)]
pub struct Image {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// 1 for gray, 3 for RGB.
    pub channels: u32,
    /// The content of a PNG file.
    pub png: Vec<u8>,
}
