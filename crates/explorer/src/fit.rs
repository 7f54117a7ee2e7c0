//! Writes weights with as many bits as the page has room for, and leaves out the largest models if
//! they do not fit.

use std::io::Write;

use base64::{Engine, engine::general_purpose::STANDARD};
use flate2::{Compression, write::GzEncoder};

use crate::{
    collect::{Absent, Collection},
    error::Error,
    image_set::ImageSet,
    numbers::{Blob, Entry, Precision},
    trained::Trained,
};

/// The levels of bytes that are tried, from the most exact.
const LEVELS: [u8; 5] = [127, 95, 63, 47, 31];
/// Bytes that are kept free for the page without its numbers.
const PAGE: usize = 150_000;

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
    /// The levels of weights that are bytes.
    pub levels: u8,
}

/// Packs a collection into at most `max` bytes of page: with fewer levels first, then without the
/// largest models.
///
/// # Errors
/// Numbers that cannot be compressed.
pub fn fit(mut collection: Collection, max: usize) -> Result<Fitted, Error> {
    let sets: Result<Vec<Packed>, Error> = collection.sets.iter().map(pack_set).collect();
    let sets = sets?;
    let room = max.saturating_sub(PAGE + sets.iter().map(|set| set.text.len()).sum::<usize>());
    let size = |models: &[Packed]| models.iter().map(|model| model.text.len()).sum::<usize>();
    let mut fitted = (LEVELS[0], Vec::new());
    for levels in LEVELS {
        let models: Result<Vec<Packed>, Error> = collection
            .models
            .iter()
            .map(|model| pack_model(model, levels))
            .collect();
        fitted = (levels, models?);
        if size(&fitted.1) <= room {
            break;
        }
    }
    let (levels, mut models) = fitted;
    while size(&models) > room {
        let largest = (0..models.len()).max_by_key(|&index| models[index].text.len());
        let Some(largest) = largest else { break };
        models.remove(largest);
        let model = collection.models.remove(largest);
        collection.absent.push(Absent {
            id: model.id,
            reason: format!(
                "its weights do not fit into a page of {} MB",
                max / 1_000_000
            ),
        });
    }
    Ok(Fitted {
        collection,
        sets,
        models,
        levels,
    })
}

fn pack_set(set: &ImageSet) -> Result<Packed, Error> {
    let mut blob = Blob::default();
    for images in [&set.first, &set.samples] {
        blob.add(&images.values, images.width, Precision::Plain);
    }
    pack(blob)
}

fn pack_model(model: &Trained, levels: u8) -> Result<Packed, Error> {
    let mut blob = Blob::default();
    for matrix in &model.network.matrices {
        let precision = matrix.precision.unwrap_or(Precision::Byte { levels });
        blob.add(&matrix.rows.values, matrix.rows.width, precision);
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
