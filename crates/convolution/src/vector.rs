//! Vectors of 8 and 16 floats, the numbers of channels of the models, on each kind of processor.

#[cfg(target_arch = "x86_64")]
pub mod x86;

/// `N` floats that are computed with together.
pub trait Vector<const N: usize>: Copy {
    /// `N` times the same.
    fn splat(value: f32) -> Self;
    /// From memory.
    fn load(from: &[f32; N]) -> Self;
    /// To memory.
    fn store(self, to: &mut [f32; N]);
    /// The sums.
    fn add(self, other: Self) -> Self;
    /// `self * factor + addend`.
    fn multiply_add(self, factor: Self, addend: Self) -> Self;

    /// The elements.
    #[inline(always)]
    fn to_array(self) -> [f32; N] {
        let mut elements = [0.0; N];
        self.store(&mut elements);
        elements
    }

    /// The sum of the elements, by halves.
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

/// The vector of `N` floats of a kind of processor.
pub trait Lanes<const N: usize> {
    /// The vector.
    type Vector: Vector<N>;
}

/// A kind of processor.
pub trait Processor: Lanes<8> + Lanes<16> {
    /// Whether 28 vectors of 16 floats fit into its registers.
    const MANY_REGISTERS: bool;
}

/// Any processor: the compiler does what it can.
pub struct Portable;

impl Processor for Portable {
    const MANY_REGISTERS: bool = false;
}

impl<const N: usize> Lanes<N> for Portable {
    type Vector = [f32; N];
}

impl<const N: usize> Vector<N> for [f32; N] {
    #[inline(always)]
    fn splat(value: f32) -> Self {
        [value; N]
    }

    #[inline(always)]
    fn load(from: &[f32; N]) -> Self {
        *from
    }

    #[inline(always)]
    fn store(self, to: &mut [f32; N]) {
        *to = self;
    }

    #[inline(always)]
    fn add(mut self, other: Self) -> Self {
        for i in 0..N {
            self[i] += other[i];
        }
        self
    }

    #[inline(always)]
    fn multiply_add(self, factor: Self, mut addend: Self) -> Self {
        for i in 0..N {
            // A fused operation is slow where the processor may not have one.
            addend[i] = if cfg!(target_arch = "aarch64") {
                self[i].mul_add(factor[i], addend[i])
            } else {
                self[i] * factor[i] + addend[i]
            };
        }
        addend
    }
}
