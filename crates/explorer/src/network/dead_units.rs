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

/// Whether [`super::read`] can leave out units of the code.
pub fn can_drop_units(method: &Method) -> bool {
    let Some(layers) = method.model().map(ModelSpec::layers) else {
        return false;
    };
    let Some(first) = layers.iter().position(|layer| layer.part == Part::Decoder) else {
        return false;
    };
    let linear = |layer: &Layer| layer.operation == Operation::Linear;
    first > 0
        && linear(&layers[first])
        && linear(&layers[first - 1])
        && layers[first - 1].part == Part::Encoder
}
