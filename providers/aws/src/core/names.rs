//! Names that nobody else has, for objects whose name is not given.

use landform_provider_api::framework::Attr;
use uuid::Uuid;

/// What a generated name begins with when no prefix is given. The public provider's, so that both know each other's names.
const PREFIX: &str = "terraform-";
/// How many hexadecimal digits follow the prefix. The public provider's number.
const DIGITS: usize = 26;

/// The given name, else a new one with the given prefix, else a new one.
pub(crate) fn given_or_new(name: &Attr<String>, prefix: &Attr<String>) -> String {
    if let Some(name) = name.text() {
        return name.to_owned();
    }
    let random = Uuid::new_v4().simple().to_string();
    format!("{}{}", prefix.text().unwrap_or(PREFIX), &random[..DIGITS])
}

/// The prefix that a name was generated with; empty of a name that somebody chose.
pub(crate) fn prefix_of(name: &str) -> Attr<String> {
    let parts = name.len().checked_sub(DIGITS).and_then(|at| name.split_at_checked(at));
    let generated = parts.filter(|(_, digits)| digits.bytes().all(|it| it.is_ascii_hexdigit()));
    generated.map_or("", |(prefix, _)| prefix).into()
}

/// Whether [`given_or_new`] may have made a name of a prefix.
pub(crate) fn is_made_of(name: &str, prefix: &Attr<String>) -> bool {
    prefix_of(name).text() == Some(prefix.text().unwrap_or(PREFIX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_names_give_their_prefix_back() {
        let named = given_or_new(&Attr::Unknown, &"web-".into());
        assert_eq!(named.len(), "web-".len() + DIGITS);
        assert_eq!(prefix_of(&named), "web-".into());
        assert!(
            is_made_of(&named, &"web-".into())
                && !is_made_of(&named, &"we".into())
                && !is_made_of("web-1", &"web-".into())
        );
        assert_eq!(prefix_of(&given_or_new(&Attr::Unknown, &Attr::Null)), PREFIX.into());
        assert_ne!(given_or_new(&Attr::Null, &Attr::Null), given_or_new(&Attr::Null, &Attr::Null));
        assert_eq!(given_or_new(&"mine".into(), &Attr::Unknown), "mine");
    }

    #[test]
    fn chosen_names_have_no_prefix() {
        for name in
            ["mine", "", "0123456789abcdef0123456789", "web-0123456789abcdef012345678x", "ünïcode-names-are-left-alone"]
        {
            assert_eq!(prefix_of(name), "".into(), "{name}");
        }
        assert_eq!(prefix_of("web-20060102150405000000000001"), "web-".into());
    }
}
