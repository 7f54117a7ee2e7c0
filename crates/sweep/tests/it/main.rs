//! Tests of the crate's public interface.

mod attempts;
mod claims;
mod fixture;
mod plan;
mod share;
mod status;
