//! Figures and tables that several sections have in common.

pub mod code_size;
pub mod codes;
pub mod distributions;
pub mod figures;
pub mod literature;
pub mod losses;
pub mod models;
pub mod noise_matrix;
pub mod part;
pub mod tables;
