//! `apply`: what it computes from a finished run is what the run measured.

use std::{
    fs::{self, File},
    io::Write,
    path::Path,
};

use experiment::{ExperimentFolder, RunFolder, arrays};
use mnist_io::Elements;
use rustix::process::Signal;

use crate::harness::{
    FINISHED_RUN, HeldProgram, Outcome, TestRun, assert_same, contents,
    data::{few_digits, few_images},
    limited, program, run,
};

/// Runs a command on a model of the finished run and the images of its tests.
#[track_caller]
fn apply(command: &str, words: &[&str], out: &Path) -> Outcome {
    let mut apply = program("apply");
    apply.arg(command).args(words).arg("--out").arg(out);
    run(&mut apply)
}

/// The shape and the numbers of a `.npy` file of 32-bit floats.
fn npy(path: &Path) -> (String, Vec<f32>) {
    let bytes = fs::read(path).unwrap();
    assert!(bytes.starts_with(b"\x93NUMPY\x01\x00"));
    let start = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    assert_eq!(start % 64, 0);
    let header = String::from_utf8(bytes[10..start].to_vec()).unwrap();
    let shape = header.split_once("'shape': ").unwrap().1;
    let (numbers, rest) = bytes[start..].as_chunks();
    assert!(rest.is_empty());
    let numbers = numbers.iter().map(|&n| f32::from_le_bytes(n)).collect();
    (shape.split_once(", }").unwrap().0.to_owned(), numbers)
}

fn recorded(folder: &ExperimentFolder, name: &str) -> Vec<f32> {
    match folder.array(name).unwrap().into_elements() {
        Elements::F32(numbers) => numbers,
        other => panic!("expected floats, found {other:?}"),
    }
}

#[track_caller]
fn assert_near(found: &[f32], expected: &[f32], tolerance: f32) {
    assert!(found.len() >= expected.len() && !expected.is_empty());
    for (found, expected) in found.iter().zip(expected) {
        let tolerance = tolerance * expected.abs().max(1.0);
        assert!((found - expected).abs() <= tolerance, "{found} {expected}");
    }
}

#[test]
fn an_interrupted_command_leaves_nothing() {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let out = tempfile::tempdir().unwrap();
        let mut apply = program("apply");
        let images = few_images().join("mnist/t10k-images-idx3-ubyte.gz");
        apply.arg("reconstruct").arg(FINISHED_RUN.path()).arg("pca");
        apply
            .arg(images)
            .arg("--out")
            .arg(out.path().join("pictures"));
        let mut held = HeldProgram::start(apply, "3.png", 1);
        held.signal(signal);
        held.release();
        held.end().with_status(130).saying(&["interrupted"]);
        assert!(contents(out.path()).is_empty());
    }
}

#[test]
fn codes_images_and_errors_are_those_of_the_evaluation() {
    let run_folder = FINISHED_RUN.path();
    let before = contents(&run_folder);
    let folder = run_folder.to_str().unwrap();
    let out = tempfile::tempdir().unwrap();
    let file = |name: &str| out.path().join(name);
    let images = few_images().join("mnist/t10k-images-idx3-ubyte.gz");
    let images = images.to_str().unwrap();
    for (id, size) in [("dense", 8), ("pca", 5)] {
        let results = RunFolder::new(&run_folder).experiment(id);
        let said = apply("encode", &[folder, id, images], &file("codes.npy")).with_status(0);
        assert!(
            said.stdout.contains(&format!("{size} numbers each")),
            "{}",
            said.stdout
        );
        let (shape, codes) = npy(&file("codes.npy"));
        let errors = recorded(&results, arrays::ERRORS_TEST);
        assert_eq!(shape, format!("({}, {size})", errors.len()));
        assert_near(&codes, &recorded(&results, arrays::CODES_TEST), 1e-5);

        let path = results.path().to_str().unwrap();
        apply("reconstruct", &[path, images], &file("images.npy")).with_status(0);
        let codes = file("codes.npy");
        apply(
            "decode",
            &[path, codes.to_str().unwrap()],
            &file("decoded.npy"),
        )
        .with_status(0);
        let (shape, reconstructions) = npy(&file("images.npy"));
        assert_eq!(shape, format!("({}, 28, 28)", errors.len()));
        assert_near(&npy(&file("decoded.npy")).1, &reconstructions, 1e-5);

        apply("score", &[path, images], &file("errors.npy")).with_status(0);
        assert_near(&npy(&file("errors.npy")).1, &errors, 1e-5);
    }
    apply(
        "compare",
        &[folder, "dense,pca", images],
        &file("models.svg"),
    )
    .with_status(0);
    let svg = fs::read_to_string(file("models.svg")).unwrap();
    assert_eq!(svg.matches("<image ").count(), 30);
    assert!(svg.contains(">dense<") && svg.contains(">pca<"));
    assert_same(&before, &contents(&run_folder));
}

