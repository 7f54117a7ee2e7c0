//! Run folders of dense models whose weights are invented.

use std::{env, path::Path};

use experiment::{DenseSpec, Experiment, Method, ModelSpec, Protocol, RunFolder, arrays};
use mnist_io::{Elements, IdxArray};
use weights_file::Dtype;

/// How many test images have codes.
const CODES: usize = 30;

/// A run folder without experiments.
pub fn run(root: &Path) -> RunFolder {
    std::fs::write(root.join("run.json"), seed_of_fuzzing("run")).unwrap();
    RunFolder::new(root)
}

fn seed_of_fuzzing(name: &str) -> String {
    let seeds =
        Path::new(&env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../../fuzz/seeds/run_folder");
    let seed = std::fs::read_to_string(seeds.join(name)).unwrap();
    // The fuzz target's first byte chooses the kind of file.
    seed[seed.find('{').unwrap()..].to_owned()
}

/// Adds a complete experiment, of which the last unit of the code is dead.
pub fn add(run: &RunFolder, id: &str, widths: &[usize]) {
    let model = ModelSpec::Dense(DenseSpec {
        widths: widths.to_vec(),
        code_layer: Some(1),
        ..DenseSpec::default()
    });
    let layers = model.layers();
    let settings = Experiment {
        id: id.into(),
        method: Method::Autoencoder {
            model,
            training: Default::default(),
        },
        ..Experiment::default()
    };
    let folder = run.experiment(id);
    folder.write_settings(&settings).unwrap();
    let evaluation = seed_of_fuzzing("evaluation").replacen("\"mine\"", &format!("{id:?}"), 1);
    std::fs::write(folder.evaluation_path(), evaluation).unwrap();

    let (pixels, units) = (widths[0], widths[1]);
    let code = |image: usize, unit: usize| {
        if unit + 1 == units {
            0.0
        } else {
            wave(image * units + unit)
        }
    };
    let codes = |count| (0..count * units).map(move |at| code(at / units, at % units));
    let write = |name: &str, shape: Vec<usize>, values: Vec<f32>| {
        let array = IdxArray::new(shape, Elements::F32(values)).unwrap();
        folder.write_array(name, &array).unwrap();
    };
    let protocol = Protocol::Corrected;
    write(
        arrays::CODES_TEST,
        vec![CODES, units],
        codes(CODES).collect(),
    );
    write(
        arrays::ERRORS_TEST,
        vec![CODES],
        (0..CODES).map(|i| i as f32).collect(),
    );
    write(
        &arrays::codes(protocol),
        vec![10, units],
        codes(10).collect(),
    );
    let images = (0..10 * pixels).map(wave).collect();
    write(&arrays::samples(protocol), vec![10, 28, 28], images);

    let named = |layer: &experiment::Layer| {
        let name = layer.name.clone().unwrap();
        let tensors = layer.tensors().into_iter();
        tensors
            .map(move |(what, shape)| (format!("{name}.{what}"), shape))
            .collect::<Vec<_>>()
    };
    let tensors: Vec<(String, Vec<usize>)> = layers.iter().flat_map(named).collect();
    let tensors: Vec<(&str, Vec<usize>)> = tensors
        .iter()
        .map(|(name, shape)| (name.as_str(), shape.clone()))
        .collect();
    weights_file::write(
        &folder.model_path(),
        Dtype::F32,
        &tensors,
        None,
        |index, file| {
            let count = tensors[index].1.iter().product::<usize>();
            (0..count).try_for_each(|at| file.write_all(&wave(at * 7 + index).to_le_bytes()))
        },
    )
    .unwrap();
}

/// Numbers of -0.5 to 0.5 that do not compress.
fn wave(at: usize) -> f32 {
    let mixed = (at as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 40) as f32 / 16_777_216.0 - 0.5
}
