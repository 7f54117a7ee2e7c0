//! Loading models, and what they compute.

use std::fs;

use ae_models::{Autoencoder, Objective};
use apply::{Error, TrainedModel};
use experiment::{ExperimentFolder, Method};
use tch::Device;
use train::random::{RngStream, generator};

use crate::harness::{Fixture, images, methods};

#[test]
fn decoding_the_codes_gives_the_reconstructions() {
    for (method, decodes) in methods() {
        let fixture = Fixture::of(method);
        let model = fixture.load();
        let images = images(7);
        let output = model.reconstruct(&images);
        assert_eq!(output.code.size(), [7, model.code_size() as i64]);
        assert_eq!(model.encode(&images), output.code);
        assert_eq!(output.reconstruction.size(), [7, 784]);
        match model.decode(&output.code) {
            Ok(decoded) => {
                assert!(decodes);
                assert!(decoded.allclose(&output.reconstruction, 0.0, 1e-5, false));
            }
            Err(error) => {
                assert!(
                    !decodes && matches!(error, Error::NeedsImage { .. }),
                    "{error}"
                );
            }
        }
    }
}

#[test]
fn a_loaded_model_computes_what_its_weights_computed() {
    for (method, _) in methods() {
        let Method::Autoencoder { model, training } = &method else {
            continue;
        };
        // The weights of the fixture.
        let mut rng = generator(5, RngStream::Weights, 0);
        let objective = Objective::from(training);
        let original = Autoencoder::new(model, objective, &mut rng, Device::Cpu);
        let expected = original.forward(&images(3));
        let found = Fixture::of(method.clone()).load().reconstruct(&images(3));
        assert_eq!(found.code, expected.code);
        assert_eq!(found.reconstruction, expected.reconstruction);
    }
}

#[test]
fn a_folder_of_an_experiment_works_in_a_run_and_alone() {
    let fixture = Fixture::dense();
    let in_run = TrainedModel::of_folder(fixture.experiment.path()).unwrap();
    assert!(in_run.record().is_some());
    let alone = tempfile::tempdir().unwrap();
    let copy = ExperimentFolder::at(alone.path().join("model"));
    fs::rename(fixture.experiment.path(), copy.path()).unwrap();
    let alone = TrainedModel::of_folder(copy.path()).unwrap();
    assert!(alone.record().is_none());
    assert_eq!(alone.shape(), in_run.shape());
    let code = |model: &TrainedModel| model.reconstruct(&images(2)).code;
    assert_eq!(code(&alone), code(&in_run));
}

#[test]
fn models_that_are_missing_damaged_or_unfinished_are_refused() {
    let fixture = Fixture::dense();
    let run = fixture.folder.path();
    let load = |id, seed| TrainedModel::of_run(run, id, seed).unwrap_err();
    assert!(matches!(load("other", None), Error::NoExperiment { .. }));
    assert!(matches!(load("model", Some(3)), Error::NoSeed { .. }));
    let empty = tempfile::tempdir().unwrap();
    let error = TrainedModel::of_run(empty.path(), "model", None).unwrap_err();
    assert!(matches!(error, Error::NoModel { .. }), "{error}");

    let path = fixture.experiment.model_path();
    let weights = fs::read(&path).unwrap();
    for bytes in [
        &weights[..weights.len() - 1],
        b"",
        &[&weights[..], b"x"].concat(),
    ] {
        fs::write(&path, bytes).unwrap();
        let error = load("model", None).to_string();
        assert!(error.contains("model.safetensors"), "{error}");
    }
    // Sealed, but of another model.
    let other = Fixture::of(Method::Pca { components: 3 });
    fs::copy(other.experiment.model_path(), &path).unwrap();
    fixture.experiment.seal().unwrap();
    let error = load("model", None).to_string();
    assert!(error.contains("model.safetensors"), "{error}");
    fs::remove_file(fixture.experiment.path().join("SHA256SUMS")).unwrap();
    assert!(matches!(load("model", None), Error::NotComplete { .. }));
}
