//! Writes weights with as many bits as the page has room for, and leaves out the largest models if
//! they do not fit.

use std::io::Write;

use base64::{Engine, engine::general_purpose::STANDARD};
use flate2::{Compression, write::GzEncoder};

use crate::{
    collect::{Absent, Collection},
    error::Error,
    image_set::ImageSet,
    network::Matrix,
    numbers::{Blob, Entry, Precision},
    trained::Trained,
};

/// The steps of bytes that are tried, in percent of a matrix's root mean square.
const STEPS: [u8; 9] = [2, 3, 4, 6, 8, 10, 12, 14, 16];
/// Matrices of at most this many weights have steps of a quarter: they cost little room.
const FEW_WEIGHTS: usize = 60_000;
/// The size of the page without numbers and models, in bytes.
const FRAME: usize = 80_000;

/// Numbers of the page: compressed, in base64.
#[derive(Clone, Debug)]
pub struct Packed {
    /// The text.
    pub text: String,
    /// The matrices in it.
    pub entries: Vec<Entry>,
}

/// A collection whose numbers are packed.
#[derive(Debug)]
pub struct Fitted {
    /// The collection, without models that found no room.
    pub collection: Collection,
    /// Of each set: its first images, its samples.
    pub sets: Vec<Packed>,
    /// Of each model: its matrices, points, compared codes and reconstructions.
    pub models: Vec<Packed>,
}

/// Packs a collection into at most `max` bytes of page: in 16 bits, or in bytes with ever larger steps,
/// and if they do not suffice, without the largest models.
///
/// # Errors
/// Numbers that cannot be compressed.
pub fn fit(mut collection: Collection, max: usize) -> Result<Fitted, Error> {
    let sets: Result<Vec<Packed>, Error> = collection.sets.iter().map(pack_set).collect();
    let sets = sets?;
    let room = max.saturating_sub(frame(&collection) + size(&sets));
    let mut models = pack_models(&collection, room)?;
    if size(&models) > room {
        while size(&models) > room {
            let largest = (0..models.len()).max_by_key(|&index| models[index].text.len());
            let Some(largest) = largest else { break };
            models.remove(largest);
            let model = collection.models.remove(largest);
            collection.absent.push(Absent::too_large(model.id));
        }
        models = pack_models(&collection, room)?;
    }
    Ok(Fitted {
        collection,
        sets,
        models,
    })
}

/// The models in 16 bits or with the smallest steps that fit into `room`, or else with the largest.
fn pack_models(collection: &Collection, room: usize) -> Result<Vec<Packed>, Error> {
    let pack_all = |step| -> Result<Vec<Packed>, Error> {
        let models = collection.models.iter();
        models.map(|model| pack_model(model, step)).collect()
    };
    let steps: Vec<Option<u8>> = std::iter::once(None).chain(STEPS.map(Some)).collect();
    // The size falls from step to step, so each trial halves what is left of them.
    let (mut first, mut last) = (0, steps.len() - 1);
    while first < last {
        let middle = (first + last) / 2;
        if size(&pack_all(steps[middle])?) <= room {
            last = middle;
        } else {
            first = middle + 1;
        }
    }
    pack_all(steps[first])
}

/// At most how many bytes the page has beside numbers.
fn frame(collection: &Collection) -> usize {
    let models = collection.models.iter();
    let of_models = models.map(|m| 2500 + 50 * m.units.len() + 120 * m.network.matrices.len());
    let sets = collection.sets.iter();
    let of_sets = sets.map(|set| 500 + 8 * set.labels.len() + 40 * set.classes.len());
    FRAME + 200 * collection.absent.len() + of_models.chain(of_sets).sum::<usize>()
}

fn size(packed: &[Packed]) -> usize {
    packed.iter().map(|packed| packed.text.len()).sum()
}

fn pack_set(set: &ImageSet) -> Result<Packed, Error> {
    let mut blob = Blob::default();
    for images in [&set.first, &set.samples] {
        blob.add(&images.values, images.width, Precision::Plain);
    }
    pack(blob)
}

/// Large matrices have 16 bits without `step`, in percent.
fn pack_model(model: &Trained, step: Option<u8>) -> Result<Packed, Error> {
    let mut blob = Blob::default();
    for Matrix { rows, precision } in &model.network.matrices {
        let of_step = |percent: u8| match rows.values.len() {
            ..=FEW_WEIGHTS => Precision::Byte {
                percent: percent.div_ceil(4),
            },
            _ => Precision::Byte { percent },
        };
        let precision = precision.unwrap_or(step.map_or(Precision::Half, of_step));
        blob.add(&rows.values, rows.width, precision);
    }
    blob.add(&model.points, 2, Precision::Half);
    let [codes, reconstructions] = &model.compared;
    blob.add(&codes.values, codes.width, Precision::Single);
    blob.add(
        &reconstructions.values,
        reconstructions.width,
        Precision::Half,
    );
    pack(blob)
}

fn pack(blob: Blob) -> Result<Packed, Error> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&blob.bytes)?;
    Ok(Packed {
        text: STANDARD.encode(encoder.finish()?),
        entries: blob.entries,
    })
}
