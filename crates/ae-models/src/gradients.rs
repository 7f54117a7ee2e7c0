use tch::Tensor;

use crate::{Autoencoder, loss::loss};

impl Autoencoder {
    /// The loss of a batch (see [`loss`]) as a tensor of one element, and its gradient with respect
    /// to each parameter, in the order of [`Autoencoder::parameters`]. The model keeps the memory of
    /// the gradients: its next call may put others there.
    ///
    /// `input` and `target` are `[N, P]`, where the model is; a model that denoises is given them
    /// apart.
    ///
    /// # Panics
    /// If they differ in size: a mistake of the caller, never of a user's input.
    pub fn loss_and_gradients(
        &mut self,
        input: &Tensor,
        target: &Tensor,
        sparsity: f64,
    ) -> (Tensor, Vec<Tensor>) {
        assert_eq!(
            input.size(),
            target.size(),
            "expected a target for each pixel of the input"
        );
        let (input, target) = (&input.contiguous(), &target.contiguous());
        if let Some(model) = self.convolutional_on_cpu(input) {
            return model.loss_and_gradients(self.parameters(), input, target, sparsity);
        }
        match self.dense_gradients(input, target, sparsity) {
            Some(found) => found,
            None => self.autograd(input, target, sparsity),
        }
    }

    /// As [`Autoencoder::loss_and_gradients`], by libtorch's autograd: the reference for what is
    /// faster, and the way of what is not on the CPU.
    pub fn autograd(
        &self,
        input: &Tensor,
        target: &Tensor,
        sparsity: f64,
    ) -> (Tensor, Vec<Tensor>) {
        let (output, _) = self.trace(input);
        let loss = loss(&output, target, sparsity);
        let parameters = self.parameters().tensors();
        let gradients = Tensor::run_backward(&[&loss], parameters, false, false);
        (loss.detach(), gradients)
    }
}
