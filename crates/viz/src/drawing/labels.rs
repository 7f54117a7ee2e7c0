//! Where to write the names of points so that none hides another.

/// A point's name with its position.
#[derive(Clone, Debug)]
pub struct Label {
    /// The name.
    pub text: String,
    /// The point, in pixels.
    pub point: (i32, i32),
    /// The end of the text that is nearer to the point, at half its height.
    pub end: (i32, i32),
    /// Whether the text is to the right of the point.
    pub is_right: bool,
}

/// Height of the text in pixels.
pub const FONT_SIZE: i32 = 16;
/// Distances from a point to its name, in the order in which they are tried.
const GAPS: [i32; 3] = [10, 50, 110];
/// A name may be this far above or below its point, in steps of `SHIFT`.
const MAX_SHIFT: i32 = 180;
const SHIFT: usize = 6;

/// Left, top, right, bottom, in pixels.
type Rectangle = (i32, i32, i32, i32);

/// Positions the name of each point in a picture of the given size: beside the point, or as near to
/// that height as is free of points, of other names with the lines to them, and of `obstacles`.
/// The width of a text is estimated, since the reader's own font draws it.
pub fn place(
    points: Vec<(String, (i32, i32))>,
    obstacles: impl Iterator<Item = (i32, i32)>,
    (width, height): (u32, u32),
) -> Vec<Label> {
    let positions = points.iter().map(|(_, point)| *point);
    let mut taken: Vec<Rectangle> = positions.chain(obstacles).map(around).collect();
    let mut names: Vec<Rectangle> = Vec::new();
    let mut labels = Vec::new();
    for (text, point) in points {
        let is_free = |label: &Label| {
            let name = label.rectangle();
            let is_inside =
                name.0 >= 0 && name.1 >= 0 && name.2 <= width as i32 && name.3 <= height as i32;
            is_inside
                && !taken.iter().any(|other| overlap(name, *other))
                && !label
                    .line()
                    .any(|dot| names.iter().any(|name| overlap(dot, *name)))
        };
        let label = candidates(&text, point)
            .find(is_free)
            .unwrap_or_else(|| Label::new(&text, point, GAPS[0], 0, true));
        taken.push(label.rectangle());
        taken.extend(label.line());
        names.push(label.rectangle());
        labels.push(label);
    }
    labels
}

/// All positions of a name, the best first.
fn candidates(text: &str, point: (i32, i32)) -> impl Iterator<Item = Label> {
    GAPS.into_iter().flat_map(move |gap| {
        let shifts = (0..MAX_SHIFT)
            .step_by(SHIFT)
            .flat_map(|shift| [shift, -shift]);
        shifts.flat_map(move |shift| {
            [true, false].map(|is_right| Label::new(text, point, gap, shift, is_right))
        })
    })
}

impl Label {
    fn new(text: &str, point: (i32, i32), gap: i32, shift: i32, is_right: bool) -> Self {
        let x = point.0 + if is_right { gap } else { -gap };
        Label {
            text: text.into(),
            point,
            end: (x, point.1 + shift),
            is_right,
        }
    }

    /// The text.
    fn rectangle(&self) -> Rectangle {
        let width = self.text.chars().count() as i32 * FONT_SIZE * 6 / 10;
        let half = FONT_SIZE / 2 + 1;
        let (x, y) = self.end;
        let left = if self.is_right { x } else { x - width };
        (left, y - half, left + width, y + half)
    }

    /// The line from the point to the text, as a row of dots.
    fn line(&self) -> impl Iterator<Item = Rectangle> {
        const DOTS: i32 = 20;
        let (point, end) = (self.point, self.end);
        (0..=DOTS).map(move |dot| {
            let x = point.0 + (end.0 - point.0) * dot / DOTS;
            let y = point.1 + (end.1 - point.1) * dot / DOTS;
            (x - 1, y - 1, x + 1, y + 1)
        })
    }
}

fn around((x, y): (i32, i32)) -> Rectangle {
    (x - 6, y - 6, x + 6, y + 6)
}

fn overlap(a: Rectangle, b: Rectangle) -> bool {
    a.0 < b.2 && b.0 < a.2 && a.1 < b.3 && b.1 < a.3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_near_points_do_not_overlap() {
        let points: Vec<_> = (0..8)
            .map(|index| (format!("point {index}"), (890, 200 + index)))
            .collect();
        let labels = place(points, std::iter::empty(), (900, 480));
        for (index, label) in labels.iter().enumerate() {
            assert!(!label.is_right, "no room to the right: {label:?}");
            for other in &labels[..index] {
                let distance = (label.end.1 - other.end.1).abs();
                assert!(distance >= FONT_SIZE, "{label:?} {other:?}");
            }
        }
    }

    #[test]
    fn a_label_avoids_obstacles() {
        let place = |obstacle| {
            let points = vec![("name".to_owned(), (100, 100))];
            place(points, std::iter::once(obstacle), (900, 480)).remove(0)
        };
        assert!(place((500, 400)).is_right);
        assert!(!place((120, 100)).is_right);
    }
}
