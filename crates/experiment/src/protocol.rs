//! The two ways of evaluating a model, and what is measured in them: which images, how many, and how
//! much noise.

/// One of the two ways of evaluating a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// The notebook's way, faults included: the raw 0-255 image is fed to a model that was
    /// trained on 0-1 pixels, and PCA projects without subtracting the mean.
    Assignment,
    /// 0-1 pixels, as in training; PCA subtracts the mean.
    Corrected,
}

impl Protocol {
    /// Both, in the order of a report.
    pub const ALL: [Protocol; 2] = [Protocol::Assignment, Protocol::Corrected];

    /// Its name in files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Protocol::Assignment => "assignment",
            Protocol::Corrected => "corrected",
        }
    }

    /// The value of a white pixel: 255 or 1.
    pub fn max_pixel(self) -> f64 {
        match self {
            Protocol::Assignment => 255.0,
            Protocol::Corrected => 1.0,
        }
    }
}

/// Rows and columns of an image.
pub const IMAGE_SIDE: usize = 28;
/// Pixels of an image: the width of every model's input and output.
pub const PIXELS: usize = IMAGE_SIDE * IMAGE_SIDE;

/// Index in the MNIST test set of the first of the assignment's ten test samples.
pub const FIRST_SAMPLE: usize = 9705;
/// Number of test samples that the assignment shows.
pub const SAMPLE_COUNT: usize = 10;
/// "Sample 5" of the assignment, as an index into the ten samples: test image 9710.
pub const SAMPLE_5: usize = 5;
/// Index of the garment in the Fashion-MNIST test set.
pub const FASHION_SAMPLE: usize = 10;
/// Number of random images, none of which a model should reconstruct well.
pub const RANDOM_IMAGES: usize = 1000;
/// Number of test images whose correlation of neighboring pixels is measured.
pub const CORRELATION_IMAGES: usize = 1000;
/// Number of training images among which the nearest neighbor of a reconstruction is looked for.
pub const REFERENCE_IMAGES: usize = 2000;
/// Maximum number of training images whose error is measured beside that of the test set.
pub const MAX_TRAINING_IMAGES_MEASURED: usize = 10_000;
/// Maximum number of components at which the error of PCA is measured.
pub const MAX_COMPONENTS: usize = 256;

/// Standard deviations of the noise added to sample 5, at 0-1 scale.
pub const INPUT_NOISE_LEVELS: [f64; 4] = [0.3, 0.5, 0.8, 0.9];
/// Standard deviations of the noise added to the whole test set, at 0-1 scale.
pub const TEST_NOISE_LEVELS: [f64; 5] = [0.0, 0.3, 0.5, 0.8, 0.9];

/// Standard deviations of the noise added to codes in the assignment's figure, in units of the code.
pub const CODE_NOISE_LEVELS: [f64; 6] = [0.5, 1.0, 3.0, 5.0, 7.0, 10.0];
/// The same in run folders that were made before 1 and 3 were among them.
pub const EARLIER_CODE_NOISE_LEVELS: [f64; 4] = [0.5, 5.0, 7.0, 10.0];
/// Number of test images whose codes that noise is added to.
pub const CODE_NOISE_FIGURE_IMAGES: usize = 2;
/// Standard deviations of the noise on codes whose effect is measured, in units of the code.
pub const CODE_NOISE_MEASURED: [f64; 9] = [0.0, 0.5, 1.0, 2.0, 3.0, 5.0, 7.0, 8.0, 10.0];
/// Number of test images whose codes that noise is added to.
pub const CODE_NOISE_MEASURED_IMAGES: usize = 100;
/// Number of draws of that noise for each image and level.
pub const CODE_NOISE_DRAWS: usize = 64;

/// Number of test images whose codes are saved.
pub const SHOWN_CODES: usize = 2000;
/// Number of the first test images that are saved, unless they are large.
pub const SHOWN_IMAGES: usize = 1000;
/// The numbers that the saved test images may have together.
const SHOWN_NUMBERS: usize = 4 << 20;

/// Of how many test images the images are saved, if each has `numbers` numbers: at most
/// [`SHOWN_IMAGES`], and fewer of large ones.
pub fn shown_images(numbers: usize) -> usize {
    (SHOWN_NUMBERS / numbers.max(1)).clamp(1, SHOWN_IMAGES)
}

/// Number of test images with the smallest errors that are saved, and of those with the largest.
pub const EXTREME_IMAGES: usize = 10;
/// Rows and columns of the grid of decoded codes of two numbers.
pub const CODE_GRID_SIDE: usize = 15;
/// Number of pairs of test images between whose codes a model interpolates.
pub const INTERPOLATION_PAIRS: usize = 5;
/// Number of codes from one image of such a pair to the other, both included.
pub const INTERPOLATION_STEPS: usize = 9;