/// The mean errors before and after, of what `apply refine` said.
#[track_caller]
fn refined_errors(said: &str) -> [f32; 2] {
    let numbers = said.rsplit_once("scale): ").unwrap().1.split(' ');
    let numbers: Vec<f32> = numbers.filter_map(|word| word.parse().ok()).collect();
    // The last one is the number of steps.
    [numbers[0], numbers[1]]
}

#[test]
fn refined_codes_decode_to_the_errors_that_were_printed() {
    let run_folder = FINISHED_RUN.path();
    let folder = run_folder.to_str().unwrap();
    let out = tempfile::tempdir().unwrap();
    let file = |name: &str| out.path().join(name);
    let images = few_images().join("mnist/t10k-images-idx3-ubyte.gz");
    let Elements::U8(mut pixels) = mnist_io::read(&images).unwrap().into_elements() else {
        panic!("expected bytes");
    };
    pixels.truncate(100 * 28 * 28);
    let array = mnist_io::IdxArray::new(vec![100, 28, 28], Elements::U8(pixels.clone())).unwrap();
    mnist_io::write(&file("images.idx"), &array).unwrap();
    let images = file("images.idx");
    let images = images.to_str().unwrap();

    for id in ["dense", "pca"] {
        let refine = [folder, id, images, "--steps", "2"];
        let said = apply("refine", &refine, &file("codes.csv")).with_status(0);
        let [before, after] = refined_errors(&said.stdout);
        if id == "dense" {
            assert!(after < before - 0.1, "{}", said.stdout);
        } else {
            // The encoder of PCA gives the best codes.
            assert_near(&[after], &[before], 1e-3);
        }
        let codes = file("codes.csv");
        let decode = [folder, id, codes.to_str().unwrap()];
        apply("decode", &decode, &file("decoded.npy")).with_status(0);
        let decoded = npy(&file("decoded.npy")).1;
        let squares = pixels
            .iter()
            .zip(&decoded)
            .map(|(&pixel, decoded)| (f64::from(pixel) / 255.0 - f64::from(*decoded)).powi(2));
        assert_near(&[after], &[(squares.sum::<f64>() / 100.0) as f32], 1e-4);
    }

    let words = [folder, "dense", images];
    apply("refine", &words, &file("codes.json")).with_status(0);
    let json = fs::read_to_string(file("codes.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["refinement_steps"], 3);
    let no_steps = [&words[..], &["--steps", "0"]].concat();
    apply("refine", &no_steps, &file("other.npy")).saying(&["--steps"]);
    apply("refine", &words, &file("other.png")).saying(&["other.png", ".npy"]);
    assert!(!file("other.npy").exists() && !file("other.png").exists());
}

/// Writes `count` black images of 28 x 28 numbers of 64 bits, as a file that takes no space on the
/// disk, after its header.
fn write_sparse(path: &Path, header: &[u8], count: u64) {
    let mut file = File::create(path).unwrap();
    file.write_all(header).unwrap();
    file.set_len(header.len() as u64 + count * 28 * 28 * 8)
        .unwrap();
}

#[test]
fn more_images_than_memory_are_read_in_batches() {
    // 314 MB of numbers, where programs get 250 MB. Each thread would take a part of it.
    const COUNT: u32 = 50_000;
    const LIMIT: &str = "export RAYON_NUM_THREADS=1 OMP_NUM_THREADS=1; ulimit -d 250000";
    let out = tempfile::tempdir().unwrap();
    let file = |name: &str| out.path().join(name);
    let text = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({COUNT}, 28, 28), }}");
    let npy_header = [
        b"\x93NUMPY\x01\x00\x76\x00",
        format!("{text:<117}\n").as_bytes(),
    ]
    .concat();
    write_sparse(&file("images.npy"), &npy_header, COUNT.into());
    let sizes = [COUNT, 28, 28].map(u32::to_be_bytes).concat();
    let idx_header = [&[0, 0, 0x0e, 3], &sizes[..]].concat();
    write_sparse(&file("images.idx"), &idx_header, COUNT.into());

    let folder = FINISHED_RUN.path();
    let mut codes = Vec::new();
    for (images, written) in [
        ("images.npy", "from-npy.npy"),
        ("images.idx", "from-idx.npy"),
    ] {
        let mut encode = program("apply");
        encode.arg("encode").arg(&folder).arg("dense");
        encode.arg(file(images)).arg("--out").arg(file(written));
        run(&mut limited(LIMIT, &encode)).with_status(0);
        let (shape, numbers) = npy(&file(written));
        assert_eq!(shape, format!("({COUNT}, 8)"));
        codes.push(numbers);
    }
    assert_eq!(codes[0], codes[1]);

    let mut score = program("apply");
    score
        .arg("score")
        .arg(&folder)
        .arg("pca")
        .arg(file("images.npy"));
    let said = run(&mut limited(LIMIT, &score)).with_status(0).stdout;
    assert!(
        said.contains(&format!("{COUNT} images: mean SSE")),
        "{said}"
    );
}

