//! Integration tests of the autoencoders.

mod conv_cpu;
mod dense_cpu;
mod engines;
mod golden;
mod init;
mod plain;
mod support;
mod weights;
mod weights_properties;
