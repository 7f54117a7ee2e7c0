//! What the notebook observed in part 6: convolutional autoencoders.

use super::claim::{Claim, Compared, TEST_SSE_AND_NOTEBOOKS};

const CONVOLUTIONAL: &[&str] = &["conv-ae-unpool", "conv-ae-deconv-unpool", "conv-ae-deconv"];

pub const CLAIMS: &[Claim] = &[
    Claim {
        id: "decoder-weights",
        observation: "The decoder weights of the two models that unpool are smaller than those of \
                      pure deconvolution.",
        statement: "In each of the last two layers of the decoder, which all three have, the weights \
                    of conv-ae-unpool and conv-ae-deconv-unpool are smaller than those of \
                    conv-ae-deconv.",
        measure: "root of the mean square of a layer's weights, without biases",
        figure: "part-6-conv-ae-deconv-layer-3",
        compared: Compared::living(CONVOLUTIONAL),
        numbers: |inputs| {
            let mut numbers = Vec::new();
            for (from_the_end, layer) in [(1, 2), (0, 3)] {
                numbers.extend(inputs.each_as(
                    |id| format!("{id}, layer {layer}"),
                    |e| {
                        e.measures
                            .decoder_weights
                            .iter()
                            .nth_back(from_the_end)
                            .copied()
                    },
                )?);
            }
            Ok(numbers)
        },
        holds: |v| v.chunks(3).all(|v| v[0] < v[2] && v[1] < v[2]),
    },
    Claim {
        id: "unpooling-error",
        observation: "By error, unpooling and deconvolution with unpooling do better.",
        statement: "conv-ae-unpool and conv-ae-deconv-unpool both have a lower error than \
                    conv-ae-deconv. Besides the code, unpooling receives the position \
                    of each maximum.",
        measure: TEST_SSE_AND_NOTEBOOKS,
        figure: "part-6-samples-corrected",
        compared: Compared::living(CONVOLUTIONAL),
        numbers: |inputs| inputs.both_errors(),
        holds: |v| v[0] < v[2] && v[1] < v[2],
    },
    Claim {
        id: "deconvolution-looks",
        observation: "Pure deconvolution gives the more appealing images.",
        statement: "conv-ae-deconv has a higher SSIM than conv-ae-unpool and \
                    conv-ae-deconv-unpool.",
        measure: "structural similarity of image and reconstruction (SSIM), mean over the test set \
                  (corrected protocol)",
        figure: "part-6-samples-corrected",
        compared: Compared::living(CONVOLUTIONAL),
        numbers: |inputs| inputs.each(|e| e.corrected.test.ssim),
        holds: |v| v[2] > v[0] && v[2] > v[1],
    },
];
