//! A block of a convolutional encoder, and the window with which a decoder undoes it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Norm,
    layer::{Shape, Window},
};
use crate::settings::bounds::whole;

/// A convolution, a normalization, the activation and a max-pooling. What is left out is that of
/// [`Block::default`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Block {
    /// Filters of the convolution.
    pub filters: usize,
    /// Rows and columns of a filter; (`kernel` - 1) / 2 zeros, rounded down, are at each edge.
    pub kernel: usize,
    /// Pixels from one position of the filters to the next.
    pub stride: usize,
    /// Rows and columns of the squares of the max-pooling; 1 for none.
    pub pool: usize,
    /// What is done before the activation.
    pub norm: Norm,
}

impl Default for Block {
    /// 8 filters of 3 x 3, then max-pooling of 2 x 2, as the first of the assignment.
    fn default() -> Self {
        Block {
            filters: 8,
            kernel: 3,
            stride: 1,
            pool: 2,
            norm: Norm::None,
        }
    }
}

impl Block {
    /// The window of the convolution.
    pub(super) fn window(&self) -> Window {
        Window {
            kernel: self.kernel,
            stride: self.stride,
            padding: self.kernel.saturating_sub(1) / 2,
        }
    }

    /// The window of a transposed convolution from what the block gives to what it takes: the
    /// smallest kernel, at least the block's and the stride, that gives this size as it is; if rows
    /// and columns need different ones, that gives it with rows and columns of zeros added at the end.
    pub(super) fn window_back(&self, from: Shape, to: Shape) -> Option<Window> {
        let stride = self.stride * self.pool;
        let least = self.kernel.max(stride);
        let windows: Vec<Window> = (least..=least + 2 * stride)
            .flat_map(|kernel| (0..kernel).map(move |padding| (kernel, padding)))
            .map(|(kernel, padding)| Window {
                kernel,
                stride,
                padding,
            })
            .collect();
        let added = |window: &Window| {
            let rows = window.added_rows(from.rows, to.rows)?;
            Some(rows.max(window.added_rows(from.columns, to.columns)?))
        };
        let exact = windows.iter().find(|window| added(window) == Some(0));
        let padded = || windows.iter().find(|window| added(window).is_some());
        exact.or_else(padded).copied()
    }

    /// A short description: `16 (5x5, stride 2)`.
    pub(super) fn describe(&self) -> String {
        let Block {
            filters,
            kernel,
            stride,
            pool,
            norm,
        } = *self;
        let mut parts = Vec::new();
        if kernel != 3 {
            parts.push(format!("{kernel}x{kernel}"));
        }
        if stride != 1 {
            parts.push(format!("stride {stride}"));
        }
        if pool == 1 {
            parts.push("no pooling".to_owned());
        }
        if norm != Norm::None {
            parts.push(norm.name().to_owned());
        }
        if parts.is_empty() {
            return filters.to_string();
        }
        format!("{filters} ({})", parts.join(", "))
    }

    /// Checks the settings of the block at `index`. The error is a message that names the field.
    pub(super) fn check(&self, index: usize) -> Result<(), String> {
        let field = |name| format!("model.blocks[{index}].{name}");
        whole(&field("filters"), self.filters, 1..=1024)?;
        whole(&field("kernel"), self.kernel, 1..=15)?;
        whole(&field("stride"), self.stride, 1..=4)?;
        whole(&field("pool"), self.pool, 1..=2)
    }
}
