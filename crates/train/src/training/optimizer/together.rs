//! Many parameters moved as one: for most of them, a GPU needs longer to begin an operation than to do it.

use tch::Tensor;

use super::rule::{Rule, Step};

/// The parameters of a model for which a rule is elementwise, as one vector.
pub(super) struct Together {
    /// Which of the parameters they are.
    members: Vec<usize>,
    /// What is kept of all of them, a vector for each name.
    kept: Vec<Tensor>,
}

impl Together {
    /// `None` if there are no such parameters. The tensors in `kept` become views of the vectors here.
    pub(super) fn new(
        rule: &dyn Rule,
        parameters: &[&Tensor],
        kept: &mut [Vec<Tensor>],
    ) -> Option<Self> {
        let mut members: Vec<usize> = (0..parameters.len()).collect();
        members.retain(|&member| rule.is_elementwise(parameters[member]));
        let count = kept[*members.first()?].len();
        let vectors: Vec<Tensor> = (0..count)
            .map(|part| joined(members.iter().map(|&member| &kept[member][part])))
            .collect();
        for &member in &members {
            kept[member].clear();
        }
        for vector in &vectors {
            let shapes = members.iter().map(|&member| parameters[member]);
            for (&member, part) in members.iter().zip(parts(vector, shapes)) {
                kept[member].push(part);
            }
        }
        Some(Together {
            members,
            kept: vectors,
        })
    }

    /// As [`super::Optimizer::step`], with what is kept of each parameter.
    pub(super) fn step(
        &mut self,
        rule: &dyn Rule,
        step: Step,
        parameters: &mut [Tensor],
        gradients: &[Tensor],
        kept: &mut [Vec<Tensor>],
    ) {
        for (index, kept) in kept.iter_mut().enumerate() {
            if !self.members.contains(&index) {
                rule.update(step, &mut parameters[index], &gradients[index], kept);
            }
        }
        let members = || self.members.iter().copied();
        let mut weights = joined(members().map(|member| &parameters[member]));
        let gradient = joined(members().map(|member| &gradients[member]));
        rule.update(step, &mut weights, &gradient, &mut self.kept);
        let moved = parts(&weights, members().map(|member| &parameters[member]));
        for (member, moved) in members().zip(moved) {
            parameters[member].copy_(&moved);
        }
    }
}

/// The elements of all tensors, as a vector.
fn joined<'a>(tensors: impl Iterator<Item = &'a Tensor>) -> Tensor {
    let flat: Vec<Tensor> = tensors.map(|tensor| tensor.flatten(0, -1)).collect();
    Tensor::cat(&flat, 0)
}

/// The parts of a vector that have the shapes of `tensors`; they share its memory.
fn parts<'a>(vector: &Tensor, tensors: impl Iterator<Item = &'a Tensor>) -> Vec<Tensor> {
    let mut start = 0;
    let part = |tensor: &Tensor| {
        let count = tensor.numel() as i64;
        start += count;
        vector.narrow(0, start - count, count).view_as(tensor)
    };
    tensors.map(part).collect()
}

#[cfg(test)]
mod tests {
    use experiment::Training;
    use tch::{Device, Kind};

    use super::{super::Optimizer, *};

    const NAMES: [&str; 4] = ["a.weight", "a.bias", "b.weight", "b.bias"];

    fn random() -> [Tensor; 4] {
        let shapes: [&[i64]; 4] = [&[3, 4], &[3], &[2, 1, 3, 3], &[2]];
        shapes.map(|shape| Tensor::randn(shape, (Kind::Float, Device::Cpu)))
    }

    fn alone(training: &Training, parameters: &[Tensor]) -> Optimizer {
        Optimizer::new(training, NAMES.into_iter().zip(parameters))
    }

    /// As on a GPU.
    fn together(training: &Training, parameters: &[Tensor]) -> Optimizer {
        let mut optimizer = alone(training, parameters);
        let parameters: Vec<&Tensor> = parameters.iter().collect();
        optimizer.together = Together::new(&*optimizer.rule, &parameters, &mut optimizer.kept);
        assert!(optimizer.together.is_some());
        optimizer
    }

    #[test]
    fn parameters_move_as_each_alone_also_after_a_checkpoint() {
        for settings in [
            r#"{"kind": "adam", "weight_decay": 0.1}"#,
            r#"{"kind": "adamw"}"#,
            r#"{"kind": "sgd"}"#,
            r#"{"kind": "sgd", "momentum": 0.9, "nesterov": true}"#,
            r#"{"kind": "muon"}"#,
        ] {
            let training = Training {
                optimizer: serde_json::from_str(settings).unwrap(),
                ..Training::default()
            };
            let mut expected = random();
            let mut found = expected.each_ref().map(Tensor::copy);
            let mut one = alone(&training, &expected);
            let mut other = together(&training, &found);
            for step in 1..=4 {
                let gradients = random();
                one.step(step, 0.01, &mut expected, &gradients);
                other.step(step, 0.01, &mut found, &gradients);
                let saved: Vec<Tensor> = other.state().iter().map(|(_, t)| t.copy()).collect();
                other = together(&training, &found);
                other.restore(saved);
            }
            assert_eq!(found, expected, "{settings}");
            for (found, expected) in other.state().into_iter().zip(one.state()) {
                assert_eq!(found, expected, "{settings}");
            }
        }
    }
}
