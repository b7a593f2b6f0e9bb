//! "Did you mean …?"

/// The one of the candidates that is most likely meant by `given`, if any is near enough
/// (a Levenshtein distance below 3, as Terraform's suggestions).
pub fn suggestion<'a>(given: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (distance(given, candidate), candidate))
        .filter(|(distance, _)| *distance < 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let cost = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = cost.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_candidate_below_three_edits() {
        assert_eq!(suggestion("cidr_blok", ["tags", "cidr_block"]), Some("cidr_block"));
        assert_eq!(suggestion("vpc", ["tags", "cidr_block"]), None);
        assert_eq!(suggestion("", ["abc"]), None);
    }
}
