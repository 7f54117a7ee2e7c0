//! Where the entries of a plot's legend, and those of the key to its numbered points, are.

/// Left end of the legend and of the horizontal axis, in pixels.
pub const LEFT: i32 = 92;
/// Narrower plots have the legend from their left edge on, in smaller type.
const MIN_WIDE: i32 = 600;
const NARROW_LEFT: i32 = 8;
/// Characters of a name that are shown.
pub const CHARACTERS: usize = 36;
/// The size of the type of a legend, and of a key and a narrow legend.
const FONT_SIZE: i32 = 20;
const KEY_FONT_SIZE: i32 = 18;
/// Height of a line, and what is above and below the lines together.
const LINE: i32 = 28;
const MARGIN: i32 = 16;

/// The left end of a key, its characters' width, and the height of its lines.
const KEY_LEFT: i32 = 16;
const KEY_CHARACTER: i32 = 9;
const KEY_LINE: i32 = 24;

/// The entries of a legend above a plot, where it can hide no curve.
pub struct Legend {
    /// The left end and the middle of each entry, in pixels.
    pub entries: Vec<(i32, i32)>,
    /// The height of all lines, in pixels.
    pub height: i32,
    /// The size of the type of a legend.
    pub font_size: i32,
}

impl Legend {
    /// Positions entries with these labels in a plot of that width, as many in each line as have room.
    pub fn of<'a>(labels: impl Iterator<Item = &'a str>, width: i32) -> Self {
        // The reader's own font draws the text: so many tenths of a pixel are its characters wide in the mean.
        let (left, font_size, character) = if width < MIN_WIDE {
            (NARROW_LEFT, KEY_FONT_SIZE, 86)
        } else {
            (LEFT, FONT_SIZE, 95)
        };
        let room = width - left;
        let lengths: Vec<usize> = labels
            .map(|label| label.chars().count().min(CHARACTERS))
            .collect();
        let longest = lengths.iter().copied().max().unwrap_or(0) as i32;
        let across = (room / (54 + longest * character / 10)).max(1);
        let count = lengths.len().max(1) as i32;
        let width = room / across.min(count);
        let position = |index: i32| {
            let middle = (MARGIN + LINE) / 2 + index / across * LINE;
            (left + index % across * width, middle)
        };
        Legend {
            entries: (0..lengths.len() as i32).map(position).collect(),
            height: MARGIN + (count + across - 1) / across * LINE,
            font_size,
        }
    }

    /// Positions the names of numbered points below what is `top` pixels high, as many in each line as
    /// have room. Without any, it has no height.
    pub fn key(names: &[String], width: i32, top: i32) -> Self {
        let longest = names.iter().map(|name| name.chars().count()).max();
        let entry = longest.unwrap_or(0) as i32 * KEY_CHARACTER + 2 * KEY_CHARACTER;
        let across = ((width - KEY_LEFT) / entry).max(1);
        let position = |index: i32| {
            let middle = top + index / across * KEY_LINE + KEY_LINE / 2;
            (KEY_LEFT + index % across * entry, middle)
        };
        let count = names.len() as i32;
        Legend {
            entries: (0..count).map(position).collect(),
            height: (count + across - 1) / across * KEY_LINE + if count > 0 { 8 } else { 0 },
            font_size: KEY_FONT_SIZE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_labels_share_a_line_and_long_ones_do_not() {
        let short = Legend::of(["a", "b", "c"].into_iter(), 900);
        assert!(
            short
                .entries
                .iter()
                .all(|entry| entry.1 == short.entries[0].1)
        );
        let long = ["a long name of a model, the first one", "b"];
        let long = Legend::of(long.into_iter().cycle().take(4), 900);
        assert_eq!(long.entries[2].0, LEFT);
        assert_eq!(long.height, short.height + LINE);
    }

    #[test]
    fn a_key_is_below_the_legend_and_takes_no_room_without_names() {
        let names = vec!["1 the name of a model".to_owned(); 5];
        let key = Legend::key(&names, 480, 44);
        assert!(key.entries[0].1 > 44 && key.entries[2].1 > key.entries[1].1);
        assert_eq!(Legend::key(&[], 480, 44).height, 0);
    }
}
