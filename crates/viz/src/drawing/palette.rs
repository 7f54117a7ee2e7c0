//! Colors of classes.

/// Ten colors that differ in hue and in lightness, for as many classes at most.
const TEN: [&str; 10] = [
    "#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#e377c2", "#7f7f7f",
    "#b8b818", "#17becf",
];

/// The color of class `index` of `count`: of more than ten, their hues are equally far apart, and
/// neighbors differ in lightness.
pub fn class_color(index: usize, count: usize) -> String {
    if count <= TEN.len() {
        return TEN[index % TEN.len()].to_owned();
    }
    let lightness = [38, 52, 66][index % 3];
    format!("hsl({},70%,{lightness}%)", index * 360 / count)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_classes_have_the_same_color() {
        for count in [1, 10, 11, 26, 62, 100] {
            let colors: BTreeSet<String> = (0..count).map(|i| class_color(i, count)).collect();
            assert_eq!(colors.len(), count);
        }
    }
}