#[test]
fn classes_of_the_images_of_the_run_can_be_normal() {
    let digits = few_digits().display();
    let test = TestRun::new(&format!(
        r#"[{{"id": "pca", "data": "{digits}", "model": {{"kind": "pca", "components": 5}}}}]"#
    ));
    test.train().with_status(0);
    let folder = test.run.path().to_str().unwrap();
    let score = |options: &[&str], out: &str| {
        apply(
            "score",
            &[&[folder, "pca"], options].concat(),
            &test.beside(out),
        )
    };
    let quantile = ["--threshold-quantile", "0.5"];
    let said = score(
        &[&["--normal", "0,1"], &quantile[..]].concat(),
        "errors.csv",
    )
    .with_status(0);
    let labels = few_digits().join("t10k-labels-idx1-ubyte.gz");
    let Elements::U8(labels) = mnist_io::read(&labels).unwrap().into_elements() else {
        panic!("expected bytes");
    };
    let normal = labels.iter().filter(|&&label| label < 2).count();
    for part in [
        format!("classes 0, 1 of the test images of {digits}, {normal} images: mean SSE"),
        format!(
            "the other classes of the test images of {digits}, {}",
            labels.len() - normal
        ),
        format!("quantile 0.5 of {normal} images (classes 0, 1 of"),
        format!("above the threshold: {} (", normal / 2),
    ] {
        assert!(said.stdout.contains(&part), "{part}: {}", said.stdout);
    }
    let auc = |text: &str| {
        text.split_once("AUC of")
            .unwrap()
            .1
            .lines()
            .next()
            .unwrap()
            .to_owned()
    };
    let auc = auc(&said.stdout)
        .rsplit_once(": ")
        .unwrap()
        .1
        .parse::<f64>()
        .unwrap();

    // The errors and the labels of each image give the same area.
    let text = fs::read_to_string(test.beside("errors.csv")).unwrap();
    let rows: Vec<Vec<&str>> = text
        .lines()
        .skip(1)
        // From the end, since the path, which comes first, may have commas.
        .map(|row| row.rsplitn(9, ',').collect::<Vec<_>>())
        .map(|row| row.into_iter().rev().collect())
        .collect();
    assert_eq!(rows.len(), labels.len());
    let (mut pairs, mut ordered) = (0, 0);
    for strange in rows.iter().filter(|row| row[7] == "anomalies") {
        for normal in rows.iter().filter(|row| row[7] == "normal") {
            let sse = |row: &[&str]| row[3].parse::<f64>().unwrap();
            pairs += 1;
            ordered += usize::from(sse(strange) > sse(normal));
        }
    }
    for (row, label) in rows.iter().zip(labels) {
        assert_eq!(row[2], label.to_string());
        assert_eq!(row[7] == "normal", label < 2);
    }
    assert!((auc - ordered as f64 / pairs as f64).abs() < 1e-4);

    let refused = |options: &[&str], part: &str| {
        score(options, "refused.csv").with_status(1).saying(&[part]);
        assert!(!test.beside("refused.csv").exists());
    };
    refused(&["--normal", "0,12"], "found 12");
    refused(
        &["--normal", "0,1,2,3,4,5,6,7,8,9"],
        "expected images of other classes too",
    );
}

