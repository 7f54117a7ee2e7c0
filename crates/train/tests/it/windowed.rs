//! Images that are too many for the memory: the same images as in memory, mixed in windows.

use std::{fs, path::Path};

use experiment::{Data, Experiment, Protocol, Training, Validation};
use mnist_io::{Elements, IdxArray};
use tch::Device;
use tempfile::TempDir;
use train::{
    Error,
    data::{Chosen, DataSet, Datasets, Epoch, Images, Pixels, TrainingImages},
};

/// Images of 4 x 3, more than are read at a time.
const COUNT: usize = 1500;

fn write(path: &Path, shape: &[usize], elements: Elements) {
    mnist_io::write(path, &IdxArray::new(shape.to_vec(), elements).unwrap()).unwrap();
}

/// Bytes, or floats from -1 to 1, with labels; each image begins with numbers that no other has.
fn folder(is_bytes: bool) -> TempDir {
    let folder = TempDir::new().unwrap();
    let numbers = 0..COUNT * 12;
    let elements = if is_bytes {
        let byte = |i: usize| match i % 12 {
            0 => i / 12 % 256,
            1 => i / 12 / 256,
            2 => 0,
            other => i * other % 251,
        };
        Elements::U8(numbers.map(|i| byte(i) as u8).collect())
    } else {
        Elements::F32(numbers.map(|i| (i as f32 * 0.37).sin()).collect())
    };
    write(
        &folder.path().join("train-images-idx3-x.gz"),
        &[COUNT, 4, 3],
        elements,
    );
    let labels = (0..COUNT).map(|i| [7, 3, -2][i % 3]).collect();
    write(
        &folder.path().join("train-labels-idx1-x"),
        &[COUNT],
        Elements::I32(labels),
    );
    folder
}

fn data(folder: &Path, window: Option<usize>) -> Data {
    Data {
        window,
        ..Data::named(folder.to_str().unwrap())
    }
}

fn load(data: &Data) -> Result<Datasets, Error> {
    Datasets::load([data], Path::new("absent"))
}

/// Asserts that the images at `folder` are the same with a window and without.
fn assert_same_on_disk(folder: &Path, resize: Option<[usize; 2]>) {
    let [memory, disk] = [None, Some(100)].map(|window| Data {
        resize,
        ..data(folder, window)
    });
    let (in_memory, on_disk) = (load(&memory).unwrap(), load(&disk).unwrap());
    let (expected, found) = (in_memory.of(&memory), on_disk.of(&disk));
    assert_eq!(found.training.window(), Some(100));
    assert_eq!(found.record, expected.record);
    assert_eq!(found.training.len(), expected.training.len());
    let all = expected.training.len();
    let trained_on = |set: &DataSet| set.training.first(all).unwrap().into_owned();
    let evaluation = (&found.evaluation, &expected.evaluation);
    assert_eq!(evaluation.0.labels, evaluation.1.labels);
    assert_eq!(
        evaluation.0.references.labels,
        evaluation.1.references.labels
    );
    assert_eq!(evaluation.0.nonzero_pixels, evaluation.1.nonzero_pixels);
    for (found, expected) in [
        (&trained_on(found), &trained_on(expected)),
        (&evaluation.0.test, &evaluation.1.test),
        (&evaluation.0.training, &evaluation.1.training),
        (
            &evaluation.0.references.images,
            &evaluation.1.references.images,
        ),
    ] {
        let tensor = |images: &Images| images.tensor(Protocol::Corrected, Device::Cpu);
        assert_eq!(tensor(found), tensor(expected));
    }
}

#[test]
fn images_on_disk_are_those_in_memory() {
    for is_bytes in [true, false] {
        let folder = folder(is_bytes);
        assert_same_on_disk(folder.path(), None);
        assert_same_on_disk(folder.path(), Some([2, 5]));
        // With a test set of their own.
        let [images, labels] = ["images-idx3-x.gz", "labels-idx1-x"];
        for name in [images, labels] {
            let [from, to] =
                ["train", "t10k"].map(|part| folder.path().join(format!("{part}-{name}")));
            fs::copy(from, to).unwrap();
        }
        assert_same_on_disk(folder.path(), None);
    }
}

/// The first two bytes of the images of an epoch in the order of their use.
fn order(set: &DataSet, chosen: Chosen, epoch: usize) -> Vec<[u8; 2]> {
    let images = TrainingImages::chosen(&set.training, chosen, Device::Cpu);
    let training = Training {
        batch_size: 64,
        ..Training::default()
    };
    let experiment = Experiment::default();
    let epoch = Epoch::new(&experiment, &training, &images, epoch);
    // Batches may be drawn in any order.
    let mut batches: Vec<_> = (0..epoch.steps())
        .rev()
        .map(|i| epoch.batch(i).unwrap())
        .collect();
    batches.reverse();
    let rows = batches.iter().flat_map(|batch| {
        let numbers = (batch.target() * 255.0).round();
        Vec::<Vec<f64>>::try_from(numbers).unwrap()
    });
    rows.map(|row| [row[0] as u8, row[1] as u8]).collect()
}

#[test]
fn an_epoch_has_each_image_that_is_not_held_out_once() {
    let folder = folder(true);
    let data = data(folder.path(), Some(300));
    let sets = load(&data).unwrap();
    let set = sets.of(&data);
    let count = set.training.len();
    let held_out = Validation::Count(50).count(count);
    let chosen = Chosen::These((held_out..count).collect());
    let orders = [1, 2].map(|epoch| order(set, chosen.clone(), epoch));
    assert_ne!(orders[0], orders[1]);
    let images = set.training.select(held_out..count).unwrap();
    let Pixels::Bytes(bytes) = images.pixels() else {
        panic!("expected bytes");
    };
    let mut expected: Vec<[u8; 2]> = bytes.chunks(12).map(|image| [image[0], image[1]]).collect();
    expected.sort_unstable();
    for mut order in orders {
        order.sort_unstable();
        assert_eq!(order, expected);
    }
}

#[test]
fn pictures_have_no_window() {
    let folder = TempDir::new().unwrap();
    for name in ["a.png", "b.png"] {
        let file = fs::File::create(folder.path().join(name)).unwrap();
        let mut picture = png::Encoder::new(file, 3, 2);
        picture.set_color(png::ColorType::Grayscale);
        let mut picture = picture.write_header().unwrap();
        picture.write_image_data(&[0; 6]).unwrap();
    }
    let refused = load(&data(folder.path(), Some(10)));
    assert!(
        matches!(refused, Err(Error::WindowOfPictures { .. })),
        "{refused:?}"
    );
}
