//! A network without the units of the code that no image of the test set uses.

use experiment::{Layer, Method, ModelSpec, Operation, Part};

use super::layer::{Network, PageLayer, PageOperation};

impl Network {
    /// Drops the units of the code that are not `live` from the linear layers beside it.
    pub(super) fn keep_units(&mut self, live: &[usize]) {
        let Some(first) = self.layers.iter().position(|layer| layer.decoder) else {
            return;
        };
        let [Some(before), Some(after)] = [first.checked_sub(1), Some(first)] else {
            return;
        };
        let linear = |layer: &PageLayer| match layer.operation {
            PageOperation::Linear {
                weight,
                bias,
                transposed: false,
            } => Some((weight, bias)),
            _ => None,
        };
        let pair = linear(&self.layers[before]).zip(linear(&self.layers[after]));
        let Some(((rows, bias), (columns, _))) = pair else {
            return;
        };
        let of_rows = &self.matrices[rows].rows;
        let kept: Vec<f32> = (live.iter())
            .flat_map(|&unit| &of_rows.values[unit * of_rows.width..][..of_rows.width])
            .copied()
            .collect();
        self.matrices[rows].rows.values = kept;
        for index in [bias, columns] {
            self.matrices[index].rows = self.matrices[index].rows.columns(live);
        }
        self.layers[before].output[0] = live.len();
        self.layers[after].input[0] = live.len();
    }
}

/// Whether [`super::read`] can leave out units of the code: not if layers far from it take it, too.
pub fn can_drop_units(method: &Method) -> bool {
    let Some(layers) = method.model().map(ModelSpec::layers) else {
        return false;
    };
    let Some(first) = layers.iter().position(|layer| layer.part == Part::Decoder) else {
        return false;
    };
    let linear = |layer: &Layer| layer.operation == Operation::Linear;
    let mut of_decoder = layers.iter().skip(first);
    first > 0
        && of_decoder.all(|layer| layer.operation != Operation::AppendStart)
        && linear(&layers[first])
        && linear(&layers[first - 1])
        && layers[first - 1].part == Part::Encoder
}

#[cfg(test)]
mod tests {
    use experiment::DenseSpec;

    use super::*;

    #[test]
    fn units_that_skip_connections_take_are_not_dropped() {
        let can_drop = |widths: &[usize], skip_connections| {
            let model = ModelSpec::Dense(DenseSpec {
                widths: widths.to_vec(),
                skip_connections,
                ..DenseSpec::default()
            });
            can_drop_units(&Method::Autoencoder {
                model,
                training: Default::default(),
            })
        };
        assert!(can_drop(&[784, 20, 4, 20, 784], false));
        assert!(!can_drop(&[784, 20, 4, 20, 784], true));
        // Only the layer of the code has a skip connection.
        assert!(can_drop(&[784, 20, 4, 784], true));
    }
}
