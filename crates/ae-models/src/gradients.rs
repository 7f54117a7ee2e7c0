use tch::{Device, Tensor};

use crate::{Autoencoder, autoencoder::Kind, loss::loss};

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
        match self.kind() {
            Kind::Convolutional(model) if input.device() == Device::Cpu => {
                model.loss_and_gradients(self.parameters(), input, target, sparsity)
            }
            _ => self.loss_and_gradients_by_libtorch(input, target, sparsity),
        }
    }

    fn loss_and_gradients_by_libtorch(
        &self,
        input: &Tensor,
        target: &Tensor,
        sparsity: f64,
    ) -> (Tensor, Vec<Tensor>) {
        let loss = loss(&self.trace(input).0, target, sparsity);
        let parameters = self.parameters().tensors();
        let gradients = Tensor::run_backward(&[&loss], parameters, false, false);
        (loss.detach(), gradients)
    }
}
