//! The builds of libtorch that can be installed.

use anyhow::ensure;

use super::libtorch::VERSION;
use crate::{context::Context, device::Device};

/// NVIDIA's first driver that runs CUDA 13.
const MIN_DRIVER: u32 = 580;

/// A build of libtorch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Build {
    /// For CPUs only.
    Cpu,
    /// For CPUs and CUDA 13.0.
    Cuda,
}

impl Build {
    /// PyTorch's name of it.
    pub fn name(self) -> &'static str {
        match self {
            Build::Cpu => "cpu",
            Build::Cuda => "cu130",
        }
    }

    /// The wheels that hold it, in pip's format, with the digests of every wheel: those that the
    /// package index had for these versions when they were written down. So neither an index nor a
    /// mirror is trusted.
    pub(super) fn requirements(self) -> &'static str {
        match self {
            Build::Cpu => include_str!("../../wheels/cpu.txt"),
            Build::Cuda => include_str!("../../wheels/cuda.txt"),
        }
    }

    /// The build for a machine with this major version of NVIDIA's driver.
    pub fn for_driver(version: Option<u32>) -> Self {
        match version {
            Some(version) if version >= MIN_DRIVER => Build::Cuda,
            _ => Build::Cpu,
        }
    }

    /// The build that computes on `device`, and that the driver of this machine can run.
    ///
    /// # Errors
    /// CUDA on a machine whose driver is too old.
    pub fn for_device(context: &Context, device: Device) -> anyhow::Result<Self> {
        if device == Device::Cpu {
            return Ok(Build::Cpu);
        }
        let is_requested = device == Device::Cuda;
        let driver = (context.nvidia_driver)().unwrap_or_else(|problem| {
            let choice = if is_requested {
                ""
            } else {
                ", so the CPU build is chosen"
            };
            context.say(format!(
                "the NVIDIA driver's version is unknown{choice}: {problem:#}"
            ));
            None
        });
        match driver {
            Some(version) if version < MIN_DRIVER => {
                let problem = format!(
                    "NVIDIA driver {version} cannot run CUDA 13, which needs driver {MIN_DRIVER}; \
                     update the driver, or set LIBTORCH to a libtorch {VERSION} that is built for \
                     this driver"
                );
                ensure!(!is_requested, "{problem}; or give `--device cpu`");
                context.say(format!("the CPU computes, since {problem}"));
                Ok(Build::Cpu)
            }
            None if is_requested => {
                context.say("found no NVIDIA driver; libtorch with CUDA is installed as asked");
                Ok(Build::Cuda)
            }
            driver => Ok(Build::for_driver(driver)),
        }
    }
}
