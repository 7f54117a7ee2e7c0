//! The ways to compute a model: [`Autograd`] takes any specification, and is the reference; the
//! others are faster and say what they support.
//!
//! On everything that an engine says it supports, it agrees with autograd up to rounding:
//! `tests/it/engines.rs` compares them on random specifications. An engine's `supports` names every
//! field of the settings, so that a new setting does not compile before it was considered there.

mod autograd;
mod conv_cpu;
mod dense_cpu;

use experiment::ModelSpec;
use tch::Device;

use crate::Objective;

pub(crate) use autograd::Autograd;
use conv_cpu::ConvCpu;
use dense_cpu::DenseCpu;

pub use dense_cpu::linear;

/// The engine that computes a model.
#[derive(Debug)]
pub(crate) enum Engine {
    /// [`Autograd`], for what no other engine supports.
    Autograd,
    /// Gradients of dense models on the CPU; without gradients they are computed by [`Autograd`].
    DenseCpu(DenseCpu),
    /// Convolutional models on the CPU.
    ConvCpu(ConvCpu),
}

impl Engine {
    /// The fastest engine that supports a model, what it is trained for, and the device.
    pub(crate) fn new(spec: &ModelSpec, objective: &Objective, device: Device) -> Self {
        match spec {
            ModelSpec::Dense(dense) if DenseCpu::supports(dense, objective, device) => {
                Engine::DenseCpu(DenseCpu::new(&spec.layers(), objective))
            }
            ModelSpec::Convolutional(spec) if ConvCpu::supports(spec, objective, device) => {
                Engine::ConvCpu(ConvCpu::new(spec, objective))
            }
            _ => Engine::Autograd,
        }
    }

    /// A name for lists and reports.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Engine::Autograd => "autograd",
            Engine::DenseCpu(_) => "dense-cpu",
            Engine::ConvCpu(_) => "conv-cpu",
        }
    }
}
