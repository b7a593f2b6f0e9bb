//! The characters of a random string: which are allowed, how many of each kind at least.

use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_provider_api::framework::Attr;

use crate::checks::{about, refuse, size, wrong_number};
use crate::context::{Failure, Result};
use crate::source;

const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const DIGITS: &str = "0123456789";
const SPECIAL: &str = "!@#$%&*()-_=+[]{}<>:?";

/// What a configuration or a plan says of the characters.
pub(crate) struct Characters<'a> {
    pub(crate) length: &'a Attr<i64>,
    pub(crate) upper: Kind<'a>,
    pub(crate) lower: Kind<'a>,
    pub(crate) numeric: Kind<'a>,
    pub(crate) special: Kind<'a>,
    /// The older name of `numeric`'s flag, for types that have it.
    pub(crate) number: Option<&'a Attr<bool>>,
    /// In place of the usual special characters.
    pub(crate) override_special: &'a Attr<String>,
}

/// One kind of characters.
pub(crate) struct Kind<'a> {
    /// Whether they are allowed; true unless said.
    pub(crate) allowed: &'a Attr<bool>,
    /// How many there are at least, even where they are not allowed otherwise.
    pub(crate) minimum: &'a Attr<i64>,
}

/// The [`Characters`] of a model with the usual fields.
macro_rules! characters_of {
    ($model:expr, $number:expr) => {{
        use $crate::characters::{Characters, Kind};
        Characters {
            length: &$model.length,
            upper: Kind { allowed: &$model.upper, minimum: &$model.min_upper },
            lower: Kind { allowed: &$model.lower, minimum: &$model.min_lower },
            numeric: Kind { allowed: &$model.numeric, minimum: &$model.min_numeric },
            special: Kind { allowed: &$model.special, minimum: &$model.min_special },
            number: $number,
            override_special: &$model.override_special,
        }
    }};
}
pub(crate) use characters_of;

impl Characters<'_> {
    fn minimums(&self) -> [(&'static str, &Attr<i64>); 4] {
        [
            ("min_upper", self.upper.minimum),
            ("min_lower", self.lower.minimum),
            ("min_numeric", self.numeric.minimum),
            ("min_special", self.special.minimum),
        ]
    }

    /// What is wrong with the values that are known.
    pub(crate) fn validate(&self) -> Diagnostics {
        let mut found: Diagnostics = size("length", self.length, 1).into_iter().collect();
        found.extend(self.too_short());
        found.extend(self.minimums().into_iter().filter_map(|(name, minimum)| size(name, minimum, 0)));
        found.extend(self.none_allowed("number", self.number));
        found.extend(self.none_allowed("numeric", Some(self.numeric.allowed)));
        if let (Some(Attr::Known(number)), Attr::Known(numeric)) = (self.number, self.numeric.allowed)
            && number != numeric
        {
            let summary = "Number and numeric are both configured with different values";
            found.push(about("number", summary, "Number is deprecated, use numeric instead"));
        }
        found
    }

    fn too_short(&self) -> Option<Diagnostic> {
        let length = *self.length.known()?;
        let minimums = self.minimums();
        if minimums.iter().any(|(_, minimum)| minimum.is_unknown()) {
            return None;
        }
        let sum = minimums.iter().filter_map(|(_, minimum)| minimum.known()).fold(0_i64, |a, b| a.saturating_add(*b));
        let demand = "at least sum of min_upper + min_lower + min_numeric + min_special";
        (length < sum).then(|| wrong_number("length", demand, length))
    }

    /// One kind has to be allowed where all kinds are decided on.
    fn none_allowed(&self, name: &str, flag: Option<&Attr<bool>>) -> Option<Diagnostic> {
        let others = [self.special.allowed, self.upper.allowed, self.lower.allowed];
        let refused = |flag: &Attr<bool>| *flag == Attr::Known(false);
        let detail = format!("At least one attribute out of [special,upper,lower,{name}] must be specified as true");
        let all_refused = flag.is_some_and(refused) && others.into_iter().all(refused);
        all_refused.then(|| about(name, "Invalid Attribute Combination", detail))
    }

    /// Makes a string.
    pub(crate) fn generate(&self) -> Result<String> {
        refuse(self.validate())?;
        let special = self.override_special.text().unwrap_or(SPECIAL);
        let numeric = self.numeric.allowed.known().or(self.number.and_then(Attr::known)).copied();
        let kinds = [
            (UPPER, self.upper.allowed.get(), self.upper.minimum),
            (LOWER, self.lower.allowed.get(), self.lower.minimum),
            (DIGITS, numeric, self.numeric.minimum),
            (special, self.special.allowed.get(), self.special.minimum),
        ];
        let mut result = Vec::new();
        let mut alphabet = Vec::new();
        for (characters, allowed, minimum) in kinds {
            let characters: Vec<char> = characters.chars().collect();
            add(&mut result, &characters, minimum.get().unwrap_or_default())?;
            if allowed.unwrap_or(true) {
                alphabet.extend(characters);
            }
        }
        let missing = self.length.get().unwrap_or_default() - i64::try_from(result.len()).unwrap_or(i64::MAX);
        add(&mut result, &alphabet, missing)?;
        source::shuffle(&mut result)?;
        Ok(result.into_iter().collect())
    }
}

fn add(result: &mut Vec<char>, characters: &[char], count: i64) -> Result<()> {
    for _ in 0..count {
        let empty = || Failure::Source("the character set specified is empty".into());
        result.push(source::pick(characters)?.ok_or_else(empty)?);
    }
    Ok(())
}
