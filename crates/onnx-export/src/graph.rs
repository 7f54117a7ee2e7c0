//! An ONNX graph while it is made: nodes whose results have numbered names.

use crate::message::{Attribute, FLOAT, Graph, INT64, Model, Node, OperatorSet, Tensor, ValueInfo};

/// The first versions with GELU, and with a group normalization of a scale for each channel.
const OPERATORS: i64 = 21;
const IR_VERSION: i64 = 10;

/// The graph from `images` to `code` and `reconstruction`.
#[derive(Default)]
pub(crate) struct Builder {
    graph: Graph,
}

impl Builder {
    /// Adds a tensor of floats under `name`, with the elements row by row.
    pub(crate) fn add_floats(&mut self, name: &str, shape: &[usize], elements: &[f32]) {
        let bytes = elements.iter().flat_map(|element| element.to_le_bytes());
        self.add_tensor(name, FLOAT, shape, bytes.collect());
    }

    /// Adds a list of integers, and returns its name.
    pub(crate) fn add_ints(&mut self, elements: &[i64]) -> String {
        let name = format!("integers_{}", self.graph.initializers.len());
        let bytes = elements.iter().flat_map(|element| element.to_le_bytes());
        self.add_tensor(&name, INT64, &[elements.len()], bytes.collect());
        name
    }

    fn add_tensor(&mut self, name: &str, data_type: i32, shape: &[usize], raw_data: Vec<u8>) {
        self.graph.initializers.push(Tensor {
            dims: shape.iter().map(|&length| length as i64).collect(),
            data_type,
            name: name.into(),
            raw_data,
        });
    }

    /// Adds a node with one result, and returns its name.
    pub(crate) fn add(
        &mut self,
        operator: &str,
        inputs: &[&str],
        attributes: Vec<Attribute>,
    ) -> String {
        let [result] = self.add_with_results(operator, inputs, attributes);
        result
    }

    /// Adds a node with several results, and returns their names.
    pub(crate) fn add_with_results<const R: usize>(
        &mut self,
        operator: &str,
        inputs: &[&str],
        attributes: Vec<Attribute>,
    ) -> [String; R] {
        let number = self.graph.nodes.len();
        let results: [String; R] = std::array::from_fn(|r| format!("value_{number}_{r}"));
        self.push(operator, inputs, attributes, results.to_vec());
        results
    }

    /// Adds a node whose result is the output `name` of the graph, of the shape `[N, ..]`.
    pub(crate) fn add_output(&mut self, operator: &str, input: &str, name: &str, shape: &[usize]) {
        self.push(operator, &[input], Vec::new(), vec![name.into()]);
        self.graph.outputs.push(ValueInfo::of_batch(name, shape));
    }

    fn push(
        &mut self,
        operator: &str,
        inputs: &[&str],
        attributes: Vec<Attribute>,
        outputs: Vec<String>,
    ) {
        self.graph.nodes.push(Node {
            inputs: inputs.iter().map(|&input| input.into()).collect(),
            outputs,
            name: format!("{operator}_{}", self.graph.nodes.len()),
            operator: operator.into(),
            attributes,
        });
    }

    /// The model, named `name`, with the input `images` of the shape `[N, ..]`.
    pub(crate) fn finish(mut self, name: &str, images: &[usize]) -> Model {
        self.graph.name = name.into();
        self.graph.inputs = vec![ValueInfo::of_batch("images", images)];
        Model {
            ir_version: IR_VERSION,
            producer_name: env!("CARGO_PKG_NAME").into(),
            producer_version: env!("CARGO_PKG_VERSION").into(),
            graph: Some(self.graph),
            opset_import: vec![OperatorSet {
                domain: String::new(),
                version: OPERATORS,
            }],
        }
    }
}
