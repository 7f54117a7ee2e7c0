//! What the reader of a set may ask for.

/// How images are changed while they are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Rows and columns that every image is resized to, with a triangle filter that averages when it
    /// shrinks. Height and width are scaled independently: nothing is cropped.
    pub resize: Option<(usize, usize)>,
    /// Whether three channels become one: 0.2126 red + 0.7152 green + 0.0722 blue (Rec. 709).
    pub gray: bool,
}
