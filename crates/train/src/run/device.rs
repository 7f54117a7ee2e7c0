//! Where an experiment computes, and how its thread is set up.

use tch::Device;

use crate::Error;

/// What the user asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Choice {
    /// CUDA if libtorch sees a device, else the CPU.
    #[default]
    Auto,
    /// The CPU.
    Cpu,
    /// The first CUDA device.
    Cuda,
}

impl Choice {
    /// The device.
    ///
    /// # Errors
    /// [`Error::NoCuda`] if CUDA was asked for and is not there.
    pub fn device(self) -> Result<Device, Error> {
        match (self, tch::Cuda::is_available()) {
            (Choice::Auto | Choice::Cuda, true) => Ok(Device::Cuda(0)),
            (Choice::Auto | Choice::Cpu, _) => Ok(Device::Cpu),
            (Choice::Cuda, false) => Err(Error::NoCuda),
        }
    }
}

/// Its name in `run.json`.
pub fn name(device: Device) -> &'static str {
    match device {
        Device::Cpu => "cpu",
        _ => "cuda",
    }
}

/// Sets up the calling thread to compute an experiment: libtorch uses `threads` threads for it,
/// and numbers too small for a normal float become zero.
pub fn prepare_thread(threads: usize) {
    flush_denormals();
    tch::set_num_threads(threads as i32);
}

/// Hidden units that die drive Adam's moments towards zero through the denormal floats, with which
/// a processor computes about a hundred times slower.
fn flush_denormals() {
    #[cfg(target_arch = "x86_64")]
    {
        const FLUSH_TO_ZERO: u32 = 1 << 15;
        const DENORMALS_ARE_ZERO: u32 = 1 << 6;
        let mut control = 0u32;
        // SAFETY: stmxcsr writes the 32 bits of the thread's control register to `control`;
        // ldmxcsr reads them back with two flags set, both of which every x86-64 processor has.
        // Rust asks that floating-point code run with the flags as they were; this deviates
        // knowingly. The flags change only whether numbers below 1.2e-38 become zero, which no
        // code of ours relies on, and the compiler's own folding of constants meets none.
        unsafe {
            std::arch::asm!("stmxcsr [{}]", in(reg) &mut control, options(nostack));
            control |= FLUSH_TO_ZERO | DENORMALS_ARE_ZERO;
            std::arch::asm!("ldmxcsr [{}]", in(reg) &control, options(nostack, readonly));
        }
    }
    #[cfg(target_arch = "aarch64")]
    {
        const FLUSH_TO_ZERO: u64 = 1 << 24;
        let mut control: u64;
        // SAFETY: FPCR is readable and writable by user programs; only the flag changes.
        unsafe {
            std::arch::asm!("mrs {}, fpcr", out(reg) control, options(nomem, nostack));
            control |= FLUSH_TO_ZERO;
            std::arch::asm!("msr fpcr, {}", in(reg) control, options(nomem, nostack));
        }
    }
}
