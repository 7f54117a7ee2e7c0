//! Tests of the crate's public interface.

mod attempts;
mod claims;
mod fixture;
mod kubernetes;
mod plan;
mod share;
mod status;
