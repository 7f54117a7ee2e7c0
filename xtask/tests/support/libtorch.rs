//! A libtorch of a few bytes, and wheels of it.

use std::{
    env::consts::{DLL_PREFIX, DLL_SUFFIX},
    fs,
    path::Path,
};

use xtask::{context::Context, device::Device, setup};

use super::{World, zip_of};

/// `setup`; the error is what was said.
pub fn set_up(context: &Context, device: Device, mirror: &str) -> Result<(), String> {
    let arguments = setup::Arguments {
        device,
        mirror: mirror.to_owned(),
    };
    setup::run(context, &arguments).map_err(|error| format!("{error:#}"))
}

/// File name of a shared library on this system.
pub fn library(name: &str) -> String {
    format!("{DLL_PREFIX}{name}{DLL_SUFFIX}")
}

/// The files that set-up looks for in a libtorch, below the folder `top`.
pub fn libtorch_files(top: &str) -> Vec<(String, String)> {
    let mut files = vec![(
        format!("{top}/include/torch/csrc/api/include/torch/torch.h"),
        "// header".to_owned(),
    )];
    for name in ["torch", "torch_cpu", "c10"] {
        files.push((
            format!("{top}/lib/{}", library(name)),
            format!("{name}, whole"),
        ));
    }
    files
}

/// Lays a libtorch out in `folder`.
pub fn unpacked_libtorch(folder: &Path, version: &str) {
    for (path, content) in libtorch_files(".") {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    fs::write(folder.join("build-version"), version).unwrap();
}

/// A pip that gives a wheel of torch, with the parts for Python and CUDA, and one of NVIDIA's.
pub fn with_wheels(world: &mut World) {
    let folder = world.fake_programs();
    let mut torch = libtorch_files("torch");
    for name in ["torch_python", "torch_cuda", "c10_cuda", "torch_nvshmem"] {
        torch.push((format!("torch/lib/{}", library(name)), String::new()));
    }
    torch.push(("torch/lib/libgomp.so.1".to_owned(), String::new()));
    torch.push(("torch/version.py".to_owned(), String::new()));
    fs::write(folder.join("torch-2.13.0-any.whl"), zip_of(&torch)).unwrap();
    let nvidia = [
        ("nvidia/cu13/lib/libcupti.so.13", ""),
        ("nvidia/cu13/lib/libnvperf_host.so", ""),
        ("nvidia/cu13/include/cupti.h", ""),
    ];
    fs::write(folder.join("nvidia-any.whl"), zip_of(&nvidia)).unwrap();
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
