//! What the kernels need of an instruction set: vectors of 8 and 16 floats, the models' numbers of
//! channels.

/// `N` floats that one operation computes with.
pub trait Vector<const N: usize>: Copy {
    /// `value` in every element.
    fn splat(value: f32) -> Self;
    /// Reads from memory.
    fn load(from: &[f32; N]) -> Self;
    /// Writes to memory.
    fn store(self, to: &mut [f32; N]);
    /// The elementwise sum.
    fn add(self, other: Self) -> Self;
    /// `self * factor + addend`, elementwise.
    fn multiply_add(self, factor: Self, addend: Self) -> Self;

    /// The elements.
    #[inline(always)]
    fn to_array(self) -> [f32; N] {
        let mut elements = [0.0; N];
        self.store(&mut elements);
        elements
    }

    /// The sum of the elements: the upper half is added to the lower one until one element is left,
    /// which is the same order for every instruction set.
    #[inline(always)]
    fn sum(self) -> f32 {
        let mut elements = self.to_array();
        let mut half = N / 2;
        while half > 0 {
            for i in 0..half {
                elements[i] += elements[i + half];
            }
            half /= 2;
        }
        elements[0]
    }
}

/// An instruction set's vector of `N` floats.
pub trait SimdWidth<const N: usize> {
    /// The vector.
    type Vector: Vector<N>;
}

/// An instruction set.
pub trait Simd: SimdWidth<8> + SimdWidth<16> {
    /// Whether 28 vectors of 16 floats fit into its registers.
    const MANY_REGISTERS: bool;
}
