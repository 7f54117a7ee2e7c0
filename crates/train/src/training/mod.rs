//! Training.

pub(crate) mod checkpoint;
pub(crate) mod fit;
pub(crate) mod monitor;
pub(crate) mod optimizer;
pub(crate) mod resume;
