//! Errors of models of MNIST that were published, beside which those of a run are drawn.

use std::collections::BTreeSet;

use experiment::{DataRecord, ScoreColumn, Scores};

/// A published test error.
#[derive(Clone, Copy, Debug)]
pub struct Published {
    /// Who published it, and what the model is.
    pub label: &'static str,
    /// The numbers of its code.
    pub code: usize,
    /// The squared error of a test image at 0-1 scale, summed over the pixels: the mean over the
    /// 10,000 test images.
    pub sse: f64,
    /// Where the number is.
    pub source: &'static str,
}

const ALL: [Published; 3] = [
    Published {
        label: "Hinton 2006: PCA",
        code: 30,
        sse: 13.87,
        source: "Hinton and Salakhutdinov, Science 313 (2006), 504, figure 2B",
    },
    Published {
        label: "Hinton 2006: deep autoencoder",
        code: 30,
        sse: 3.00,
        source: "the same",
    },
    Published {
        label: "Martens 2010: Hessian-free",
        code: 30,
        sse: 2.28,
        source: "Martens, ICML 2010, table 2, pre-training and L2",
    },
];

/// Those that can be compared: of MNIST's test set, by the squared error, if one of the models has a
/// code of that size.
pub fn of(data: &DataRecord, score: &ScoreColumn, sizes: &BTreeSet<usize>) -> Vec<Published> {
    let is_mnist = data.name == "MNIST" && data.shape == [1, 28, 28] && data.test_images == 10_000;
    if !is_mnist || score.name != Scores::SSE.name {
        return Vec::new();
    }
    let fits = |published: &Published| sizes.contains(&published.code);
    ALL.into_iter().filter(fits).collect()
}
