//! What texts call the images of an experiment, and an error of theirs.

use std::path::Path;

use experiment::{DataRecord, thousands};

/// The name of a set of images, of a path its last part: "Fashion-MNIST", "my-images".
pub fn short_name(data: &DataRecord) -> String {
    let last = Path::new(&data.name).file_name();
    last.map_or(data.name.clone(), |last| {
        last.to_string_lossy().into_owned()
    })
}

/// The same with the size of the images if it is not that of MNIST, and the name does not say it:
/// "my-images (3 x 32 x 32)", "my-images, resized to 16 x 16".
pub fn images_name(data: &DataRecord) -> String {
    let (name, size) = (short_name(data), size_text(data));
    if data.shape == [1, 28, 28] || name.contains(&format!("resized to {size}")) {
        return name;
    }
    format!("{name} ({size})")
}

/// "28 x 28", or "3 x 32 x 32" with several channels.
pub fn size_text(data: &DataRecord) -> String {
    match data.shape {
        [1, rows, columns] => format!("{rows} x {columns}"),
        [channels, rows, columns] => format!("{channels} x {rows} x {columns}"),
    }
}

/// What is summed in the squared error of an image, at 0-1 scale.
pub fn error_measure(data: &DataRecord) -> String {
    let count = thousands(data.shape.iter().product());
    let numbers = match data.shape[0] {
        1 => format!("{count} pixels"),
        channels => format!("{count} numbers of an image, {channels} of each pixel"),
    };
    format!("squared error summed over the {numbers}, x from 0 to 1")
}
