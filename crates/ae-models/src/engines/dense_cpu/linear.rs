//! A linear layer on its own, without gradients.

use tch::{Device, Kind, Tensor};

use super::{
    columns::gather, elementwise::add_bias, layer_output::LayerOutput, matrix::Matrix,
    product::product,
};
use crate::{as_mut_slice, as_slice};

/// x W^T + b of `x`, `[N, P]`, a weight, `[U, P]`, and a bias, `[U]`: `[N, U]`, without a history for
/// libtorch's autograd. On the CPU, faer multiplies the columns of `x` that are not zero.
pub fn linear(x: &Tensor, weight: &Tensor, bias: &Tensor) -> Tensor {
    let _no_grad = tch::no_grad_guard();
    if x.device() != Device::Cpu {
        return x.linear(weight, Some(bias));
    }
    let mut input = LayerOutput::new();
    input.set_input(&x.contiguous());
    let mut submatrix = Matrix::new();
    let columns = input.active_columns();
    let active = gather(&weight.contiguous(), None, columns, &mut submatrix);
    let size = [x.size()[0], weight.size()[0]];
    let mut sums = Tensor::empty(size, (Kind::Float, Device::Cpu));
    // SAFETY: the tensor is new, and the bias is borrowed; libtorch does not write to them until the
    // slices end.
    let (values, bias) = unsafe { (as_mut_slice(&mut sums), as_slice(bias)) };
    product(&input.active_tensor(), &active.tr(), values);
    let mut rows: Vec<&mut [f32]> = values.chunks_exact_mut(bias.len()).collect();
    add_bias(&mut rows, bias);
    sums
}
