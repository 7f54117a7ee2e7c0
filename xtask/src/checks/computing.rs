//! Whether libtorch computes, on the CPU and with CUDA.

use std::{fs, path::Path};

use serde_json::Value;

use super::machine::{
    Machine, SelfCheck,
    Verdict::{self, Failed, Good, Note},
};
use crate::setup::libtorch;

pub(super) fn cpu(machine: &Machine) -> Verdict {
    let report = match machine.self_check() {
        SelfCheck::NotBuilt => {
            return Note(
                "not tried, since the binary `train` is not built or is an older one; run `cargo \
                 build -p train`, and this again"
                    .to_owned(),
            );
        }
        SelfCheck::Failed(problem) => return Failed(problem.clone()),
        SelfCheck::Done(report) => report,
    };
    if let Some(other) = other_libtorch(machine, report) {
        Note(format!(
            "not tried, since `train` has loaded another libtorch, {other}; run `cargo build -p \
             train`, and this again"
        ))
    } else if report["cpu_computes"] == true {
        Good("a known matrix product comes out right".to_owned())
    } else {
        Failed("a known matrix product comes out wrong".to_owned())
    }
}

/// The folder of the libtorch that `train` has loaded, if it is not the chosen one.
fn other_libtorch<'a>(machine: &Machine, report: &'a Value) -> Option<&'a str> {
    let loaded = report["libtorch"].as_str()?;
    let chosen = fs::canonicalize(machine.libtorch.as_deref().ok()?).ok()?;
    (chosen != Path::new(loaded)).then_some(loaded)
}

pub(super) fn cuda(machine: &Machine) -> Verdict {
    let driver = match (machine.context.nvidia_driver)() {
        Ok(driver) => driver,
        Err(problem) => return Note(format!("{problem:#}")),
    };
    let has_cuda = machine.libtorch.as_deref().map(libtorch::has_cuda);
    match (driver, has_cuda) {
        (None, Ok(true)) => Note("libtorch is built for it, but found no NVIDIA driver".to_owned()),
        (None, _) => Good("no NVIDIA driver: the CPU computes".to_owned()),
        (Some(driver), Err(_)) => Note(format!("driver {driver}, but no libtorch is set up")),
        (Some(driver), Ok(false)) => Note(format!(
            "driver {driver}, but libtorch is built for CPUs only"
        )),
        (Some(driver), Ok(true)) => device(driver, machine.self_check()),
    }
}

fn device(driver: u32, self_check: &SelfCheck) -> Verdict {
    let SelfCheck::Done(report) = self_check else {
        return Note(format!(
            "driver {driver}; not tried: see the line on computing"
        ));
    };
    let devices = report["cuda_devices"].as_i64().unwrap_or(0);
    let found = format!("driver {driver}, devices that libtorch sees: {devices}");
    if devices > 0 && report["cuda_computes"] == true {
        Good(format!("{found}; a known product comes out right"))
    } else {
        Failed(format!("{found}; none computes"))
    }
}
