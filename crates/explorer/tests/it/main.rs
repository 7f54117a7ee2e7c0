//! The page of small run folders with invented weights.

mod invented;
mod page;
