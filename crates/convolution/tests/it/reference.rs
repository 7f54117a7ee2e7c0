//! The three models as PyTorch defines their layers, one loop per dimension.

use convolution::{CODE_UNITS, Decoder, PIXELS};

use crate::tape::{Tape, Var};

/// What a batch must give.
pub struct Expected {
    /// `[N, P]`.
    pub reconstruction: Vec<f64>,
    /// `[N, U]`.
    pub code: Vec<f64>,
    pub loss: f64,
    /// One for each parameter.
    pub gradients: Vec<Vec<f64>>,
}

/// A batch, input and target `[N, P]`.
pub struct Batch<'a> {
    pub input: &'a [f32],
    pub target: &'a [f32],
    /// `[N, U]`.
    pub code_noise: &'a [f32],
    pub sparsity: f64,
}

/// Shapes of weights in PyTorch's order.
pub fn weight_shapes(decoder: Decoder) -> Vec<[usize; 4]> {
    let mut shapes = vec![[8, 1, 3, 3], [16, 8, 3, 3], [16, 16, 3, 3]];
    shapes.extend(match decoder {
        Decoder::Unpool => vec![[8, 16, 3, 3], [1, 8, 3, 3]],
        Decoder::Deconv => vec![[16, 16, 3, 3], [16, 8, 4, 4], [8, 1, 4, 4]],
        Decoder::DeconvUnpool => vec![[16, 16, 3, 3], [16, 8, 3, 3], [8, 1, 3, 3]],
    });
    shapes
}

/// The output channels of a layer.
pub fn outputs(decoder: Decoder, layer: usize) -> usize {
    let [first, second, ..] = weight_shapes(decoder)[layer];
    let transposed = layer > 2 && decoder != Decoder::Unpool;
    if transposed { second } else { first }
}

/// Computes a batch. With `skip_zeros`, zero times a NaN weight is zero.
pub fn compute(
    decoder: Decoder,
    parameters: &[Vec<f32>],
    batch: &Batch,
    skip_zeros: bool,
) -> Expected {
    let mut expected = Expected {
        reconstruction: Vec::new(),
        code: Vec::new(),
        loss: 0.0,
        gradients: parameters.iter().map(|p| vec![0.0; p.len()]).collect(),
    };
    let images = batch.input.chunks(PIXELS).zip(batch.target.chunks(PIXELS));
    for ((input, target), noise) in images.zip(batch.code_noise.chunks(CODE_UNITS)) {
        let mut tape = Tape::new(skip_zeros);
        let model = Model {
            decoder,
            parameters: parameters.iter().map(|p| tape.constants(p)).collect(),
        };
        let input = tape.constants(input);
        let (code, maxima) = model.encode(&mut tape, input);
        let noise = tape.constants(noise);
        let units = code.vars.iter().zip(noise);
        let vars = units.map(|(&unit, noise)| tape.add(unit, noise)).collect();
        let code = Map { vars, ..code };
        let reconstruction = model.decode(&mut tape, &code, &maxima);

        let elements = tape.constant(1.0 / batch.input.len() as f64);
        let sparsity = tape.constant(batch.sparsity);
        let mut loss = tape.constant(0.0);
        for (&pixel, &target) in reconstruction.vars.iter().zip(target) {
            let target = tape.constant(-f64::from(target));
            let error = tape.add(pixel, target);
            let square = tape.multiply(error, error);
            let term = tape.multiply(square, elements);
            loss = tape.add(loss, term);
        }
        for &unit in &code.vars {
            let activity = tape.abs(unit);
            let term = tape.multiply(activity, sparsity);
            loss = tape.add(loss, term);
        }
        expected.loss += tape.value(loss);
        let reconstruction = tape.values(&reconstruction.vars);
        expected.reconstruction.extend(reconstruction);
        expected.code.extend(tape.values(&code.vars));
        let derivatives = tape.derivatives(loss);
        for (sum, vars) in expected.gradients.iter_mut().zip(&model.parameters) {
            for (sum, &var) in sum.iter_mut().zip(vars) {
                *sum += derivatives[var];
            }
        }
    }
    expected
}

/// A feature map `[channels, side, side]`.
struct Map {
    side: usize,
    vars: Vec<Var>,
}

impl Map {
    fn channels(&self) -> usize {
        self.vars.len() / (self.side * self.side)
    }

    fn index(&self, channel: usize, y: usize, x: usize) -> usize {
        (channel * self.side + y) * self.side + x
    }

    /// All channels, rows and columns.
    fn indices(&self) -> impl Iterator<Item = (usize, usize, usize)> + use<> {
        let side = self.side;
        (0..self.vars.len()).map(move |i| (i / (side * side), i / side % side, i % side))
    }
}

struct Model {
    decoder: Decoder,
    /// Weights and biases of the layers in turn.
    parameters: Vec<Vec<Var>>,
}

impl Model {
    /// The code, and for each pooling where the maxima were.
    fn encode(&self, tape: &mut Tape, image: Vec<Var>) -> (Map, Vec<Vec<usize>>) {
        let mut maxima = Vec::new();
        let mut map = Map {
            side: 28,
            vars: image,
        };
        for layer in 0..3 {
            map = self.convolve(tape, &map, layer);
            if layer < 2 || self.decoder != Decoder::Unpool {
                relu(tape, &mut map);
            }
            let indices;
            (map, indices) = max_pool(tape, &map);
            maxima.push(indices);
        }
        (map, maxima)
    }

