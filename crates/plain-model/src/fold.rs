//! A batch normalization in evaluation as one scale and one offset for each channel.

/// What is added to a variance: PyTorch's default.
const EPSILON: f64 = 1e-5;

/// y = scale x + offset for each channel: a batch normalization, computed in 64 bits.
pub(crate) struct Fold {
    scale: Vec<f64>,
    offset: Vec<f64>,
}

impl Fold {
    /// From the tensors of the normalization, each with a number for each channel: `weight`, `bias`,
    /// `running_mean` and `running_var`.
    pub(crate) fn new([weight, bias, mean, variance]: [Vec<f32>; 4]) -> Self {
        let pairs = weight.iter().zip(&variance);
        let scale: Vec<f64> = pairs
            .map(|(&weight, &variance)| f64::from(weight) / (f64::from(variance) + EPSILON).sqrt())
            .collect();
        let offset = (bias.iter().zip(&mean).zip(&scale))
            .map(|((&bias, &mean), scale)| f64::from(bias) - f64::from(mean) * scale)
            .collect();
        Fold { scale, offset }
    }

    /// The bias of the layer before, `[C]`, with the normalization folded in.
    pub(crate) fn bias(&self, bias: &mut [f32]) {
        for (bias, (scale, offset)) in bias.iter_mut().zip(self.scale.iter().zip(&self.offset)) {
            *bias = (f64::from(*bias) * scale + offset) as f32;
        }
    }

    /// The weight of the layer before, whose output channels are followed by dimensions of `inner`
    /// elements together.
    pub(crate) fn weight(&self, weight: &mut [f32], inner: usize) {
        let scales = self.scale.iter().cycle();
        for (elements, scale) in weight.chunks_mut(inner.max(1)).zip(scales) {
            for element in elements {
                *element = (f64::from(*element) * scale) as f32;
            }
        }
    }
}
