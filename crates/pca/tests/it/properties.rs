//! What holds for every fit, and what bad input gives.

use pca::{Centering, Error, Pca};
use rand::{Rng, SeedableRng, rngs::StdRng};
use tch::{Kind, Tensor};

const IMAGES: usize = 40;
const PIXELS: usize = 12;

fn random_images() -> Vec<u8> {
    let mut bytes = vec![0; IMAGES * PIXELS];
    StdRng::seed_from_u64(3).fill_bytes(&mut bytes);
    bytes
}

fn as_tensor(images: &[u8]) -> Tensor {
    Tensor::from_slice(images).view([-1, PIXELS as i64])
}

fn largest(tensor: &Tensor) -> f64 {
    tensor.abs().max().double_value(&[])
}

#[test]
fn components_are_orthonormal_and_variances_descend_to_the_total() {
    let pca = Pca::fit(&random_images(), PIXELS, PIXELS).unwrap();
    let rows = Tensor::from_slice(pca.components()).view([PIXELS as i64, PIXELS as i64]);
    let identity = Tensor::eye(PIXELS as i64, (Kind::Double, tch::Device::Cpu));
    assert!(largest(&(rows.matmul(&rows.transpose(0, 1)) - identity)) < 1e-12);
    assert!(pca.explained_variance().is_sorted_by(|a, b| a >= b));
    let sum: f64 = pca.explained_variance_ratio().iter().sum();
    assert!((sum - 1.0).abs() < 1e-12, "{sum}");
}

#[test]
fn all_components_reconstruct_images_that_the_fit_never_saw() {
    let pca = Pca::fit(&random_images(), PIXELS, PIXELS).unwrap();
    let mut unseen = vec![0; 5 * PIXELS];
    StdRng::seed_from_u64(4).fill_bytes(&mut unseen);
    let x = as_tensor(&unseen);
    for centering in [Centering::Subtract, Centering::None] {
        let code = pca.project(&x, centering).unwrap();
        let reconstruction = pca.reconstruct(&code, centering).unwrap();
        assert!(largest(&(reconstruction - &x)) < 1e-10);
    }
}

#[test]
fn explained_variance_is_the_variance_of_the_codes() {
    let images = random_images();
    let pca = Pca::fit(&images, PIXELS, 5).unwrap();
    let code = pca
        .project(&as_tensor(&images), Centering::Subtract)
        .unwrap();
    let variance = code.var_dim([0i64].as_slice(), true, false);
    let explained = Tensor::from_slice(pca.explained_variance());
    assert!(largest(&(variance - explained)) < 1e-8);
}

#[test]
fn a_truncated_fit_is_the_fit_of_fewer_components() {
    let images = random_images();
    let full = Pca::fit(&images, PIXELS, PIXELS).unwrap();
    for components in [1, 7, PIXELS] {
        let fitted = Pca::fit(&images, PIXELS, components).unwrap();
        assert_eq!(full.truncated(components).unwrap(), fitted);
    }
}

#[test]
fn equal_images_have_no_variance_and_reconstruct_as_themselves() {
    let images = [7; 3 * PIXELS];
    let pca = Pca::fit(&images, PIXELS, 2).unwrap();
    assert_eq!(pca.explained_variance(), [0.0; 2]);
    assert_eq!(pca.explained_variance_ratio(), [0.0; 2]);
    let code = pca
        .project(&as_tensor(&images), Centering::Subtract)
        .unwrap();
    let reconstruction = pca.reconstruct(&code, Centering::Subtract).unwrap();
    assert_eq!(largest(&(reconstruction - 7)), 0.0);
}

#[test]
fn variances_are_never_negative() {
    // Three images span two directions; the variance along all others is zero up to rounding.
    let pca = Pca::fit(&random_images()[..3 * PIXELS], PIXELS, PIXELS).unwrap();
    assert!(
        pca.explained_variance()
            .iter()
            .all(|&variance| variance >= 0.0)
    );
}

#[test]
fn bad_images_are_refused() {
    let images = random_images();
    let refused = |images: &[u8], pixels, components| {
        Pca::fit(images, pixels, components)
            .unwrap_err()
            .to_string()
    };
    for components in [0, PIXELS + 1] {
        assert_eq!(
            refused(&images, PIXELS, components),
            format!("expected from 1 to 12 components, found {components}")
        );
    }
    assert_eq!(
        refused(&images, 0, 0),
        "expected from 1 to 0 components, found 0"
    );
    assert_eq!(
        refused(&images[1..], PIXELS, 3),
        "expected whole images of 12 numbers each, found 479 numbers in total"
    );
    assert_eq!(
        refused(&images[..PIXELS], PIXELS, 3),
        "expected at least 2 images, found 1"
    );
    assert_eq!(
        refused(&[], PIXELS, 3),
        "expected at least 2 images, found 0"
    );
}

