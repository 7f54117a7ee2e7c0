//! Many parameters moved as one: for most of them, a GPU needs longer to begin an operation than to do it.

use tch::Tensor;

use super::rule::{Rule, Step};

/// The parameters of a model for which a rule is elementwise, as one vector.
pub(super) struct Together {
    /// Which of the parameters they are; at least one, since every model has a bias.
    members: Vec<usize>,
    /// What is kept of all of them.
    kept: Vec<Tensor>,
}

impl Together {
    /// What is `kept` of the parameters that move together becomes a part of the vectors here.
    pub(super) fn new(rule: &dyn Rule, parameters: &[&Tensor], kept: &mut [Vec<Tensor>]) -> Self {
        let mut members: Vec<usize> = (0..parameters.len()).collect();
        members.retain(|&member| rule.is_elementwise(parameters[member]));
        let count = kept[members[0]].len();
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
        Together {
            members,
            kept: vectors,
        }
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
    let flat: Vec<Tensor> = tensors.map(|t| t.detach().flatten(0, -1)).collect();
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
