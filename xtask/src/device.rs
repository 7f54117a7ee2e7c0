//! Where to compute: on the CPU or on an NVIDIA GPU.

use std::{fs, io, process::Command};

use anyhow::Context as _;
use clap::ValueEnum;

use crate::process::{ANSWER_LIMIT, run_with_timeout};

/// A user's choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Device {
    /// CUDA where there is an NVIDIA driver, else the CPU
    #[default]
    Auto,
    /// The CPU
    Cpu,
    /// An NVIDIA GPU
    Cuda,
}

impl Device {
    /// The name on a command line.
    pub fn name(self) -> &'static str {
        match self {
            Device::Auto => "auto",
            Device::Cpu => "cpu",
            Device::Cuda => "cuda",
        }
    }
}

/// Major version of the NVIDIA driver, or `None` where there is no driver.
///
/// # Errors
/// A driver's tool that does not answer.
pub fn nvidia_driver() -> anyhow::Result<Option<u32>> {
    let text = match fs::read_to_string("/proc/driver/nvidia/version") {
        Ok(text) => Some(text),
        Err(_) => ask_nvidia_smi()?,
    };
    Ok(text.and_then(|text| major_version(&text)))
}

/// The version that `nvidia-smi` prints: on some systems, such as WSL, only this tool knows it.
fn ask_nvidia_smi() -> anyhow::Result<Option<String>> {
    let mut tool = Command::new("nvidia-smi");
    tool.args(["--query-gpu=driver_version", "--format=csv,noheader"]);
    match run_with_timeout(&mut tool, ANSWER_LIMIT) {
        Ok(output) if output.status.success() => {
            Ok(Some(String::from_utf8_lossy(&output.stdout).into_owned()))
        }
        Ok(_) => Ok(None),
        // The tool is not installed.
        Err(error) if error.is::<io::Error>() => Ok(None),
        Err(error) => Err(error).context("`nvidia-smi`"),
    }
}

/// The first word that looks like `580.65.06`, up to its first dot.
fn major_version(text: &str) -> Option<u32> {
    text.split_whitespace()
        .filter_map(|word| word.split_once('.'))
        .find_map(|(major, _)| major.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::major_version;

    #[test]
    fn the_driver_says_its_version_in_several_ways() {
        let closed = "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.183.01  Sun May 12\n\
                      GCC version:  gcc version 12.3.0";
        let open = "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  Release";
        assert_eq!(major_version(closed), Some(535));
        assert_eq!(major_version(open), Some(580));
        assert_eq!(major_version("570.133.20\n570.133.20\n"), Some(570));
        assert_eq!(major_version("no devices were found"), None);
    }
}
