//! `--device`, shared by the commands that compute.

use anyhow::bail;
use tch::Device;

/// Where to compute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum DeviceArgument {
    /// CUDA if libtorch sees a device, else the CPU.
    #[default]
    Auto,
    /// The CPU.
    Cpu,
    /// The first CUDA device.
    Cuda,
}

impl DeviceArgument {
    /// The argument that a device in `run.json` stands for.
    pub fn recorded(device: &str) -> Self {
        match device {
            "cuda" => DeviceArgument::Cuda,
            _ => DeviceArgument::Cpu,
        }
    }

    /// The device for work on other machines: this one need not have what was requested.
    pub fn elsewhere(self) -> anyhow::Result<Device> {
        match self {
            DeviceArgument::Cuda => Ok(Device::Cuda(0)),
            device => device.device(),
        }
    }

    /// The device, or an error if CUDA was requested and libtorch sees no device.
    pub fn device(self) -> anyhow::Result<Device> {
        match (self, tch::Cuda::is_available()) {
            (DeviceArgument::Auto | DeviceArgument::Cuda, true) => Ok(Device::Cuda(0)),
            (DeviceArgument::Auto | DeviceArgument::Cpu, _) => Ok(Device::Cpu),
            (DeviceArgument::Cuda, false) => bail!(
                "expected a CUDA device, found none; run `cargo xtask setup --device cuda` on a \
                 machine with an NVIDIA driver, or use `--device cpu`"
            ),
        }
    }
}
