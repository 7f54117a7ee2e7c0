//! Evaluation.

pub(crate) mod claim_measures;
pub(crate) mod code_noise;
pub(crate) mod context;
pub(crate) mod metrics;
pub(crate) mod pca;
pub(crate) mod protocols;
pub(crate) mod reconstruct;
pub(crate) mod reconstructions;
pub(crate) mod test_pass;
