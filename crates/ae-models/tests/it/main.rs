//! Integration tests of the autoencoders.

mod conv_cpu;
mod dense_cpu;
mod golden;
mod init;
mod weights;
mod weights_properties;
