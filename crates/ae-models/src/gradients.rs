use tch::Tensor;

use crate::{Autoencoder, loss::loss};

impl Autoencoder {
    /// The loss of a batch (see [`loss`]) as a tensor of one element, and its gradient with respect
    /// to each parameter, in the order of [`Autoencoder::parameters`].
    ///
    /// `input` and `target` are `[N, P]`, where the model is; a model that denoises is given them
    /// apart.
    pub fn loss_and_gradients(
        &self,
        input: &Tensor,
        target: &Tensor,
        sparsity: f64,
    ) -> (Tensor, Vec<Tensor>) {
        let loss = loss(&self.forward(input), target, sparsity);
        let parameters = self.parameters().tensors();
        let gradients = Tensor::run_backward(&[&loss], parameters, false, false);
        (loss.detach(), gradients)
    }
}
