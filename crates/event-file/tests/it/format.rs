//! The bytes of a file, as TensorFlow writes them, and what damage leaves of it.

use std::fs;

use event_file::{EventFile, Image, Point, Value, read};

/// A scalar and a picture.
pub fn points() -> Vec<Point> {
    let scalar = Point {
        step: 300,
        tag: "loss/step".into(),
        value: Value::Scalar(0.5),
    };
    let image = Point {
        step: 301,
        tag: "images".into(),
        value: Value::Image(Image {
            width: 2,
            height: 1,
            channels: 3,
            png: vec![137, 80, 78, 71],
        }),
    };
    vec![scalar, image]
}

#[test]
fn the_bytes_are_those_of_tensorflow() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("below/events.out.tfevents.1");
    EventFile::open(&path).unwrap().write(points()).unwrap();
    let bytes = fs::read(&path).unwrap();
    // The first record: its length, the checksum of this, a time, and the version.
    assert_eq!(bytes[..8], 24_u64.to_le_bytes());
    assert_eq!(bytes[8..12], [0xa3, 0x7f, 0x4b, 0x22]);
    assert_eq!(bytes[12], 0x09);
    assert_eq!(&bytes[21..36], b"\x1a\x0dbrain.Event:2");
    // The second record after its time: step 300, and a summary with one value of two fields.
    let scalar = b"\x10\xac\x02\x2a\x12\x0a\x10\x0a\x09loss/step\x15\0\0\0\x3f";
    assert_eq!(&bytes[61..][..scalar.len()], scalar);
    assert_eq!(read(&path).unwrap(), points());
}

#[test]
fn damage_ends_what_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.out.tfevents.1");
    assert!(read(&path).unwrap().is_empty());
    EventFile::open(&path).unwrap().write(points()).unwrap();
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() - 1]).unwrap();
    assert_eq!(read(&path).unwrap(), points()[..1]);
    // Any byte of the first point.
    for position in 40..80 {
        let mut damaged = whole.clone();
        damaged[position] ^= 1;
        fs::write(&path, damaged).unwrap();
        assert!(read(&path).unwrap().is_empty(), "byte {position}");
    }
    // A length beyond the file.
    fs::write(&path, [255; 100]).unwrap();
    assert!(read(&path).unwrap().is_empty());
}
