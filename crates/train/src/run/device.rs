//! How the threads that compute are set up, and the names of devices in records.

use tch::Device;

/// The name of a device in `run.json`.
pub fn name(device: Device) -> &'static str {
    match device {
        Device::Cpu => "cpu",
        _ => "cuda",
    }
}

/// Sets up the calling thread to compute: libtorch uses no other for it, since its sums depend on the
/// number, and denormal floats become zero.
pub fn prepare_thread() {
    flush_denormals();
    tch::set_num_threads(1);
}

/// Hidden units that die drive Adam's moments towards zero through the denormal floats, with which
/// a processor is about a hundred times slower.
fn flush_denormals() {
    #[cfg(target_arch = "x86_64")]
    {
        const FLUSH_TO_ZERO: u32 = 1 << 15;
        const DENORMALS_ARE_ZERO: u32 = 1 << 6;
        let mut control = 0u32;
        // SAFETY: stmxcsr writes the 32 bits of the thread's control register to `control`;
        // ldmxcsr reads them back with two flags set, both of which every x86-64 processor has.
        // Rust asks that floating-point code run with the flags as they were; this deviates
        // knowingly. The flags change only whether numbers below 1.2e-38 become zero, on which no
        // code of this project relies, and no constant that the compiler folds is so small.
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
