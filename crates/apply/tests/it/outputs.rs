//! Files of results.

use std::{fs, io::Cursor, path::Path};

use apply::{
    Error, ImageName,
    output::{self, Comparison, ComparisonRow, Content, Format, write_rows},
};
use experiment::Shape;
use serde_json::{Map, Value, json};
use tch::Tensor;

#[test]
fn a_file_that_cannot_be_made_leaves_the_one_before() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("codes.csv");
    fs::write(&path, "before").unwrap();
    let failed = write_rows(
        &path,
        Format::Csv,
        Content::Codes(2),
        1,
        &Map::new(),
        |_| {
            let (file, len, index) = ("x".to_owned(), 1, 1);
            Err(Error::Index { file, len, index })
        },
    );
    assert!(matches!(failed, Err(Error::Index { .. })));
    assert_eq!(fs::read_to_string(&path).unwrap(), "before");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    let missing = folder.path().join("missing/codes.csv");
    let failed = write_rows(
        &missing,
        Format::Csv,
        Content::Codes(2),
        0,
        &Map::new(),
        |_| Ok(()),
    );
    assert!(
        failed
            .unwrap_err()
            .to_string()
            .contains("missing/codes.csv")
    );
}

#[test]
fn json_and_csv_name_each_image() {
    let folder = tempfile::tempdir().unwrap();
    let names = [ImageName {
        file: "a,b.png".into(),
        index: 3,
        label: Some("seven".into()),
    }];
    let rows = Tensor::from_slice(&[0.5f32, -1.0]).view([1, 2]);
    let about = Map::from_iter([("experiment".to_owned(), json!("dense"))]);
    let write = |name: &str, format| {
        let path = folder.path().join(name);
        write_rows(&path, format, Content::Codes(2), 1, &about, |out| {
            out.write(&names, &rows)
        })
        .unwrap();
        fs::read_to_string(path).unwrap()
    };
    let json: Value = serde_json::from_str(&write("codes.json", Format::Json)).unwrap();
    let image = json!({"file": "a,b.png", "index": 3, "label": "seven", "code": [0.5, -1.0]});
    assert_eq!(
        json,
        json!({"experiment": "dense", "shape": [2], "images": [image]})
    );
    let csv = write("codes.csv", Format::Csv);
    assert_eq!(
        csv,
        "file,index,label,code_0,code_1\n\"a,b.png\",3,seven,0.5,-1\n"
    );
}

fn decode(bytes: &[u8]) -> (u32, u32, Vec<u8>) {
    let mut reader = png::Decoder::new(Cursor::new(bytes)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    (info.width, info.height, pixels)
}

#[test]
fn one_image_keeps_its_size_and_several_are_a_sheet() {
    let shape = Shape {
        channels: 1,
        rows: 2,
        columns: 3,
    };
    let image = [0.0, 0.5, 1.0, 2.0, -1.0, 0.2];
    let (width, height, pixels) = decode(&output::png(shape, &image).unwrap());
    assert_eq!([width, height], [3, 2]);
    assert_eq!(pixels, [0, 128, 255, 255, 0, 51]);
    let sheet = output::png(shape, &[image; 2].concat()).unwrap();
    let (width, height, pixels) = decode(&sheet);
    // 7 x 2 pixels, enlarged 86 times.
    assert_eq!([width, height], [602, 172]);
    assert_eq!(
        [pixels[2 * 86], pixels[3 * 86], pixels[6 * 86]],
        [255, 128, 255]
    );
}

#[test]
fn a_comparison_has_names_and_errors() {
    let comparison = Comparison {
        shape: Shape::square(3, 2),
        images: vec![0.5; 24],
        rows: vec![ComparisonRow {
            id: "deep-1".into(),
            reconstructions: vec![0.25; 24],
            sse: vec![0.75, 1.5],
        }],
    };
    let svg = output::svg(&comparison).unwrap();
    assert_eq!(svg.matches("<image ").count(), 4);
    for text in [">deep-1<", ">0.75<", ">1.50<", "xlink:href"] {
        assert!(svg.contains(text), "{text}");
    }
    let (width, height, _) = decode(&comparison.png().unwrap());
    assert!(width > height.min(599));
}

#[test]
fn the_ending_of_a_name_chooses_the_format() {
    let allowed = [Format::Npy, Format::Png];
    let of = |name: &str| Format::of(Path::new(name), &allowed);
    assert_eq!(of("a/b.NPY").unwrap(), Format::Npy);
    assert_eq!(of("b.png").unwrap(), Format::Png);
    for name in ["b.csv", "b", "png"] {
        let error = of(name).unwrap_err().to_string();
        assert!(error.contains(".npy or .png"), "{error}");
    }
}
