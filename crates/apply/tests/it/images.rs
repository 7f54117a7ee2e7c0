//! Images of every kind, at the scale of the training; those that must be refused.

use std::{fs, path::Path};

use apply::{Batch, Error, Images, TrainedModel, output};
use experiment::{Data, ModelSpec, Shape};
use mnist_io::{Elements, IdxArray};
use tch::Tensor;

use crate::harness::{Fixture, SHAPE, autoencoder, bytes, images};

fn open(path: &Path, model: &TrainedModel) -> Result<Images, Error> {
    Images::open(path.to_str().unwrap(), model)
}

fn batches(images: &Images) -> Vec<Batch> {
    let mut batches = Vec::new();
    let all = images.batches(images.len(), |batch| {
        batches.push(batch);
        Ok(())
    });
    all.unwrap();
    batches
}

fn all(images: &Images) -> Tensor {
    Tensor::cat(
        &batches(images)
            .iter()
            .map(|batch| &batch.images)
            .collect::<Vec<_>>(),
        0,
    )
}

fn write_idx(path: &Path, elements: Elements) {
    let count = elements.len() / 784;
    let array = IdxArray::new(vec![count, 28, 28], elements).unwrap();
    mnist_io::write(path, &array).unwrap();
}

fn write_png(path: &Path, shape: Shape, image: &Tensor) {
    let floats = Vec::<f32>::try_from(image.reshape([-1])).unwrap();
    fs::write(path, output::png(shape, &floats).unwrap()).unwrap();
}

#[test]
fn idx_files_and_pictures_give_the_same_images() {
    let fixture = Fixture::dense();
    let model = fixture.load();
    let expected = images(3);
    let idx = fixture.path("some-images.idx");
    write_idx(&idx, Elements::U8(bytes(3)));
    assert_eq!(all(&open(&idx, &model).unwrap()), expected);

    let folder = fixture.path("pictures");
    for (index, class) in ["a", "b", "b"].iter().enumerate() {
        fs::create_dir_all(folder.join(class)).unwrap();
        let path = folder.join(class).join(format!("{index}.png"));
        write_png(&path, SHAPE, &expected.get(index as i64));
    }
    let pictures = open(&folder, &model).unwrap();
    assert_eq!(all(&pictures), expected);
    let names = &batches(&pictures)[0].names;
    assert_eq!(names[1].file, "b/1.png");
    assert_eq!(names[2].label.as_deref(), Some("b"));
    let one = open(&folder.join("a/0.png"), &model).unwrap();
    assert_eq!(all(&one), expected.narrow(0, 0, 1));
    assert!(matches!(
        pictures.get(3),
        Err(Error::Index {
            len: 3,
            index: 3,
            ..
        })
    ));
}

#[test]
fn floats_are_scaled_as_the_training_images_were() {
    let spec = || autoencoder(ModelSpec::dense(&[784, 20, 6, 20, 784]));
    let floats: Vec<f32> = bytes(2).iter().map(|&b| f32::from(b) / 255.0).collect();
    let wide: Vec<f32> = floats.iter().map(|value| value * 4.0 - 2.0).collect();
    let note = "The values of the training images are from -2 to 2; they are scaled to 0-1.";
    let fixture = Fixture::new(spec(), Data::default(), SHAPE, &[note.into()], [-2.0, 2.0]);
    let path = fixture.path("floats.idx");
    write_idx(&path, Elements::F32(wide));
    let found = all(&open(&path, &fixture.load()).unwrap());
    assert!(found.allclose(&images(2), 0.0, 1e-6, false));

    // Trained on bytes, or on floats from 0 to 1.
    let error = open(&path, &Fixture::dense().load()).unwrap_err();
    assert!(matches!(error, Error::Values { .. }), "{error}");
    write_idx(&path, Elements::F32(floats));
    let found = all(&open(&path, &Fixture::dense().load()).unwrap());
    assert!(found.allclose(&images(2), 0.0, 1e-6, false));
}

#[test]
fn other_sizes_are_refused_unless_the_training_resized() {
    let shape = Shape::square(1, 14);
    let image = Tensor::from_slice(&[0.5f32; 14 * 14]);
    let fixture = Fixture::dense();
    let path = fixture.path("small.png");
    write_png(&path, shape, &image);
    let error = open(&path, &fixture.load()).unwrap().get(0).unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, Error::Size { .. }), "{text}");
    assert!(
        text.contains("small.png: expected images of 28 x 28"),
        "{text}"
    );
    assert!(text.contains("found 14 x 14"), "{text}");

    let data = Data {
        resize: Some([28, 28]),
        ..Data::default()
    };
    let method = autoencoder(ModelSpec::dense(&[784, 20, 6, 20, 784]));
    let resizing = Fixture::new(method, data, SHAPE, &[], [0.0, 255.0]);
    let found = all(&open(&path, &resizing.load()).unwrap());
    assert_eq!(found.size(), [1, 784]);
    assert!(found.allclose(&Tensor::from(128.0f32 / 255.0), 0.0, 1e-6, false));
}

#[test]
fn bad_files_are_named() {
    let fixture = Fixture::dense();
    let model = fixture.load();
    let path = fixture.path("digits.png");
    let refused = |content: &[u8], part: &str| {
        fs::write(&path, content).unwrap();
        let error = match open(&path, &model) {
            Err(error) => error,
            Ok(images) => images.get(0).unwrap_err(),
        };
        let text = error.to_string();
        assert!(text.contains("digits.png") && text.contains(part), "{text}");
    };
    refused(b"", "an empty file");
    refused(b"{}", "a JSON file");
    refused(b"\x89PNG\r\n\x1a\n", "cannot decode this image");
    refused(b"\x93NUMPY\x01\x00", "truncated");
    refused(&[0, 0, 8, 3, 0, 0, 0, 1], "digits.png");
    let missing = open(&fixture.path("missing"), &model).unwrap_err();
    assert!(missing.to_string().contains("no such file"), "{missing}");
    let error = Images::open("kmnist", &model).unwrap_err();
    assert!(matches!(error, Error::NoKnownSet { .. }), "{error}");
    let alone = tempfile::tempdir().unwrap().keep().join("model");
    fs::rename(fixture.experiment.path(), &alone).unwrap();
    let model = TrainedModel::of_folder(&alone).unwrap();
    assert!(matches!(Images::of_run(&model), Err(Error::NoRun { .. })));
    fs::remove_dir_all(alone.parent().unwrap()).unwrap();
}
