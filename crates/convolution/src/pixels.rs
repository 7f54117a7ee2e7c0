/// `LEN` pixels of `C` channels side by side, such that no vector of 16 floats of a map of 16
/// channels lies in two cache lines.
#[derive(Clone)]
#[repr(C, align(64))]
pub struct Pixels<const LEN: usize, const C: usize>(pub [[f32; C]; LEN]);

impl<const LEN: usize, const C: usize> Pixels<LEN, C> {
    pub fn zeros() -> Self {
        Pixels([[0.0; C]; LEN])
    }
}
