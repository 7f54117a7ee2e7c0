//! What the project needs of a machine: one list of checks, of which set-up requires some and
//! `doctor` shows all. A check changes nothing and never uses the network.
//!
//! A command that fails names `cargo xtask doctor`, which runs all checks. It asks `train
//! self-check` whether libtorch computes, since `xtask` does not link it.

mod compiler;
mod computing;
mod environment;
mod files;
mod machine;
mod resources;
mod tools;

use std::fmt;

use anyhow::bail;
use serde_json::{Value, json};

pub use machine::{Machine, Verdict};

/// The check of one thing.
pub struct Check {
    /// The thing.
    pub name: &'static str,
    /// Examines it.
    pub run: fn(&Machine) -> Verdict,
    /// What to do if it is not as required.
    pub remedy: &'static str,
}

/// The C++ compiler, which compiles libtorch's bindings.
pub const COMPILER: Check = Check {
    name: "C++ compiler",
    run: compiler::check,
    remedy: "install a C++ compiler (Debian and Ubuntu: `apt install g++`, Fedora: `dnf install \
             gcc-c++`, macOS: `xcode-select --install`), or name your compiler in CXX",
};
/// The system, which PyTorch must have wheels for if libtorch is installed.
pub const PLATFORM: Check = Check {
    name: "platform",
    run: environment::platform,
    remedy: "use a machine that PyTorch has wheels for (Linux with glibc 2.28 or newer on x86_64 or \
             aarch64, macOS 14 or newer on Apple silicon), or build libtorch 2.13.0 yourself and set \
             LIBTORCH to its folder",
};
/// pip, which installs libtorch.
pub const PIP: Check = Check {
    name: "pip",
    run: tools::pip,
    remedy: "install python3 with pip, which must work without PYTHONPATH (Debian and Ubuntu: `apt \
             install python3-pip`), or set LIBTORCH to your own libtorch 2.13.0",
};
/// The cache, where libtorch is installed.
pub const CACHE: Check = Check {
    name: "cache",
    run: files::cache,
    remedy: "make it a folder that you may write, or name another in AE_WORKBENCH_CACHE",
};
/// The chosen libtorch.
pub const LIBTORCH: Check = Check {
    name: "libtorch",
    run: files::libtorch,
    remedy: "run `cargo xtask setup`; if LIBTORCH is set, it must lead to libtorch 2.13.0; \
             unset it to have one installed",
};

/// All checks, in the order in which `doctor` shows them.
pub const ALL: [Check; 17] = [
    PLATFORM,
    Check {
        name: "environment",
        run: environment::variables,
        remedy: "unset it if you did not mean it for this project",
    },
    Check {
        name: "cargo",
        run: tools::cargo,
        remedy: "install Rust with rustup (https://rustup.rs); it takes the version from \
                 `rust-toolchain.toml`",
    },
    Check {
        name: "rustfmt",
        run: tools::rustfmt,
        remedy: "only `cargo xtask test` needs it: `rustup component add rustfmt`",
    },
    Check {
        name: "clippy",
        run: tools::clippy,
        remedy: "only `cargo xtask test` needs it: `rustup component add clippy`",
    },
    COMPILER,
    PIP,
    LIBTORCH,
    Check {
        name: "its files",
        run: files::digests,
        remedy: "remove the folder and run `cargo xtask setup`, or unpack your own libtorch again",
    },
    Check {
        name: "computing",
        run: computing::cpu,
        remedy: "run `cargo xtask setup`, then `cargo build -p train`; if that does not help, \
                 remove the folder of libtorch that this lists, and run both again",
    },
    Check {
        name: "CUDA",
        run: computing::cuda,
        remedy: "compute on the CPU with `--device cpu`; or see whether `nvidia-smi` lists a GPU \
                 and CUDA_VISIBLE_DEVICES does not hide it, install or update NVIDIA's driver, and \
                 run `cargo xtask setup --device cuda`",
    },
    Check {
        name: "data",
        run: files::data,
        remedy: "run `cargo xtask fetch-data`",
    },
    Check {
        name: "disk",
        run: resources::disk,
        remedy: "make room, or put the folder on a larger disk",
    },
    Check {
        name: "memory",
        run: resources::memory,
        remedy: "end other programs; `--jobs 1` trains one experiment at a time",
    },
    Check {
        name: "project",
        run: files::project,
        remedy: "make it a folder that you may write",
    },
    CACHE,
    Check {
        name: "temporary",
        run: files::temporary,
        remedy: "name a folder that you may write, and run programs in, in TMPDIR",
    },
];

impl Check {
    /// Runs the check for a command that cannot run without the thing.
    ///
    /// # Errors
    /// What was found, and the remedy, if the check fails.
    pub fn require(&self, machine: &Machine) -> anyhow::Result<()> {
        match (self.run)(machine) {
            Verdict::Failed(found) => bail!("{found}; {}", self.remedy),
            Verdict::Good(_) | Verdict::Note(_) => Ok(()),
        }
    }

    /// Runs the check for a report.
    pub fn examine(&self, machine: &Machine) -> Finding {
        let (state, found) = match (self.run)(machine) {
            Verdict::Good(found) => ("ok", found),
            Verdict::Note(found) => ("note", found),
            Verdict::Failed(found) => ("failed", found),
        };
        Finding {
            name: self.name,
            state,
            found,
            remedy: if state == "ok" { "" } else { self.remedy },
        }
    }
}

/// What `doctor` says of one thing.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The thing.
    pub name: &'static str,
    /// `ok`, `note` (the job can do without) or `failed` (the job cannot run).
    pub state: &'static str,
    /// What was found.
    pub found: String,
    /// What to do; empty if nothing.
    pub remedy: &'static str,
}

impl Finding {
    /// An object with a string for each field.
    pub fn json(&self) -> Value {
        let (found, remedy) = (&self.found, self.remedy);
        json!({"what": self.name, "state": self.state, "found": found, "remedy": remedy})
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<7} {:<13} {}", self.state, self.name, self.found)?;
        if !self.remedy.is_empty() {
            write!(f, "\n        remedy: {}", self.remedy)?;
        }
        Ok(())
    }
}
