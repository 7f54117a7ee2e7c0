//! Repeated measurements of one quantity.

use serde::{Serialize, Serializer, ser::SerializeStruct};

/// The values that were measured so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Samples(Vec<f64>);

impl Samples {
    /// Adds a measurement.
    pub fn add(&mut self, value: f64) {
        self.0.push(value);
    }

    /// Number of values.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The middle value, or the mean of the two in the middle; NaN without values.
    pub fn median(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let middle = sorted.len() / 2;
        match sorted.len() {
            0 => f64::NAN,
            count if count.is_multiple_of(2) => (sorted[middle - 1] + sorted[middle]) / 2.0,
            _ => sorted[middle],
        }
    }

    /// The smallest value; infinity without values.
    pub fn min(&self) -> f64 {
        self.0.iter().copied().fold(f64::INFINITY, f64::min)
    }

    /// The largest value; minus infinity without values.
    pub fn max(&self) -> f64 {
        self.0.iter().copied().fold(f64::NEG_INFINITY, f64::max)
    }
}

impl Serialize for Samples {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Samples", 2)?;
        fields.serialize_field("median", &self.median())?;
        fields.serialize_field("values", &self.0)?;
        fields.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(values: &[f64]) -> Samples {
        Samples(values.to_vec())
    }

    #[test]
    fn the_median_is_that_of_the_sorted_values() {
        let odd = samples(&[5.0, 1.0, 3.0]);
        assert_eq!(odd.median(), 3.0);
        assert_eq!((odd.min(), odd.max()), (1.0, 5.0));
        assert_eq!(samples(&[4.0, 1.0, 3.0, 2.0]).median(), 2.5);
        assert!(Samples::default().median().is_nan());
    }

    #[test]
    fn json_has_the_median_and_every_value() {
        assert_eq!(
            serde_json::to_value(samples(&[2.0, 1.0, 4.0])).unwrap(),
            serde_json::json!({"median": 2.0, "values": [2.0, 1.0, 4.0]})
        );
    }
}
