//! Codes in files, and random codes.

use std::fs;

use apply::{
    CodeDistribution, Codes, ImageName, Images,
    output::{Content, Format, npy_header, write_rows},
};
use serde_json::Map;
use tch::{Device, IndexOp, Kind, Tensor};
use train::random::{RngStream, generator};

use crate::harness::{Fixture, bytes, images};

#[test]
fn codes_come_back_from_npy_and_csv_to_the_bit() {
    let fixture = Fixture::dense();
    let model = fixture.load();
    let codes = model.reconstruct(&images(4)).code;
    let names: Vec<ImageName> = (0..4)
        .map(|index| ImageName {
            file: "a \"name\", with a comma".into(),
            index,
            label: None,
        })
        .collect();
    for format in [Format::Npy, Format::Csv] {
        let path = fixture.path(if format == Format::Csv {
            "codes.csv"
        } else {
            "codes.npy"
        });
        write_rows(&path, format, Content::Codes(6), 4, &Map::new(), |out| {
            out.write(&names[..3], &codes.i(..3))?;
            out.write(&names[3..], &codes.i(3..))
        })
        .unwrap();
        let read = Codes::read(&path, &model).unwrap();
        assert_eq!(read.len(), 4);
        assert_eq!(read.rows(0..4), codes);
    }
}

#[test]
fn other_files_than_codes_are_refused() {
    let fixture = Fixture::dense();
    let model = fixture.load();
    let refused = |name: &str, content: &[u8], part: &str| {
        let path = fixture.path(name);
        fs::write(&path, content).unwrap();
        let error = Codes::read(&path, &model).unwrap_err().to_string();
        assert!(error.contains(name) && error.contains(part), "{error}");
    };
    let npy = |shape: &[usize], numbers: &[f32]| {
        let mut bytes = npy_header(shape[0], &shape[1..]);
        bytes.extend(numbers.iter().flat_map(|n| n.to_le_bytes()));
        bytes
    };
    refused(
        "codes.npy",
        &npy(&[2, 3], &[0.0; 6]),
        "shape [N, 6], found shape [2, 3]",
    );
    refused(
        "codes.npy",
        &npy(&[6], &[0.0; 6]),
        "shape [N, 6], found shape [6]",
    );
    refused("codes.npy", &npy(&[1, 6], &[0.0; 5]), "truncated");
    refused(
        "codes.npy",
        &npy(&[1, 6], &[f32::NAN; 6]),
        "expected finite numbers, found NaN",
    );
    refused("codes.npy", &npy(&[0, 6], &[]), "at least one code");
    refused("codes.npy", b"code_0\n1\n", "a text file");
    let header = "code_0,code_1,code_2,code_3,code_4,code_5";
    refused(
        "codes.csv",
        b"code_0,code_1\n1,2\n",
        "code_0 to code_5, found 2",
    );
    refused(
        "codes.csv",
        format!("{header},code_6\n").as_bytes(),
        "found 7",
    );
    refused(
        "codes.csv",
        format!("{header}\n1,2,3,x,5,6\n").as_bytes(),
        "code_3",
    );
    refused("codes.csv", format!("{header}\n1,2,3\n").as_bytes(), "");
    refused(
        "codes.csv",
        format!("{header}\n").as_bytes(),
        "at least one code",
    );
}

#[test]
fn fitted_codes_have_the_mean_and_covariance_of_the_codes() {
    let fixture = Fixture::dense();
    let model = fixture.load();
    let path = fixture.path("some.idx");
    let array = mnist_io::IdxArray::new(vec![40, 28, 28], mnist_io::Elements::U8(bytes(40)));
    mnist_io::write(&path, &array.unwrap()).unwrap();
    let set = Images::open(path.to_str().unwrap(), &model).unwrap();
    let codes = model.reconstruct(&images(40)).code.to_kind(Kind::Double);
    let distribution = CodeDistribution::fit(&model, &set).unwrap();
    assert!(
        distribution.describe().contains("some.idx"),
        "{}",
        distribution.describe()
    );
    let mut rng = generator(0, RngStream::CodeDraws, 0);
    let drawn = distribution.draw(40_000, 6, &mut rng).to_kind(Kind::Double);
    let mean = |codes: &Tensor| codes.mean_dim([0].as_slice(), false, Kind::Double);
    let close = |a: &Tensor, b: &Tensor, scale: f64| {
        assert!(
            (a - b).abs().max().double_value(&[]) <= 0.05 * scale,
            "{a} {b}"
        );
    };
    let covariance = |codes: &Tensor| codes.tr().cov(1, None::<&Tensor>, None::<&Tensor>);
    let largest = covariance(&codes).abs().max().double_value(&[]);
    close(&mean(&drawn), &mean(&codes), largest.sqrt());
    close(&covariance(&drawn), &covariance(&codes), largest);

    let prior = CodeDistribution::Prior
        .draw(40_000, 6, &mut rng)
        .to_kind(Kind::Double);
    close(
        &covariance(&prior),
        &Tensor::eye(6, (Kind::Double, Device::Cpu)),
        1.0,
    );
}