#[test]
fn tensors_of_the_wrong_shape_are_refused() {
    let pca = Pca::fit(&random_images(), PIXELS, 3).unwrap();
    let zeros = |shape: &[i64]| Tensor::zeros(shape, (Kind::Float, tch::Device::Cpu));
    for shape in [&[2i64, 11] as &[i64], &[12], &[1, 12, 1]] {
        let error = pca.project(&zeros(shape), Centering::Subtract).unwrap_err();
        assert!(matches!(error, Error::Shape { width: PIXELS, found } if found == shape));
    }
    let error = pca
        .reconstruct(&zeros(&[2, 12]), Centering::None)
        .unwrap_err();
    assert!(matches!(error, Error::Shape { width: 3, .. }));
    for components in [0, 4] {
        let error = pca.truncated(components).unwrap_err();
        assert!(matches!(error, Error::Components { max: 3, found } if found == components));
    }
}

#[test]
fn floats_and_bytes_of_the_same_images_give_the_same_fit() {
    let bytes = random_images();
    let floats: Vec<f32> = bytes.iter().map(|&byte| f32::from(byte) / 255.0).collect();
    let exact = Pca::fit(&bytes, PIXELS, PIXELS).unwrap();
    let rounded = Pca::fit_unit(&floats, PIXELS, PIXELS).unwrap();
    let close = |a: &[f64], b: &[f64], tolerance: f64| {
        a.iter().zip(b).all(|(a, b)| (a - b).abs() < tolerance)
    };
    assert!(close(exact.mean(), rounded.mean(), 1e-4));
    assert!(close(exact.components(), rounded.components(), 1e-4));
    let variances = [&exact, &rounded].map(|pca| pca.explained_variance().to_vec());
    assert!(close(&variances[0], &variances[1], 1e-2), "{variances:?}");
}

#[test]
fn few_images_have_the_components_of_their_covariance() {
    // Three images fewer than pixels, one of them twice, so that three directions have no variance.
    let mut few = random_images()[..(PIXELS - 3) * PIXELS].to_vec();
    few.extend_from_within(..PIXELS);
    // The same images again and again have the same covariance over n, but are more than pixels.
    let copies = 5;
    let many = few.repeat(copies);
    let count = few.len() / PIXELS;
    let scale = (copies * count - 1) as f64 / (copies * (count - 1)) as f64;
    let unit: Vec<f32> = few.iter().map(|&byte| f32::from(byte) / 255.0).collect();
    let expected = Pca::fit(&many, PIXELS, PIXELS).unwrap();
    let x = as_tensor(&few);
    for found in [
        Pca::fit(&few, PIXELS, PIXELS).unwrap(),
        Pca::fit_unit(&unit, PIXELS, PIXELS).unwrap(),
    ] {
        let pairs = found
            .explained_variance()
            .iter()
            .zip(expected.explained_variance());
        for (found, expected) in pairs {
            let expected = expected * scale;
            assert!(
                (found - expected).abs() < 1e-4 * expected.max(1e-3),
                "{found}, {expected}"
            );
        }
        let rows = Tensor::from_slice(found.components()).view([PIXELS as i64, PIXELS as i64]);
        let identity = Tensor::eye(PIXELS as i64, (Kind::Double, tch::Device::Cpu));
        assert!(largest(&(rows.matmul(&rows.transpose(0, 1)) - identity)) < 1e-12);
        let rank = count - 2;
        let directions = |pca: &Pca| {
            let kept = pca.truncated(rank).unwrap();
            Tensor::from_slice(kept.components()).view([-1, PIXELS as i64])
        };
        assert!(largest(&(directions(&found) - directions(&expected))) < 1e-5);
        let kept = found.truncated(rank).unwrap();
        let code = kept.project(&x, Centering::Subtract).unwrap();
        let reconstruction = kept.reconstruct(&code, Centering::Subtract).unwrap();
        assert!(largest(&(reconstruction - &x)) < 1e-3);
    }
}
