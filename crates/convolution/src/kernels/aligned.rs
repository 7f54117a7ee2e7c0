//! Memory of the kernels, aligned to cache lines.

/// `ROWS` rows of `C` floats, aligned such that no vector of 16 floats in a row of 16 crosses a cache
/// line.
#[derive(Clone)]
#[repr(C, align(64))]
pub struct AlignedRows<const ROWS: usize, const C: usize>(pub [[f32; C]; ROWS]);

/// A feature map of `C` channels, `[side, side, C]`: a row for each of its `PIXELS` = side x side
/// pixels. The side includes a border of one pixel on each edge.
pub type FeatureMap<const PIXELS: usize, const C: usize> = AlignedRows<PIXELS, C>;

impl<const ROWS: usize, const C: usize> AlignedRows<ROWS, C> {
    /// All zeros.
    pub fn zeros() -> Self {
        Self::filled([0.0; C])
    }

    /// The same values in every row.
    pub fn filled(row: [f32; C]) -> Self {
        AlignedRows([row; ROWS])
    }
}
