//! A file that is written again: no point is doubled or lost.

use std::fs;

use event_file::{EventFile, Point, Value, read};

fn losses(losses: &[f32]) -> Vec<Point> {
    let points = (1..).zip(losses).map(|(step, &loss)| Point {
        step,
        tag: "loss".into(),
        value: Value::Scalar(loss),
    });
    points.collect()
}

#[test]
fn the_same_points_stay_as_they_are_and_further_ones_follow() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.out.tfevents.1");
    let all = losses(&[4.0, 3.0, 2.0, 1.0]);
    EventFile::open(&path)
        .unwrap()
        .write(all[..3].to_vec())
        .unwrap();
    let before = fs::read(&path).unwrap();

    let mut file = EventFile::open(&path).unwrap();
    file.write(all[..1].to_vec()).unwrap();
    file.write(all[1..2].to_vec()).unwrap();
    assert_eq!(fs::read(&path).unwrap(), before);
    file.write(all[2..].to_vec()).unwrap();
    file.finish().unwrap();
    let after = fs::read(&path).unwrap();
    assert_eq!(after[..before.len()], before);
    assert_eq!(read(&path).unwrap(), all);
}

#[test]
fn what_differs_is_replaced_and_what_is_left_over_is_removed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.out.tfevents.1");
    let write = |points: Vec<Point>| {
        let mut file = EventFile::open(&path).unwrap();
        file.write(points).unwrap();
        file.finish().unwrap();
    };
    write(losses(&[4.0, 3.0, 2.0, 1.0]));
    write(losses(&[4.0, 9.0, 2.0]));
    assert_eq!(read(&path).unwrap(), losses(&[4.0, 9.0, 2.0]));
    write(losses(&[4.0]));
    assert_eq!(read(&path).unwrap(), losses(&[4.0]));

    // A write that was cut off.
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() - 3]).unwrap();
    write(losses(&[4.0, 3.0]));
    assert_eq!(read(&path).unwrap(), losses(&[4.0, 3.0]));

    fs::write(&path, "no event file").unwrap();
    write(losses(&[1.0]));
    assert_eq!(read(&path).unwrap(), losses(&[1.0]));
}
