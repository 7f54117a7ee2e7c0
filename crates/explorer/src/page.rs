//! The page: its parts put together with the data.

use experiment::{CODE_NOISE_LEVELS, INPUT_NOISE_LEVELS};
use serde_json::{Value, json};

use crate::{error::Error, fit::Fitted};

const TEMPLATE: &str = include_str!("page/template.html");
const STYLE: &str = include_str!("page/style.css");
/// The parts of the script, which share one scope: each uses those before it.
const SCRIPTS: [&str; 11] = [
    include_str!("page/unpack.js"),
    include_str!("page/network.js"),
    include_str!("page/models.js"),
    include_str!("page/picture.js"),
    include_str!("page/state.js"),
    include_str!("page/map.js"),
    include_str!("page/sliders.js"),
    include_str!("page/interpolation.js"),
    include_str!("page/noise.js"),
    include_str!("page/drawing.js"),
    include_str!("page/start.js"),
];

/// The page as HTML.
///
/// # Errors
/// [`Error::Json`].
pub fn html(fitted: &Fitted) -> Result<String, Error> {
    let script = SCRIPTS.concat();
    // In a script element, only `<` could end it.
    let data = serde_json::to_string(&data(fitted))?.replace('<', "\\u003c");
    let sets = fitted.sets.iter().enumerate();
    let sets = sets.map(|(index, packed)| element("set", index, &packed.text));
    let models = fitted.models.iter().enumerate();
    let models = models.map(|(index, packed)| element("model", index, &packed.text));
    let numbers: String = sets.chain(models).collect();
    let parts = [
        ("/*STYLE*/", STYLE),
        ("<!--DATA-->", data.as_str()),
        ("<!--NUMBERS-->", numbers.as_str()),
        ("/*SCRIPT*/", script.as_str()),
    ];
    let mut html = String::new();
    let mut rest = TEMPLATE;
    for (mark, part) in parts {
        let (before, after) = rest.split_once(mark).unwrap_or((rest, ""));
        html.push_str(before);
        html.push_str(part);
        rest = after;
    }
    Ok(html + rest)
}

fn element(kind: &str, index: usize, text: &str) -> String {
    format!("<script type=\"application/octet-stream\" id=\"{kind}-{index}\">{text}</script>\n")
}

fn data(fitted: &Fitted) -> Value {
    let collection = &fitted.collection;
    let sets = collection
        .sets
        .iter()
        .zip(&fitted.sets)
        .map(|(set, packed)| {
            json!({
                "name": set.name,
                "shape": set.shape,
                "classes": set.classes,
                "testImages": set.test_images,
                "labels": set.labels,
                "entries": packed.entries,
            })
        });
    let models = collection
        .models
        .iter()
        .zip(&fitted.models)
        .map(|(model, packed)| {
            json!({
                "id": model.id,
                "description": model.description,
                "set": model.set,
                "codeSize": model.code_size,
                "units": model.units,
                "ranges": model.ranges,
                "live": model.live,
                "share": model.share,
                "sse": model.sse,
                "quantiles": model.quantiles,
                "layers": model.network.layers,
                "matrices": model.network.matrices.len(),
                "bytes": packed.text.len(),
                "entries": packed.entries,
            })
        });
    json!({
        "sets": sets.collect::<Vec<Value>>(),
        "models": models.collect::<Vec<Value>>(),
        "absent": collection.absent,
        "inputNoise": INPUT_NOISE_LEVELS,
        "codeNoise": CODE_NOISE_LEVELS,
    })
}

#[cfg(test)]
mod tests {
    use experiment::Activation;

    #[test]
    fn the_page_computes_every_activation() {
        let script = include_str!("page/network.js");
        let (_, list) = script.split_once("const ACTIVATIONS = {").unwrap();
        let (list, _) = list.split_once("};").unwrap();
        for activation in Activation::ALL {
            let name = serde_json::to_value(activation).unwrap();
            let name = name.as_str().unwrap();
            let is_there = [format!("  {name}:"), format!("\"{name}\":")];
            assert!(is_there.iter().any(|entry| list.contains(entry)), "{name}");
        }
    }
}