#[test]
fn a_folder_of_pictures_becomes_a_folder_of_reconstructions() {
    let folder = FINISHED_RUN.path();
    let folder = folder.to_str().unwrap();
    let out = tempfile::tempdir().unwrap();
    let file = |name: &str| out.path().join(name);
    let path = |name: &str| file(name).to_str().unwrap().to_owned();
    let images = few_images().join("mnist/t10k-images-idx3-ubyte.gz");
    // Of an array, the names are the indices.
    let words = [folder, "dense", images.to_str().unwrap()];
    apply("reconstruct", &words, &file("all")).with_status(0);
    let names = |name: &str| contents(&file(name)).into_keys().collect::<Vec<_>>();
    assert_eq!(names("all").len(), 10_000);
    assert!(file("all/0000.png").exists() && file("all/9999.png").exists());

    for (class, name) in [("a", "0.png"), ("b", "1.png"), ("b", "2.png")] {
        fs::create_dir_all(file("digits").join(class)).unwrap();
        fs::copy(file("all/0007.png"), file("digits").join(class).join(name)).unwrap();
    }
    let digits = path("digits");
    apply("reconstruct", &[folder, "dense", &digits], &file("again")).with_status(0);
    assert_eq!(names("again"), names("digits"));
    apply(
        "reconstruct",
        &[folder, "dense", &path("digits/a/0.png")],
        &file("one.png"),
    )
    .with_status(0);
    assert_eq!(
        fs::read(file("one.png")).unwrap(),
        fs::read(file("again/b/2.png")).unwrap()
    );

    // Nothing is overwritten, and nothing is there after an error.
    apply("reconstruct", &[folder, "dense", &digits], &file("again"))
        .with_status(1)
        .saying(&["again: expected an empty folder or none", "--out"]);
    fs::write(file("digits/b/2.png"), b"\x89PNG\r\n\x1a\n").unwrap();
    apply("reconstruct", &[folder, "dense", &digits], &file("new"))
        .with_status(1)
        .saying(&["2.png: cannot decode this image", "copy it"]);
    let mut left: Vec<_> = fs::read_dir(out.path())
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .collect();
    left.sort();
    assert_eq!(left, ["again", "all", "digits", "one.png"]);
}

#[test]
fn weights_are_exported_without_batch_normalizations() {
    let test = TestRun::new(
        r#"{"id": "normalized", "training_images": 200, "training": {"epochs": 1},
            "model": {"kind": "dense", "widths": [784, 8, 4, 8, 784], "norm": "batch"}}"#,
    );
    run(&mut test.command()).with_status(0);
    let out = test.beside("plain.safetensors");
    let folder = test.run.experiment("normalized");
    apply("export", &[folder.path().to_str().unwrap()], &out).with_status(0);

    let bytes = fs::read(&out).unwrap();
    let length = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let mut header: serde_json::Value = serde_json::from_slice(&bytes[8..8 + length]).unwrap();
    let texts = header["__metadata__"].take();
    let model: serde_json::Value = serde_json::from_str(texts["model"].as_str().unwrap()).unwrap();
    let plain = serde_json::json!({"id": "plain", "training_images": 200, "model": model,
        "training": {"epochs": 1, "from": out}});
    assert_eq!(
        header["encoder.2.weight"]["shape"],
        serde_json::json!([4, 8])
    );
    assert!(header.get("encoder.1.running_mean").is_none());

    // A training begins with these weights, so they are those of the layers in the file's text.
    let again = TestRun::new(&plain.to_string());
    run(&mut again.command()).with_status(0);
}

#[test]
fn what_cannot_be_applied_is_refused_and_nothing_is_written() {
    let test = FINISHED_RUN.copy();
    let folder = test.run.path().to_str().unwrap();
    let out = test.beside("codes.npy");
    let refused = |words: &[&str], parts: &[&str]| {
        apply("encode", words, &out).with_status(1).saying(parts);
        assert!(!out.exists());
    };
    refused(
        &[folder, "dens"],
        &["one of its experiments, dense, pca", "found \"dens\""],
    );
    refused(&[folder], &["expected an id", "dense, pca"]);
    refused(
        &["crates"],
        &["crates: expected a run folder", "cargo xtask all"],
    );
    refused(
        &[folder, "dense", "no-such-file.png"],
        &["no-such-file.png"],
    );
    // The run was on other images than those that are in data/.
    refused(
        &[folder, "dense"],
        &["expected the images of the run", "name the images"],
    );
    refused(
        &[folder, "dense", "--seed", "4"],
        &["expected a seed of dense, 13, found 4"],
    );

    let experiment = test.run.experiment("dense");
    let weights = fs::read(experiment.model_path()).unwrap();
    let mut damaged = weights.clone();
    *damaged.last_mut().unwrap() ^= 1;
    fs::write(experiment.model_path(), damaged).unwrap();
    refused(
        &[folder, "dense", "mnist"],
        &["model.safetensors", "SHA-256"],
    );
    fs::write(experiment.model_path(), weights).unwrap();
    fs::remove_file(experiment.path().join("SHA256SUMS")).unwrap();
    refused(
        &[folder, "dense", "mnist"],
        &["expected a complete experiment"],
    );
}
