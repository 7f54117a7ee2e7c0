//! Sealed experiments with random weights, and images.

use std::{collections::BTreeMap, fs, path::Path};

use ae_models::{Autoencoder, Objective};
use apply::TrainedModel;
use experiment::{
    Data, DataRecord, Decoder, Experiment, ExperimentFolder, Machine, Method, ModelSpec, RunFolder,
    RunRecord, Shape, Training,
};
use pca::Pca;
use tch::{Device, Kind, Tensor};
use tempfile::TempDir;
use train::random::{RngStream, generator};

/// Images of 28 x 28 pixels.
pub const SHAPE: Shape = Shape {
    channels: 1,
    rows: 28,
    columns: 28,
};

/// A run folder with one sealed experiment, `model`.
pub struct Fixture {
    pub folder: TempDir,
    pub experiment: ExperimentFolder,
}

impl Fixture {
    /// An experiment on `data` with this method, whose run recorded images of `shape`.
    pub fn new(
        method: Method,
        data: Data,
        shape: Shape,
        notes: &[String],
        values: [f32; 2],
    ) -> Self {
        let folder = TempDir::new().unwrap();
        let run = RunFolder::new(folder.path());
        let experiment = run.experiment("model");
        let settings = Experiment {
            id: "model".into(),
            data: data.clone(),
            method,
            ..Experiment::default()
        };
        fs::create_dir_all(experiment.path()).unwrap();
        experiment.write_settings(&settings).unwrap();
        save(&settings, shape, &experiment.model_path());
        // Nothing that applies a model reads the evaluation.
        fs::write(experiment.evaluation_path(), "{}").unwrap();
        experiment.seal().unwrap();
        let record = DataRecord {
            name: "images".into(),
            shape: [shape.channels, shape.rows, shape.columns],
            training_images: 10,
            test_images: 10,
            held_out: None,
            values,
            classes: Vec::new(),
            notes: notes.to_vec(),
            files: BTreeMap::new(),
        };
        let machine = Machine {
            system: String::new(),
            architecture: String::new(),
            processor: String::new(),
            features: Vec::new(),
            processors: 1,
        };
        run.write_record(&RunRecord {
            version: String::new(),
            libtorch: String::new(),
            libtorch_folder: None,
            device: "cpu".into(),
            // As older versions recorded it.
            machine: Some(machine),
            plan: None,
            data: BTreeMap::from([(data.key(), record)]),
        })
        .unwrap();
        Fixture { folder, experiment }
    }

    /// An experiment on MNIST.
    pub fn of(method: Method) -> Self {
        Fixture::new(method, Data::default(), SHAPE, &[], [0.0, 255.0])
    }

    /// A small dense model on MNIST.
    pub fn dense() -> Self {
        Fixture::of(autoencoder(ModelSpec::dense(&[784, 20, 6, 20, 784])))
    }

    pub fn load(&self) -> TrainedModel {
        TrainedModel::of_run(self.folder.path(), "model", None).unwrap()
    }

    /// A path beside the run's files.
    pub fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }
}

/// A model that was trained as the defaults say.
pub fn autoencoder(model: ModelSpec) -> Method {
    Method::Autoencoder {
        model,
        training: Training::default(),
    }
}

/// One method of each kind: whether it decodes a code alone.
pub fn methods() -> Vec<(Method, bool)> {
    let convolutional = |decoder| autoencoder(ModelSpec::convolutional(decoder));
    vec![
        (autoencoder(ModelSpec::dense(&[784, 20, 6, 20, 784])), true),
        (Method::Pca { components: 5 }, true),
        (convolutional(Decoder::Deconv), true),
        (convolutional(Decoder::Unpool), false),
        (convolutional(Decoder::DeconvUnpool), false),
    ]
}

/// Random images, `[count, 784]`, of whole pixels at 0-255 scale.
pub fn bytes(count: usize) -> Vec<u8> {
    (0..count * 784)
        .map(|i| (i * i % 251) as u8 * u8::from(i % 3 > 0))
        .collect()
}

/// The same as a tensor at 0-1 scale.
pub fn images(count: usize) -> Tensor {
    let bytes = Tensor::from_slice(&bytes(count)).view([-1, 784]);
    bytes.to_kind(Kind::Float) / 255.0
}

fn save(settings: &Experiment, shape: Shape, path: &Path) {
    match &settings.method {
        Method::Pca { components } => {
            let pca = Pca::fit(&bytes(20), shape.size(), *components).unwrap();
            pca.save(path).unwrap();
        }
        Method::Autoencoder { model, training } => {
            let objective = Objective::from(training);
            let mut rng = generator(5, RngStream::Weights, 0);
            let model = Autoencoder::new(model, objective, &mut rng, Device::Cpu);
            model.parameters().save(path).unwrap();
        }
    }
}
