//! The images on which a model is measured during its training.

use ae_models::Autoencoder;
use experiment::{HeldOutErrors, ImageError, Metric};
use tch::{Device, Kind};

use super::tensorboard::TensorBoard;
use crate::{Error, data::Images, training::Monitor};

/// The images that a training does not have.
pub(crate) struct HeldOutImages<'a> {
    pub(crate) validation: Option<&'a Images>,
    pub(crate) test: &'a Images,
    /// Images of a batch, as many as in the training, which may have fewer than its `batch_size`: some
    /// losses depend on it.
    pub(crate) batch_size: usize,
    pub(crate) device: Device,
    /// Receives the metrics, if the user asked for it.
    pub(crate) board: Option<TensorBoard<'a>>,
}

impl Monitor for HeldOutImages<'_> {
    fn validation_images(&self) -> usize {
        self.validation.map_or(0, Images::len)
    }

    fn measure(&self, model: &Autoencoder) -> HeldOutErrors {
        HeldOutErrors {
            validation: self.validation.map(|images| self.error(model, images)),
            test: Some(self.error(model, self.test)),
        }
    }

    fn record(&self, metrics: &[Metric]) -> Result<(), Error> {
        self.board
            .iter()
            .try_for_each(|board| board.record(metrics))
    }
}

impl HeldOutImages<'_> {
    fn error(&self, model: &Autoencoder, images: &Images) -> ImageError {
        let _no_grad = tch::no_grad_guard();
        let (mut squares, mut losses) = (0.0, 0.0);
        for batch in images.batches(self.batch_size, self.device) {
            let (output, loss) = model.forward_with_loss(&batch);
            let difference = &output.reconstruction - &batch;
            squares += difference.square().sum(Kind::Double).double_value(&[]);
            losses += loss.double_value(&[]) * batch.size()[0] as f64;
        }
        let count = images.len() as f64;
        ImageError {
            sse: squares / count,
            loss: losses / count,
        }
    }
}
