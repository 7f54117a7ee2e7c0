//! The layers that a model is described by.

use experiment::{
    ConvolutionalSpec, Decoder, DenseSpec, Layer, ModelSpec, Operation, Part, Window, assignment,
};

fn convolutional(decoder: Decoder) -> ModelSpec {
    ModelSpec::convolutional(decoder)
}

fn blocks(json: &str) -> ConvolutionalSpec {
    serde_json::from_str(&format!("{{{json}}}")).unwrap()
}

fn names(model: &ModelSpec) -> Vec<String> {
    model
        .layers()
        .into_iter()
        .filter_map(|layer| layer.name)
        .collect()
}

#[test]
fn each_layer_takes_what_the_one_before_gives() {
    let models = assignment::full(1)
        .into_iter()
        .filter_map(|e| e.method.model().cloned());
    for model in models {
        let layers = model.layers();
        for pair in layers.windows(2) {
            assert_eq!(pair[0].output.size(), pair[1].input.size(), "{model:?}");
        }
        assert_eq!(layers[0].input.size(), 784);
        assert_eq!(layers.last().unwrap().output.size(), 784);
        let in_decoder: Vec<bool> = layers.iter().map(|l| l.part == Part::Decoder).collect();
        assert!(in_decoder.is_sorted(), "{model:?}");
    }
}

#[test]
fn names_are_those_of_the_notebooks_classes() {
    let deep = ModelSpec::dense(&[784, 512, 256, 128, 30, 128, 256, 784]);
    let expected = [
        "encoder.0",
        "encoder.2",
        "encoder.4",
        "encoder.6",
        "decoder.0",
        "decoder.2",
        "decoder.4",
    ];
    assert_eq!(names(&deep), expected);
    let unpool = [
        "encoder_conv1.0",
        "encoder_conv2.0",
        "encoder_conv3.0",
        "decoder_conv2.0",
        "decoder_conv3.0",
    ];
    assert_eq!(names(&convolutional(Decoder::Unpool)), unpool);
}

#[test]
fn a_dropout_is_counted_in_the_names_and_a_tied_layer_has_a_bias_only() {
    let model = |tied, dropout| {
        ModelSpec::Dense(DenseSpec {
            widths: vec![784, 20, 5, 20, 784],
            tied,
            dropout,
            ..DenseSpec::default()
        })
    };
    let expected = ["encoder.0", "encoder.3", "decoder.0", "decoder.3"];
    assert_eq!(names(&model(false, 0.1)), expected);
    let tied = model(true, 0.0);
    assert_eq!(tied.parameters(), 784 * 20 + 20 * 5 + 20 + 5 + 20 + 784);
    let operations: usize = tied.layers().iter().map(Layer::multiply_adds).sum();
    assert_eq!(operations, 2 * (784 * 20 + 20 * 5));
}

