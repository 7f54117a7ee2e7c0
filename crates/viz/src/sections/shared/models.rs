//! What a model is and how it was trained, in a drawing and in words, from its settings.

use experiment::{Layer, Method, Operation, Part, Shape};

use super::codes::size_text;
use crate::{
    drawing::{Layers, Model, Stage},
    error::Error,
    format::join,
    report::{Block, Figure, Selection},
    run::ExperimentResults,
};

/// The layers of each of these models; those with equal layers share a drawing.
pub fn layers(all: &Selection, name: &str) -> Result<Block, Error> {
    let title = "The layers";
    let mut models: Vec<(Vec<Stage>, Vec<String>)> = Vec::new();
    for experiment in all.rows() {
        let stages = stages(&experiment.settings().method);
        let name = format!("{}: {}", experiment.id(), size_text(experiment.first())?);
        let labels = |stages: &[Stage]| {
            let texts = stages
                .iter()
                .map(|s| (s.operation.clone(), s.label.clone()));
            texts.collect::<Vec<_>>()
        };
        match models
            .iter_mut()
            .find(|(known, _)| labels(known) == labels(&stages))
        {
            Some((_, names)) => names.push(name),
            None => models.push((stages, vec![name])),
        }
    }
    if models.is_empty() {
        return Ok(all.placeholder(title));
    }
    let models = models.into_iter().map(|(stages, names)| Model {
        title: join(names, "\n"),
        stages,
    });
    Ok(Block::Figure(Figure {
        name: name.into(),
        title: title.into(),
        alt: format!(
            "The layers of {} as bars, from the image to its reconstruction",
            all.names()
        ),
        caption:
            "From the image above to its reconstruction below. The wider a bar, the more numbers; \
                  orange is the code."
                .into(),
        notes: Vec::new(),
        sources: all.sources("experiment.json"),
        drawing: Layers {
            models: models.collect(),
        }
        .draw(),
    }))
}

/// The input and what each layer gives.
fn stages(method: &Method) -> Vec<Stage> {
    let stage = |operation: &str, shape: Shape, is_code| Stage {
        operation: operation.into(),
        size: shape.size(),
        label: size_of(shape),
        is_code,
    };
    let Some(model) = method.model() else {
        let code = Shape::units(method.code_size());
        let image = Shape::units(experiment::PIXELS);
        return vec![
            stage("", image, false),
            stage("onto the components", code, true),
            stage("sum of the components", image, false),
        ];
    };
    let layers = model.layers();
    let layers: Vec<&Layer> = layers
        .iter()
        .filter(|l| l.part != Part::LogVariance)
        .collect();
    let code = layers.iter().rposition(|layer| layer.part == Part::Encoder);
    let first = layers
        .first()
        .map(|layer| stage("", layer.input, code.is_none()));
    let others = layers.iter().enumerate();
    let others =
        others.map(|(index, layer)| stage(&operation(layer), layer.output, Some(index) == code));
    first.into_iter().chain(others).collect()
}

fn size_of(shape: Shape) -> String {
    match (shape.rows, shape.columns) {
        (1, 1) => shape.channels.to_string(),
        (rows, columns) => format!("{rows} x {columns} x {}", shape.channels),
    }
}

fn operation(layer: &Layer) -> String {
    let what = match &layer.operation {
        Operation::Linear => "linear".to_owned(),
        Operation::TiedLinear { .. } => "linear, tied".into(),
        Operation::Convolution(window) => format!("convolution {0} x {0}", window.kernel),
        Operation::TransposedConvolution(window) => {
            format!("deconvolution {0} x {0}", window.kernel)
        }
        Operation::MaxPool { size } => format!("maximum of {size} x {size}"),
        Operation::MaxUnpool { .. } => "back to the maximum's place".into(),
        Operation::TopK { k } => format!("the {k} largest"),
        Operation::AppendStart => match layer.part {
            Part::Decoder => "with the code".to_owned(),
            _ => "with the image".to_owned(),
        },
        Operation::BatchNorm => "batch norm".into(),
        Operation::GroupNorm { .. } => "group norm".into(),
        Operation::Dropout { share } => format!("dropout {share}"),
    };
    match layer.activation.name() {
        "linear" => what,
        activation => format!("{what}, {activation}"),
    }
}

/// How they were trained: optimizer, learning rate, epochs, batches and loss.
pub fn training(all: &Selection) -> String {
    let trained = || all.rows().filter(|e| !e.is_pca());
    let value = |name: &str| {
        let mut values: Vec<String> = Vec::new();
        for experiment in trained() {
            let described = ExperimentResults::settings(experiment).describe();
            let found = described.into_iter().find(|setting| setting.name == name);
            if let Some(setting) = found.filter(|setting| !values.contains(&setting.value)) {
                values.push(setting.value);
            }
        }
        join(values, " or ")
    };
    if trained().next().is_none() {
        return "No model with layers was trained.".into();
    }
    format!(
        "{} with learning rate {}, {} epochs of batches of {} images; loss: {}.",
        value("optimizer"),
        value("learning rate"),
        value("epochs"),
        value("batch size"),
        value("loss"),
    )
}
