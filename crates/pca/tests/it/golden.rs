//! The same numbers as scikit-learn; see golden/make_golden.py.

use pca::{Centering, Pca};
use serde::Deserialize;
use tch::{Kind, Tensor};

#[derive(Deserialize)]
struct Golden {
    images: Vec<Vec<u8>>,
    mean: Vec<f64>,
    components: Vec<Vec<f64>>,
    explained_variance: Vec<f64>,
    explained_variance_ratio: Vec<f64>,
    centered_code: Vec<Vec<f64>>,
    centered_reconstruction: Vec<Vec<f64>>,
    uncentered_code: Vec<Vec<f64>>,
    uncentered_reconstruction: Vec<Vec<f64>>,
}

fn assert_close(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        let tolerance = 1e-10 * expected.abs().max(1.0);
        assert!(
            (found - expected).abs() < tolerance,
            "{found}, not {expected}"
        );
    }
}

#[test]
fn fit_project_and_reconstruct_as_scikit_learn() {
    let golden: Golden = serde_json::from_str(include_str!("../golden/pca.json")).unwrap();
    let (pixels, components) = (golden.mean.len(), golden.components.len());
    let images = golden.images.concat();
    let pca = Pca::fit(&images, pixels, components).unwrap();

    assert_close(pca.mean(), &golden.mean);
    assert_close(pca.components(), &golden.components.concat());
    assert_close(pca.explained_variance(), &golden.explained_variance);
    assert_close(
        &pca.explained_variance_ratio(),
        &golden.explained_variance_ratio,
    );

    let x = Tensor::from_slice(&images)
        .view([-1, pixels as i64])
        .to_kind(Kind::Float);
    for (centering, code, reconstruction) in [
        (
            Centering::Subtract,
            golden.centered_code,
            golden.centered_reconstruction,
        ),
        (
            Centering::None,
            golden.uncentered_code,
            golden.uncentered_reconstruction,
        ),
    ] {
        let found = pca.project(&x, centering).unwrap();
        assert_eq!(
            found.size(),
            [golden.images.len() as i64, components as i64]
        );
        assert_close(&Vec::try_from(found.reshape(-1)).unwrap(), &code.concat());
        let found = pca.reconstruct(&found, centering).unwrap();
        assert_close(
            &Vec::try_from(found.reshape(-1)).unwrap(),
            &reconstruction.concat(),
        );
    }
}
