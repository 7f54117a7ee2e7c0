//! Codes with smaller errors than those of the encoder: a search from its code, image by image.

use experiment::Activation;
use tch::{Device, Kind, Tensor};

use crate::{Error, TrainedModel, interruption, scores::errors};

/// How many derivatives are computed at a time, unless an image has more; it has U P.
const DERIVATIVES: usize = 1 << 22;

/// The step of the forward differences, relative to the root mean square of the code: small enough for
/// the curvature of the decoder, large enough for the rounding of 32-bit floats.
const DIFFERENCE: f64 = 1e-2;

/// The first damping, relative to the diagonal of the normal equations.
const FIRST_DAMPING: f64 = 1e-2;

/// The factor by which the damping falls after a change that reduces the error.
const FALL: f64 = 1.0 / 3.0;

/// The factor by which the damping grows after a change that does not.
const GROWTH: f64 = 10.0;

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
/// error of the reconstruction; fewer, once a step changes none.
///
/// A step is one of Levenberg-Marquardt (Marquardt, 1963): the change that solves the least squares of
/// the decoder's linear approximation, damped, and more so until it reduces the error. The derivatives
/// are forward differences, so any decoder will do. The codes stay in the range of the activation of
/// the code, and numbers that top-k made 0 stay 0.
///
/// # Errors
/// [`Error::NeedsImage`]; [`Error::Interrupted`].
///
/// # Panics
/// If the images have another size than the model's.
pub fn refine(model: &TrainedModel, images: &Tensor, steps: u32) -> Result<Refinement, Error> {
    let derivatives_of_image = model.code_size() * images.size()[1] as usize;
    let rows = (DERIVATIVES / derivatives_of_image).max(1);
    let (mut codes, mut encoder_sse, mut sse) = (Vec::new(), Vec::new(), Vec::new());
    for images in images.split(rows as i64, 0) {
        let mut search = Search::new(model, images)?;
        encoder_sse.extend(search.sse());
        for _ in 0..steps {
            if !search.step()? {
                break;
            }
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
    /// The least and the largest number that a code can have.
    range: [f64; 2],
    /// Which numbers of the codes top-k keeps, `[N, U]`.
    kept: Tensor,
    /// `[N, P]`.
    images: Tensor,
    /// `[N, U]`.
    codes: Tensor,
    /// What the codes decode to, `[N, P]`.
    reconstructions: Tensor,
    /// The squared error of each image, `[N]`, in 64-bit floats.
    errors: Tensor,
    /// `[N]`.
    damping: Tensor,
}

impl<'a> Search<'a> {
    fn new(model: &'a TrainedModel, images: Tensor) -> Result<Self, Error> {
        let codes = model.encode(&images);
        let reconstructions = model.decode(&codes)?;
        let errors = squared_errors(&images, &reconstructions);
        let spec = model.experiment().method.model();
        let activation = spec.map_or(Activation::Linear, |spec| spec.code_activation());
        let has_top_k = spec.is_some_and(|spec| spec.top_k().is_some());
        Ok(Search {
            model,
            range: activation.range(),
            kept: if has_top_k {
                codes.ne(0.0)
            } else {
                codes.ones_like().to_kind(Kind::Bool)
            },
            damping: errors.full_like(FIRST_DAMPING),
            images,
            codes,
            reconstructions,
            errors,
        })
    }

    fn sse(&self) -> Vec<f64> {
        Vec::try_from(&self.errors).expect("64-bit floats of rank 1")
    }

    /// One step for each image: whether it changed a code.
    fn step(&mut self) -> Result<bool, Error> {
        let [least, largest] = self.range;
        let derivatives = self.derivatives()?;
        let residuals = (&self.images - &self.reconstructions).unsqueeze(2);
        let slope = derivatives.bmm(&residuals).to_kind(Kind::Double);
        let normal = derivatives.bmm(&derivatives.mt()).to_kind(Kind::Double);

        let is_free = self.free(&slope.squeeze_dim(2)).to_kind(Kind::Double);
        let slope = slope * is_free.unsqueeze(2);
        let normal = normal * is_free.unsqueeze(2) * is_free.unsqueeze(1);

        // Numbers without influence would make the equations singular.
        let diagonal = normal.diagonal(0, 1, 2);
        let floor = diagonal.amax([1].as_slice(), true) * 1e-6 + 1e-12;
        let diagonal = diagonal.maximum(&floor);

        let mut pending = self.errors.isfinite();
        let count = |flags: &Tensor| flags.sum(Kind::Int64).int64_value(&[]);
        let before = count(&pending);
        for _ in 0..ATTEMPTS {
            let damping = (&diagonal * self.damping.unsqueeze(1)).diag_embed(0, 1, 2);
            let (factor, _) = (&normal + damping).linalg_cholesky_ex(false, false);
            let change = slope.cholesky_solve(&factor, false).squeeze_dim(2);
            let codes = (&self.codes + change.to_kind(Kind::Float)).clamp(least, largest);
            let reconstructions = self.model.decode(&codes)?;
            let errors = squared_errors(&self.images, &reconstructions);

            let is_better = errors.less_tensor(&self.errors).logical_and(&pending);
            let rows = is_better.unsqueeze(1);
            self.codes = codes.where_self(&rows, &self.codes);
            self.reconstructions = reconstructions.where_self(&rows, &self.reconstructions);
            self.errors = errors.where_self(&is_better, &self.errors);
            let grown = (&self.damping * GROWTH).where_self(&pending, &self.damping);
            self.damping = (&self.damping * FALL).where_self(&is_better, &grown);
            pending = pending.logical_and(&is_better.logical_not());
            if count(&pending) == 0 {
                break;
            }
        }
        Ok(count(&pending) < before)
    }

    /// Which numbers of the codes may change, `[N, U]`: of those that are kept, all but those at an end of
    /// the range that would leave it. `slope`, `[N, U]`, is where the error falls.
    fn free(&self, slope: &Tensor) -> Tensor {
        let [least, largest] = self.range;
        let leaves_below = self.codes.le(least).logical_and(&slope.lt(0.0));
        let leaves_above = self.codes.ge(largest).logical_and(&slope.gt(0.0));
        let leaves = leaves_below.logical_or(&leaves_above);
        leaves.logical_not().logical_and(&self.kept)
    }

    /// The derivatives of each number of an image by each of its code, `[N, U, P]`.
    fn derivatives(&self) -> Result<Tensor, Error> {
        let ([count, size], [_, numbers]) = (size(&self.codes), size(&self.images));
        let mean_squares = self.codes.square().mean_dim([1].as_slice(), true, None);
        let rms = mean_squares.sqrt();
        // A code of zeros has no scale.
        let rms = rms.where_self(&rms.gt(0.0), &rms.ones_like());
        let steps = (rms * DIFFERENCE).unsqueeze(2);
        let directions = Tensor::eye(size, (Kind::Float, Device::Cpu));
        let at_once = (DERIVATIVES as i64 / (count * numbers)).max(1);
        let mut derivatives = Vec::new();
        for directions in directions.split(at_once, 0) {
            interruption::check()?;
            let moved = self.codes.unsqueeze(1) + directions * &steps;
            let images = self.model.decode(&moved.view([-1, size]))?;
            let differences = images.view([count, -1, numbers]) - self.reconstructions.unsqueeze(1);
            derivatives.push(differences / &steps);
        }
        Ok(Tensor::cat(&derivatives, 1))
    }
}

fn size(matrix: &Tensor) -> [i64; 2] {
    matrix.size()[..].try_into().expect("a matrix")
}

/// The squared error of each image, `[N]`, in 64-bit floats, of reconstructions, `[N, P]`.
fn squared_errors(images: &Tensor, reconstructions: &Tensor) -> Tensor {
    let errors = errors(images, reconstructions);
    let sse: Vec<f64> = errors.into_iter().map(|error| error.sse).collect();
    Tensor::from_slice(&sse)
}
