//! Codes with smaller errors than those of the encoder: a search from its code, image by image.

use tch::{Device, Kind, Tensor};

use crate::{Error, TrainedModel, scores::errors};

/// The most derivatives in memory, of which an image has U P.
const MAX_DERIVATIVES: usize = 1 << 22;

/// What a number of the code is moved by for its derivative, relative to the root mean square of the
/// code: small beside its curvature, large beside the rounding of 32-bit floats.
const MOVE: f64 = 1e-2;

/// The damping of the first step, relative to the diagonal of the normal equations.
const FIRST_DAMPING: f64 = 1e-2;

/// What the damping is divided by after a change that reduces the error.
const RELAX: f64 = 3.0;

/// What the damping is multiplied by after a change that does not.
const TIGHTEN: f64 = 10.0;

/// How many changes a step tries before it leaves a code as it is.
const ATTEMPTS: usize = 4;

/// Codes after a search, and the errors before and after it.
#[derive(Debug)]
pub struct Refinement {
    /// The codes, `[N, U]`.
    pub codes: Tensor,
    /// The squared error of each image with the code of the encoder, summed over its numbers.
    pub encoder_sse: Vec<f64>,
    /// The squared error of each image with its code here, which is never larger.
    pub sse: Vec<f64>,
}

/// The codes of images, `[N, P]`, after `steps` steps from those of the encoder toward the least squared
/// error of the reconstruction.
///
/// A step is one of Levenberg and Marquardt (1963): the change that solves the least squares of the
/// decoder's linear approximation, damped, and more so until it reduces the error. The derivatives are
/// forward differences, so any decoder will do. Numbers that are 0, those of units that a ReLU or top-k
/// made inactive, stay 0; others may take values that the activation of the code cannot give.
///
/// # Errors
/// [`Error::NeedsImage`].
///
/// # Panics
/// If the images have another size than the model's.
pub fn refine(model: &TrainedModel, images: &Tensor, steps: u32) -> Result<Refinement, Error> {
    let derivatives_of_image = model.code_size() * images.size()[1] as usize;
    let rows = (MAX_DERIVATIVES / derivatives_of_image).max(1);
    let (mut codes, mut encoder_sse, mut sse) = (Vec::new(), Vec::new(), Vec::new());
    for images in images.split(rows as i64, 0) {
        let mut search = Search::new(model, images)?;
        encoder_sse.extend(search.sse());
        for _ in 0..steps {
            search.step()?;
        }
        sse.extend(search.sse());
        codes.push(search.codes);
    }
    Ok(Refinement {
        codes: Tensor::cat(&codes, 0),
        encoder_sse,
        sse,
    })
}

/// Where the search for the codes of some images is.
struct Search<'a> {
    model: &'a TrainedModel,
    /// `[N, P]`.
    images: Tensor,
    /// `[N, U]`.
    codes: Tensor,
    /// 1 for each number of a code that may change, otherwise 0, `[N, U]`.
    free: Tensor,
    /// What the codes decode to, `[N, P]`.
    reconstructions: Tensor,
    /// The squared error of each image, `[N]`.
    errors: Tensor,
    /// `[N]`.
    damping: Tensor,
}

impl<'a> Search<'a> {
    fn new(model: &'a TrainedModel, images: Tensor) -> Result<Self, Error> {
        let codes = model.encode(&images);
        let reconstructions = model.decode(&codes)?;
        let errors = squared_errors(&images, &reconstructions);
        Ok(Search {
            model,
            free: codes.ne(0.0).to_kind(Kind::Float),
            damping: errors.full_like(FIRST_DAMPING),
            images,
            codes,
            reconstructions,
            errors,
        })
    }

    fn sse(&self) -> Vec<f64> {
        let errors = errors(&self.images, &self.reconstructions);
        errors.into_iter().map(|error| error.sse).collect()
    }

    /// One step for each image.
    fn step(&mut self) -> Result<(), Error> {
        let derivatives = self.derivatives()?;
        let residuals = (&self.images - &self.reconstructions).unsqueeze(2);
        let normal = derivatives.bmm(&derivatives.mt()).to_kind(Kind::Double);
        let slope = derivatives.bmm(&residuals).to_kind(Kind::Double);
        let diagonal = normal.diagonal(0, 1, 2);
        // Numbers without influence on the image would make the equations singular.
        let floor = diagonal.amax([1].as_slice(), true) * 1e-6 + 1e-12;
        let diagonal = diagonal.maximum(&floor);

        let mut waits = self.errors.isfinite();
        for _ in 0..ATTEMPTS {
            let damping = (&diagonal * self.damping.unsqueeze(1)).diag_embed(0, 1, 2);
            let (factor, _) = (&normal + damping).linalg_cholesky_ex(false, false);
            let change = slope.cholesky_solve(&factor, false);
            let codes = &self.codes + change.squeeze_dim(2).to_kind(Kind::Float);
            let reconstructions = self.model.decode(&codes)?;
            let errors = squared_errors(&self.images, &reconstructions);

            let is_better = errors.less_tensor(&self.errors).logical_and(&waits);
            let rows = is_better.unsqueeze(1);
            self.codes = codes.where_self(&rows, &self.codes);
            self.reconstructions = reconstructions.where_self(&rows, &self.reconstructions);
            self.errors = errors.where_self(&is_better, &self.errors);
            let relaxed = &self.damping / RELAX;
            let tightened = (&self.damping * TIGHTEN).where_self(&waits, &self.damping);
            self.damping = relaxed.where_self(&is_better, &tightened);
            waits = waits.logical_and(&is_better.logical_not());
            if waits.any().int64_value(&[]) == 0 {
                break;
            }
        }
        Ok(())
    }

    /// The derivatives of each number of an image by each of its code, `[N, U, P]`.
    fn derivatives(&self) -> Result<Tensor, Error> {
        let size = self.codes.size()[1];
        let rms = self
            .codes
            .square()
            .mean_dim([1].as_slice(), true, None)
            .sqrt();
        // A code of zeros has no scale.
        let moves = rms.where_self(&rms.gt(0.0), &rms.ones_like()) * MOVE;
        let directions = Tensor::eye(size, (Kind::Float, Device::Cpu));
        let moved = self.codes.unsqueeze(1) + directions * moves.unsqueeze(2);
        let images = self.model.decode(&moved.reshape([-1, size]))?;
        let differences =
            images.view([-1, size, self.images.size()[1]]) - self.reconstructions.unsqueeze(1);
        Ok(differences / moves.unsqueeze(2) * self.free.unsqueeze(2))
    }
}

/// The squared error of each image, `[N]`, in 64-bit floats, of reconstructions, `[N, P]`.
fn squared_errors(images: &Tensor, reconstructions: &Tensor) -> Tensor {
    let differences = (images - reconstructions).to_kind(Kind::Double);
    differences
        .square()
        .sum_dim_intlist([1].as_slice(), false, None)
}
