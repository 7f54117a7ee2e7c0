//! Whether libtorch computes, on the CPU and with CUDA. `xtask` does not link it: the binary `train`
//! is asked, if it is built.

use std::{fs, path::Path, process::Command};

use serde_json::Value;

use super::Finding;
use crate::{
    children::{answer, cargo},
    context::Context,
    libtorch,
};

/// What `train self-check` said.
pub enum SelfCheck {
    /// It is not built, or is older than this program.
    NotBuilt,
    /// It did not start, or did not end well: libtorch cannot be loaded, say.
    Failed(String),
    /// Its report.
    Done(Value),
}

impl SelfCheck {
    /// Asks `train`.
    pub fn run(context: &Context) -> Self {
        let Some(train) = built(context) else {
            return SelfCheck::NotBuilt;
        };
        let output = match answer(
            Command::new(&train).arg("self-check"),
            context.answer_within,
        ) {
            Ok(output) => output,
            Err(error) => return SelfCheck::Failed(format!("{}: {error}", train.display())),
        };
        let said = String::from_utf8_lossy(&output.stderr);
        if said.contains("unrecognized subcommand") {
            return SelfCheck::NotBuilt;
        }
        match serde_json::from_slice(&output.stdout) {
            Ok(report) if output.status.success() => SelfCheck::Done(report),
            _ => SelfCheck::Failed(format!(
                "{} ended with {}: {}",
                train.display(),
                output.status,
                said.trim()
            )),
        }
    }
}

/// The binary, where cargo puts it.
fn built(context: &Context) -> Option<std::path::PathBuf> {
    let mut metadata = cargo(context);
    metadata.args(["metadata", "--no-deps", "--offline", "--format-version=1"]);
    let output = answer(&mut metadata, context.answer_within).ok()?;
    let metadata: Value = serde_json::from_slice(&output.stdout).ok()?;
    let train = Path::new(metadata["target_directory"].as_str()?).join("debug/train");
    train.is_file().then_some(train)
}

/// On the CPU.
pub fn examine(libtorch: Option<&Path>, self_check: &SelfCheck) -> Vec<Finding> {
    let what = "computing";
    let remedy = "run `cargo xtask setup`, then `cargo build -p train`; if that does not help, \
                  remove the folder of libtorch that this lists, and run both again";
    vec![match self_check {
        SelfCheck::NotBuilt => Finding::note(
            what,
            "not tried, since the binary `train` is not built or is an older one",
            "run `cargo build -p train`, and this again",
        ),
        SelfCheck::Failed(problem) => Finding::failed(what, problem, remedy),
        SelfCheck::Done(report) if let Some(other) = other_libtorch(libtorch, report) => {
            Finding::note(
                what,
                format!("not tried, since `train` was built with another libtorch, {other}"),
                "run `cargo build -p train`, and this again",
            )
        }
        SelfCheck::Done(report) if report["cpu_computes"] == true => {
            Finding::ok(what, "a known matrix product comes out right")
        }
        SelfCheck::Done(_) => {
            Finding::failed(what, "a known matrix product comes out wrong", remedy)
        }
    }]
}

/// The folder of the libtorch that `train` has loaded, if it is not the chosen one.
fn other_libtorch<'a>(chosen: Option<&Path>, report: &'a Value) -> Option<&'a str> {
    let loaded = report["libtorch"].as_str()?;
    let chosen = fs::canonicalize(chosen?).ok()?;
    (chosen != Path::new(loaded)).then_some(loaded)
}

/// With CUDA: its driver, its library, its device.
pub fn examine_cuda(
    context: &Context,
    libtorch: Option<&Path>,
    self_check: &SelfCheck,
) -> Vec<Finding> {
    let what = "CUDA";
    let driver = match (context.nvidia_driver)() {
        Ok(driver) => driver,
        Err(problem) => {
            let remedy = "mend NVIDIA's driver, or compute on the CPU: `--device cpu`";
            return vec![Finding::note(what, format!("{problem:#}"), remedy)];
        }
    };
    let has_library = libtorch.is_some_and(libtorch::has_cuda);
    vec![match (driver, has_library) {
        (None, false) => Finding::ok(what, "no NVIDIA driver: the CPU computes"),
        (None, true) => Finding::note(
            what,
            "libtorch is built for it, and there is no NVIDIA driver: the CPU computes",
            "install NVIDIA's driver, if there is such a GPU",
        ),
        (Some(driver), false) if libtorch.is_none() => Finding::note(
            what,
            format!("driver {driver}, but no libtorch that serves is set up"),
            "run `cargo xtask setup`, which chooses a build for the driver",
        ),
        (Some(driver), false) => Finding::note(
            what,
            format!("driver {driver}, but libtorch is built for CPUs only: the CPU computes"),
            "run `cargo xtask setup --device cuda` to compute on the GPU",
        ),
        (Some(driver), true) => examine_device(what, driver, self_check),
    }]
}

fn examine_device(what: &str, driver: u32, self_check: &SelfCheck) -> Finding {
    let SelfCheck::Done(report) = self_check else {
        return Finding::note(
            what,
            format!("driver {driver} and libtorch's part for it; no device was tried"),
            "see the line on computing",
        );
    };
    let devices = report["cuda_devices"].as_i64().unwrap_or(0);
    if devices > 0 && report["cuda_computes"] == true {
        return Finding::ok(
            what,
            format!("driver {driver}, devices: {devices}; a known product comes out right"),
        );
    }
    let found = format!("driver {driver}, devices that libtorch sees: {devices}; none computes");
    let remedy = "see whether `nvidia-smi` lists a GPU and CUDA_VISIBLE_DEVICES does not hide it; \
                  update the driver; or compute on the CPU: `--device cpu`";
    Finding::failed(what, found, remedy)
}
