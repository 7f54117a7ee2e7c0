//! `train self-check`: whether libtorch loads and computes, as JSON for `cargo xtask doctor`.

use std::process::ExitCode;

use serde_json::json;
use tch::{Cuda, Device, Tensor};
use train::run::libtorch;

use super::terminal::print_line;

/// Rows of the first matrix, its columns, and columns of the second.
const SHAPE: [i64; 3] = [67, 129, 65];

pub fn self_check() -> anyhow::Result<ExitCode> {
    let devices = Cuda::device_count();
    let report = json!({
        "libtorch": libtorch::folder(),
        "version": libtorch::version(),
        "cpu_computes": computes(Device::Cpu),
        "cuda_devices": devices,
        "cuda_computes": devices > 0 && computes(Device::Cuda(0)),
    });
    print_line(report)?;
    Ok(ExitCode::SUCCESS)
}

/// Whether a matrix product is what it must be. Its entries are small integers, so it is exact in
/// whatever order a device adds.
fn computes(device: Device) -> bool {
    product(device).is_ok_and(|found| found == expected())
}

fn left(row: i64, column: i64) -> i64 {
    (3 * row + column) % 7 - 3
}

fn right(row: i64, column: i64) -> i64 {
    (row + 2 * column) % 5 - 2
}

fn product(device: Device) -> Result<Vec<f32>, Box<dyn std::error::Error>> {
    let [rows, inner, columns] = SHAPE;
    let matrix = |entry: fn(i64, i64) -> i64, rows: i64, columns: i64| {
        let entries: Vec<f32> = (0..rows * columns)
            .map(|index| entry(index / columns, index % columns) as f32)
            .collect();
        Tensor::f_from_slice(&entries)?
            .f_reshape([rows, columns])?
            .f_to_device(device)
    };
    let product = matrix(left, rows, inner)?.f_matmul(&matrix(right, inner, columns)?)?;
    Ok(product
        .f_to_device(Device::Cpu)?
        .f_reshape([-1])?
        .try_into()?)
}

fn expected() -> Vec<f32> {
    let [rows, inner, columns] = SHAPE;
    (0..rows * columns)
        .map(|index| {
            let (row, column) = (index / columns, index % columns);
            let sum: i64 = (0..inner).map(|k| left(row, k) * right(k, column)).sum();
            sum as f32
        })
        .collect()
}
