//! PCA: against scikit-learn, against what the notebook printed, and by its properties.

mod files;
mod golden;
mod mnist;
mod properties;
