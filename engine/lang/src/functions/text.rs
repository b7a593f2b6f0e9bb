//! Upper and lower case, spaces and classes of characters as Go's `strings` and `unicode` have them: one character
//! becomes one character.

/// In upper case. `ß` has none of its own and stays.
pub(super) fn upper(character: char) -> char {
    match character as u32 {
        // Letters with a iota below have the title case letter as their simple upper case.
        code @ (0x1F80..=0x1F87 | 0x1F90..=0x1F97 | 0x1FA0..=0x1FA7) => char::from_u32(code + 8).unwrap_or(character),
        code @ (0x1FB3 | 0x1FC3 | 0x1FF3) => char::from_u32(code + 9).unwrap_or(character),
        _ => single(character.to_uppercase()).unwrap_or(character),
    }
}

/// In lower case.
pub(super) fn lower(character: char) -> char {
    if character == 'İ' { 'i' } else { single(character.to_lowercase()).unwrap_or(character) }
}

/// As the first letter of a word in a title.
pub(super) fn title(character: char) -> char {
    match character {
        'Ǆ'..='ǆ' => 'ǅ',
        'Ǉ'..='ǉ' => 'ǈ',
        'Ǌ'..='ǌ' => 'ǋ',
        'Ǳ'..='ǳ' => 'ǲ',
        // Georgian has no letters for titles.
        'ა'..='ჿ' => character,
        _ => upper(character),
    }
}

fn single(mut characters: impl Iterator<Item = char>) -> Option<char> {
    let first = characters.next()?;
    characters.next().is_none().then_some(first)
}

/// Whether a word ends before this character, by the rule of Go's `strings.Title`.
pub(super) fn separates_words(character: char) -> bool {
    if character.is_ascii() {
        return !(character.is_ascii_alphanumeric() || character == '_');
    }
    !character.is_alphanumeric() && is_space(character)
}

/// White space as Go's `unicode.IsSpace`.
pub(super) fn is_space(character: char) -> bool {
    character.is_whitespace()
}

/// The number of characters as people count them.
pub(super) fn length(text: &str) -> usize {
    use unicode_segmentation::UnicodeSegmentation as _;
    if text.is_ascii() && !text.contains('\r') { text.len() } else { text.graphemes(true).count() }
}
