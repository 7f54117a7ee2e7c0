//! A libtorch of a few bytes, and a pip that has wheels of it.

use std::{
    env::consts::{DLL_PREFIX, DLL_SUFFIX},
    fs,
    path::Path,
};

use xtask::{commands::setup, device::Device};

use super::World;

/// A header that set-up looks for.
pub const HEADER: &str = "include/torch/csrc/api/include/torch/torch.h";

/// Runs `setup`; the error is its message.
pub fn set_up(world: &World, device: Device) -> Result<(), String> {
    setup::run(&world.context, device).map_err(|error| format!("{error:#}"))
}

/// File name of a shared library on this system.
pub fn library(name: &str) -> String {
    format!("{DLL_PREFIX}{name}{DLL_SUFFIX}")
}

fn write(path: &Path, content: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

/// Writes a libtorch to `folder`.
pub fn unpacked_libtorch(folder: &Path, version: &str) {
    write(&folder.join(HEADER), "// header");
    for name in ["torch", "torch_cpu", "c10"] {
        let path = folder.join("lib").join(library(name));
        write(&path, &format!("{name}, whole"));
    }
    write(&folder.join("build-version"), version);
}

/// A pip that has a wheel of torch, with the parts for Python and CUDA, and one of NVIDIA's.
pub fn with_wheels(world: &mut World) {
    let programs = world.fake_programs();
    for wheel in ["torch-2.13.0-any.whl", "nvidia-any.whl"] {
        write(&programs.join(wheel), "");
    }
    let site = programs.join("site");
    unpacked_libtorch(&site.join("torch"), "2.13.0");
    fs::remove_file(site.join("torch/build-version")).unwrap();
    for name in ["torch_python", "torch_cuda", "c10_cuda", "torch_nvshmem"] {
        write(&site.join("torch/lib").join(library(name)), "");
    }
    for file in [
        "torch/lib/libgomp.so.1",
        "torch/version.py",
        "nvidia/cu13/lib/libcupti.so.13",
        "nvidia/cu13/lib/libnvperf_host.so",
        "nvidia/cu13/include/cupti.h",
    ] {
        write(&site.join(file), "");
    }
}

/// The libraries of a set-up for CPUs from those wheels.
pub fn expected_libraries() -> Vec<String> {
    let mut expected = ["torch", "torch_cpu", "c10"].map(library).to_vec();
    if cfg!(target_os = "linux") {
        expected.extend(["libcupti.so.13".to_owned(), "libgomp.so.1".to_owned()]);
    }
    expected.sort();
    expected
}
