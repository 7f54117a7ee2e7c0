/// The weights of a layer between S pooled and D full channels, with a kernel of K x K.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    pub s: usize,
    pub d: usize,
    pub k: usize,
    /// Whether it is a convolution that follows an unpooling, which PyTorch keeps as
    /// `[D, S, K, K]`; the others are `[S, D, K, K]`. The value above a pixel meets the uppermost
    /// row of such a kernel, hence the pixel above a value the lowest: the patch around a value
    /// is multiplied by the kernel turned round.
    pub after_unpooling: bool,
}

impl Layout {
    /// How many weights there are.
    pub fn len(self) -> usize {
        self.s * self.d * self.k * self.k
    }

    /// Where PyTorch keeps the weight between channels s and d for a row and a column of the patch
    /// around a pooled value.
    pub fn index(self, s: usize, row: usize, column: usize, d: usize) -> usize {
        let Layout {
            s: all_s,
            d: all_d,
            k,
            after_unpooling,
        } = self;
        if after_unpooling {
            ((d * all_s + s) * k + k - 1 - row) * k + k - 1 - column
        } else {
            ((s * all_d + d) * k + row) * k + column
        }
    }
}