#[test]
fn a_decoder_mirrors_any_blocks() {
    let window = |json: &str| {
        let layers = ModelSpec::Convolutional(blocks(json)).layers();
        let last = layers.last().unwrap();
        assert_eq!(last.output, layers[0].input, "{json}");
        last.operation.clone()
    };
    let transposed = |kernel, stride, padding| {
        Operation::TransposedConvolution(Window {
            kernel,
            stride,
            padding,
        })
    };
    let one = r#""blocks": [{"stride": 2, "pool": 1}], "decoder""#;
    let found = window(&format!(r#"{one}: "deconv""#));
    assert_eq!(found, transposed(4, 2, 1));
    let found = window(&format!(r#"{one}: "deconv-unpool""#));
    assert_eq!(found, transposed(3, 2, 1));
    // One even side and one odd side: the kernel of the even one, and a column of zeros.
    let found = window(r#""blocks": [{}], "decoder": "deconv", "image": [3, 6, 7]"#);
    assert_eq!(found, transposed(4, 2, 1));
    let found = window(r#""blocks": [{"kernel": 5, "filters": 7}], "image": [2, 9, 9]"#);
    assert!(matches!(
        found,
        Operation::Convolution(Window { kernel: 5, .. })
    ));
}

#[test]
fn only_the_assignments_layers_are_the_assignments() {
    for decoder in ["unpool", "deconv", "deconv-unpool"] {
        let is_of_assignment =
            |json: &str| blocks(&format!(r#""decoder": "{decoder}"{json}"#)).is_of_assignment();
        assert!(is_of_assignment(""));
        assert!(is_of_assignment(
            r#", "image": [1, 28, 28], "initialization": "he""#
        ));
        for other in [
            r#", "image": [1, 29, 28]"#,
            r#", "activation": "silu""#,
            r#", "output": "sigmoid""#,
            r#", "top_k": 5"#,
            r#", "variational": {}"#,
            r#", "blocks": [{}]"#,
        ] {
            assert!(!is_of_assignment(other), "{other}");
        }
    }
}

#[test]
fn parameters_are_those_that_pytorch_counts() {
    let count = |model: ModelSpec| model.parameters();
    assert_eq!(
        count(ModelSpec::dense(&[784, 64, 784])),
        2 * 784 * 64 + 64 + 784
    );
    let encoder = (9 * 8 + 8) + (9 * 8 * 16 + 16) + (9 * 16 * 16 + 16);
    let unpool = (9 * 16 * 8 + 8) + (9 * 8 + 1);
    assert_eq!(count(convolutional(Decoder::Unpool)), encoder + unpool);
    let deconv = (9 * 16 * 16 + 16) + (16 * 16 * 8 + 8) + (16 * 8 + 1);
    assert_eq!(count(convolutional(Decoder::Deconv)), encoder + deconv);
    let both = (9 * 16 * 16 + 16) + (9 * 16 * 8 + 8) + (9 * 8 + 1);
    assert_eq!(count(convolutional(Decoder::DeconvUnpool)), encoder + both);
}

#[test]
fn multiplications_are_those_of_the_layers_as_defined() {
    let count = |model: ModelSpec| {
        model
            .layers()
            .iter()
            .map(Layer::multiply_adds)
            .sum::<usize>()
    };
    assert_eq!(count(ModelSpec::dense(&[784, 64, 784])), 2 * 784 * 64);
    let encoder = 56_448 + 225_792 + 112_896;
    assert_eq!(
        count(convolutional(Decoder::Unpool)),
        encoder + 225_792 + 56_448
    );
    assert_eq!(
        count(convolutional(Decoder::Deconv)),
        encoder + 20_736 + 100_352 + 25_088
    );
    let both = encoder + 112_896 + 225_792 + 56_448;
    assert_eq!(count(convolutional(Decoder::DeconvUnpool)), both);
}

#[test]
fn skip_connections_widen_what_the_code_and_the_decoder_take() {
    let spec = DenseSpec {
        widths: vec![784, 20, 10, 3, 10, 20, 784],
        skip_connections: true,
        ..DenseSpec::default()
    };
    let layers = ModelSpec::Dense(spec).layers();
    let linear = layers.iter().filter(|l| l.operation == Operation::Linear);
    let shapes: Vec<_> = linear.filter_map(Layer::weight_shape).collect();
    let expected = [
        [20, 784],
        [10, 20],
        [3, 10 + 784],
        [10, 3],
        [20, 10 + 3],
        [784, 20 + 3],
    ];
    assert_eq!(shapes, expected.map(Vec::from));
    let names = layers.iter().filter_map(|layer| layer.name.as_deref());
    let expected = [
        "encoder.0",
        "encoder.2",
        "encoder.4",
        "decoder.0",
        "decoder.2",
        "decoder.4",
    ];
    assert!(names.eq(expected));
}

#[test]
fn the_code_is_the_narrowest_hidden_layer_unless_it_is_named() {
    let widths = vec![784, 64, 8, 64, 8, 784];
    let code_layer = |code_layer| {
        let spec = DenseSpec {
            widths: widths.clone(),
            code_layer,
            ..DenseSpec::default()
        };
        let layers = ModelSpec::Dense(spec).layers();
        layers
            .iter()
            .filter(|layer| layer.part == Part::Encoder)
            .count()
    };
    assert_eq!(code_layer(None), 2);
    assert_eq!(code_layer(Some(3)), 3);
}
