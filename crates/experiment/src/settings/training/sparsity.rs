//! What keeps most units of a code near zero.

use std::fmt::{self, Display};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};

use crate::settings::{bounds::within, numbers::number};

/// A penalty on the code, added to the loss. In JSON a number is the weight of the L1 penalty.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sparsity {
    /// The sum of |code| over the hidden units and the images of a batch, so that it grows with the
    /// batch.
    L1 {
        /// Its weight; 0 for no penalty.
        weight: f64,
    },
    /// The sum over the hidden units of KL(`target` || m) = t ln(t / m) + (1 - t) ln((1 - t) /
    /// (1 - m)), m being a unit's mean over the images of a batch (Ng, 2011). It needs a code from 0
    /// to 1; m is taken as at least 1e-6, and at most 1 - 1e-6.
    Kl {
        /// Its weight.
        weight: f64,
        /// The mean that each unit should have.
        target: f64,
    },
}

impl Default for Sparsity {
    fn default() -> Self {
        Sparsity::L1 { weight: 0.0 }
    }
}

impl Sparsity {
    /// The weight of the penalty.
    pub fn weight(&self) -> f64 {
        match self {
            Sparsity::L1 { weight } | Sparsity::Kl { weight, .. } => *weight,
        }
    }

    pub(super) fn check(&self) -> Result<(), String> {
        match *self {
            Sparsity::L1 { weight } => within("training.sparsity", weight, 0.0..=1000.0),
            Sparsity::Kl { weight, target } => {
                within("training.sparsity.weight", weight, 0.0..=1000.0)?;
                within("training.sparsity.target", target, 1e-6..=0.999)
            }
        }
    }
}

impl Display for Sparsity {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Sparsity::L1 { weight } => write!(f, "{}", number(*weight)),
            Sparsity::Kl { weight, target } => {
                write!(f, "{} (KL, target {target})", number(*weight))
            }
        }
    }
}

/// The penalty as an object.
#[derive(Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "snake_case",
    deny_unknown_fields
)]
enum Fields {
    L1 {
        weight: f64,
    },
    Kl {
        weight: f64,
        #[serde(default = "target")]
        target: f64,
    },
}

fn target() -> f64 {
    0.05
}

impl Serialize for Sparsity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match *self {
            Sparsity::L1 { weight } => serializer.serialize_f64(weight),
            Sparsity::Kl { weight, target } => Fields::Kl { weight, target }.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Sparsity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberOrObject)
    }
}

struct NumberOrObject;

impl<'de> Visitor<'de> for NumberOrObject {
    type Value = Sparsity;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "the weight of an L1 penalty, or an object with a `kind`")
    }

    fn visit_f64<E>(self, weight: f64) -> Result<Sparsity, E> {
        Ok(Sparsity::L1 { weight })
    }

    fn visit_u64<E>(self, weight: u64) -> Result<Sparsity, E> {
        Ok(Sparsity::L1 {
            weight: weight as f64,
        })
    }

    fn visit_i64<E>(self, weight: i64) -> Result<Sparsity, E> {
        Ok(Sparsity::L1 {
            weight: weight as f64,
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Sparsity, A::Error> {
        Ok(
            match Fields::deserialize(MapAccessDeserializer::new(map))? {
                Fields::L1 { weight } => Sparsity::L1 { weight },
                Fields::Kl { weight, target } => Sparsity::Kl { weight, target },
            },
        )
    }
}