    fn decode(&self, tape: &mut Tape, code: &Map, maxima: &[Vec<usize>]) -> Map {
        match self.decoder {
            Decoder::Unpool => {
                let mut map = unpool(tape, code, &maxima[2], 7);
                for (layer, side) in [(3, 14), (4, 28)] {
                    map = unpool(tape, &map, &maxima[4 - layer], side);
                    map = self.convolve(tape, &map, layer);
                    relu(tape, &mut map);
                }
                map
            }
            Decoder::Deconv => {
                let mut map = self.convolve_transposed(tape, code, 3, (2, 0));
                relu(tape, &mut map);
                for layer in [4, 5] {
                    map = self.convolve_transposed(tape, &map, layer, (2, 1));
                    relu(tape, &mut map);
                }
                map
            }
            Decoder::DeconvUnpool => {
                let mut map = unpool(tape, code, &maxima[2], 7);
                map = self.convolve_transposed(tape, &map, 3, (1, 1));
                relu(tape, &mut map);
                for (layer, side) in [(4, 14), (5, 28)] {
                    map = unpool(tape, &map, &maxima[5 - layer], side);
                    map = self.convolve_transposed(tape, &map, layer, (1, 1));
                    relu(tape, &mut map);
                }
                map
            }
        }
    }

    /// Stride 1 and padding 1, weights `[F_out, F_in, 3, 3]`.
    fn convolve(&self, tape: &mut Tape, input: &Map, layer: usize) -> Map {
        let (weights, bias) = (&self.parameters[2 * layer], &self.parameters[2 * layer + 1]);
        let mut output = filled(bias, input.side);
        for (f_out, y, x) in output.indices() {
            let index = output.index(f_out, y, x);
            for f_in in 0..input.channels() {
                for (row, column) in (0..9).map(|tap| (tap / 3, tap % 3)) {
                    let inside = 1..=input.side;
                    if inside.contains(&(y + row)) && inside.contains(&(x + column)) {
                        let value = input.vars[input.index(f_in, y + row - 1, x + column - 1)];
                        let weight = (f_out * input.channels() + f_in) * 9 + row * 3 + column;
                        let product = tape.multiply(value, weights[weight]);
                        output.vars[index] = tape.add(output.vars[index], product);
                    }
                }
            }
        }
        output
    }

    /// Weights `[F_in, F_out, k, k]`.
    fn convolve_transposed(
        &self,
        tape: &mut Tape,
        input: &Map,
        layer: usize,
        (stride, padding): (usize, usize),
    ) -> Map {
        let (weights, bias) = (&self.parameters[2 * layer], &self.parameters[2 * layer + 1]);
        let [.., k] = weight_shapes(self.decoder)[layer];
        let mut output = filled(bias, (input.side - 1) * stride + k - 2 * padding);
        for (f_in, y, x) in input.indices() {
            let value = input.vars[input.index(f_in, y, x)];
            for f_out in 0..bias.len() {
                for (row, column) in (0..k * k).map(|tap| (tap / k, tap % k)) {
                    let inside = padding..padding + output.side;
                    let (y, x) = (y * stride + row, x * stride + column);
                    if inside.contains(&y) && inside.contains(&x) {
                        let index = output.index(f_out, y - padding, x - padding);
                        let weight = ((f_in * bias.len() + f_out) * k + row) * k + column;
                        let product = tape.multiply(value, weights[weight]);
                        output.vars[index] = tape.add(output.vars[index], product);
                    }
                }
            }
        }
        output
    }
}

/// A map that is its channel's bias everywhere.
fn filled(bias: &[Var], side: usize) -> Map {
    let channels = bias.iter().map(|&bias| vec![bias; side * side]);
    Map {
        side,
        vars: channels.collect::<Vec<_>>().concat(),
    }
}

fn relu(tape: &mut Tape, map: &mut Map) {
    for var in &mut map.vars {
        *var = tape.relu(*var);
    }
}

/// Maxima of 2 x 2 and their indices in `input`: the first of equals; NaN counts as the maximum.
fn max_pool(tape: &Tape, input: &Map) -> (Map, Vec<usize>) {
    let side = input.side / 2;
    let mut indices = Vec::new();
    for (channel, y, x) in input.indices() {
        if y % 2 == 0 && x % 2 == 0 && y / 2 < side && x / 2 < side {
            let mut best = input.index(channel, y, x);
            for (row, column) in [(0, 1), (1, 0), (1, 1)] {
                let index = input.index(channel, y + row, x + column);
                let value = tape.value(input.vars[index]);
                if value > tape.value(input.vars[best]) || value.is_nan() {
                    best = index;
                }
            }
            indices.push(best);
        }
    }
    let vars = indices.iter().map(|&index| input.vars[index]).collect();
    (Map { side, vars }, indices)
}

/// Each value at the index that its maximum had, among zeros.
fn unpool(tape: &mut Tape, input: &Map, maxima: &[usize], side: usize) -> Map {
    let zero = tape.constant(0.0);
    let mut vars = vec![zero; input.channels() * side * side];
    for (&var, &index) in input.vars.iter().zip(maxima) {
        vars[index] = var;
    }
    Map { side, vars }
}
