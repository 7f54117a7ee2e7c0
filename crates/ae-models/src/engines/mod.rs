//! Faster ways to compute some models than libtorch's autograd.

mod conv_cpu;
mod dense_cpu;

pub(crate) use conv_cpu::ConvCpu;
pub(crate) use dense_cpu::DenseCpu;
