//! Automatic differentiation in `f64`: every addition and multiplication is recorded, and its
//! derivative is passed back by the chain rule.

/// An index into a tape.
pub type Var = usize;

/// The numbers of a computation, in their order.
pub struct Tape {
    values: Vec<f64>,
    /// For each number those that it depends on, with the derivatives.
    parents: Vec<[(Var, f64); 2]>,
    /// Whether zero times NaN is zero.
    skip_zeros: bool,
}

impl Tape {
    pub fn new(skip_zeros: bool) -> Self {
        Tape {
            values: Vec::new(),
            parents: Vec::new(),
            skip_zeros,
        }
    }

    pub fn constant(&mut self, value: f64) -> Var {
        self.push(value, [(0, 0.0); 2])
    }

    pub fn constants(&mut self, values: &[f32]) -> Vec<Var> {
        let constant = |&value| self.constant(f64::from(value));
        values.iter().map(constant).collect()
    }

    fn push(&mut self, value: f64, parents: [(Var, f64); 2]) -> Var {
        self.values.push(value);
        self.parents.push(parents);
        self.values.len() - 1
    }

    pub fn value(&self, var: Var) -> f64 {
        self.values[var]
    }

    pub fn values(&self, vars: &[Var]) -> Vec<f64> {
        vars.iter().map(|&var| self.value(var)).collect()
    }

    pub fn add(&mut self, a: Var, b: Var) -> Var {
        self.push(self.value(a) + self.value(b), [(a, 1.0), (b, 1.0)])
    }

    /// `a` is a value and `b` a weight: zeros among the values may be skipped.
    pub fn multiply(&mut self, a: Var, b: Var) -> Var {
        let (x, y) = (self.value(a), self.value(b));
        let product = if self.skip_zeros && x == 0.0 {
            0.0
        } else {
            x * y
        };
        self.push(product, [(a, y), (b, x)])
    }

    pub fn relu(&mut self, a: Var) -> Var {
        let x = self.value(a);
        let value = if x < 0.0 { 0.0 } else { x };
        self.push(value, [(a, f64::from(x > 0.0)), (a, 0.0)])
    }

    pub fn abs(&mut self, a: Var) -> Var {
        let x = self.value(a);
        let sign = if x == 0.0 { 0.0 } else { x.signum() };
        self.push(x.abs(), [(a, sign), (a, 0.0)])
    }

    /// The derivative of `output` with respect to each number.
    pub fn derivatives(&self, output: Var) -> Vec<f64> {
        let mut derivatives = vec![0.0; self.values.len()];
        derivatives[output] = 1.0;
        for var in (0..=output).rev() {
            for (parent, derivative) in self.parents[var] {
                derivatives[parent] += derivatives[var] * derivative;
            }
        }
        derivatives
    }
}
