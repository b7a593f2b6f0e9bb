//! Saying more of what is not known yet, and asking what is known of any value.

use std::cmp::Ordering;

use crate::{Kind, Number, Refinement, Type, Unknown, Value};

/// An end of a range of numbers; the flag says whether the end itself is allowed.
pub type Bound = Option<(Number, bool)>;

/// Refining. Nothing here changes a known value, null, or a value whose type is not known. Marks stay.
impl Value {
    /// Known not to become null.
    #[must_use]
    pub fn refine_not_null(self) -> Self {
        self.refine_by(|unknown| unknown.not_null = true)
    }

    /// A string known to begin with this, whatever follows: see [`crate::safe_prefix`].
    #[must_use]
    pub fn refine_prefix(self, prefix: &str) -> Self {
        self.refine_prefix_exact(crate::safe_prefix(prefix))
    }

    /// A string known to begin with exactly this, where what follows does not begin with combining characters.
    #[must_use]
    pub fn refine_prefix_exact(self, prefix: &str) -> Self {
        self.refine_by(|unknown| {
            let known = match &unknown.refinement {
                Some(Refinement::Prefix(known)) => known.len(),
                _ => 0,
            };
            if unknown.ty == Type::String && prefix.len() > known {
                unknown.refinement = Some(Refinement::Prefix(prefix.into()));
            }
        })
    }

    /// A number known to lie in a range.
    #[must_use]
    pub fn refine_range(self, min: Bound, max: Bound) -> Self {
        self.refine_by(|unknown| {
            if unknown.ty != Type::Number {
                return;
            }
            let (known_min, known_max) = match unknown.refinement.take() {
                Some(Refinement::Range { min, max }) => (min, max),
                _ => (None, None),
            };
            let min =
                tighter(known_min, min.filter(|(bound, _)| *bound != Number::NEGATIVE_INFINITY), Ordering::Greater);
            let max = tighter(known_max, max.filter(|(bound, _)| *bound != Number::INFINITY), Ordering::Less);
            if min.is_some() || max.is_some() {
                unknown.refinement = Some(Refinement::Range { min, max });
            }
        })
    }

    /// A list, set or map known to have a length between these; `u64::MAX` is no upper bound.
    #[must_use]
    pub fn refine_length(self, min: u64, max: u64) -> Self {
        self.refine_by(|unknown| {
            if !unknown.ty.is_collection() {
                return;
            }
            let (known_min, known_max) = match unknown.refinement {
                Some(Refinement::Length { min, max }) => (min, max),
                _ => (0, u64::MAX),
            };
            let (min, max) = (min.max(known_min), max.min(known_max));
            if (min, max) != (0, u64::MAX) {
                unknown.refinement = Some(Refinement::Length { min, max });
            }
        })
    }

    /// With what else is known, not null among it.
    #[must_use]
    pub fn refine(self, refinement: Refinement) -> Self {
        let value = self.refine_not_null();
        match refinement {
            Refinement::Prefix(prefix) => value.refine_prefix_exact(&prefix),
            Refinement::Range { min, max } => value.refine_range(min, max),
            Refinement::Length { min, max } => value.refine_length(min, max),
        }
    }

    fn refine_by(self, change: impl FnOnce(&mut Unknown)) -> Self {
        let Kind::Unknown(unknown) = self.kind() else { return self };
        if unknown.ty == Type::Dynamic {
            return self;
        }
        let mut refined = (**unknown).clone();
        change(&mut refined);
        if refined == **unknown {
            return self;
        }
        settled(refined).with_marks(self.marks())
    }
}

/// The tighter of two bounds; `tight` is how the tighter one compares to the other.
fn tighter(known: Bound, new: Bound, tight: Ordering) -> Bound {
    match (known, new) {
        (None, bound) | (bound, None) => bound,
        (Some(known), Some(new)) => {
            let order = new.0.compare(&known.0);
            Some(if order == tight || order == Ordering::Equal && known.1 { new } else { known })
        }
    }
}

/// Refinements may leave but one value: then it is known.
fn settled(unknown: Unknown) -> Value {
    if !unknown.not_null {
        return Value::refined(unknown);
    }
    match (&unknown.ty, &unknown.refinement) {
        (_, Some(Refinement::Range { min: Some((min, true)), max: Some((max, true)) })) if min == max => {
            Value::number(min.clone())
        }
        (Type::List(element), Some(Refinement::Length { min, max })) if min == max && *min <= 1024 => {
            let item = Value::unknown((**element).clone());
            Value::list((**element).clone(), std::iter::repeat_n(item, *min as usize))
        }
        (Type::Set(element), Some(Refinement::Length { min, max })) if min == max && *min <= 1 => {
            let item = Value::unknown((**element).clone());
            Value::set((**element).clone(), std::iter::repeat_n(item, *min as usize))
        }
        (Type::Map(element), Some(Refinement::Length { min: 0, max: 0 })) => {
            Value::map::<&str>((**element).clone(), [])
        }
        _ => Value::refined(unknown),
    }
}

/// Asking.
impl Value {
    /// The bounds of a number, known or not; `None` is no bound.
    pub fn number_bounds(&self) -> (Bound, Bound) {
        match (self.kind(), self.as_unknown().and_then(|unknown| unknown.refinement.as_ref())) {
            (Kind::Number(number), _) => (Some((number.clone(), true)), Some((number.clone(), true))),
            (_, Some(Refinement::Range { min, max })) => (min.clone(), max.clone()),
            _ => (None, None),
        }
    }

    /// The least and the greatest possible length of a collection, known or not; of a set with unknown items too,
    /// some of which may turn out equal.
    pub fn length_bounds(&self) -> (u64, u64) {
        match (self.kind(), self.as_unknown().and_then(|unknown| unknown.refinement.as_ref())) {
            (Kind::Set(items), _) if items.items().len() > 1 && !self.is_wholly_known() => (0, u64::MAX),
            (_, Some(Refinement::Length { min, max })) => (*min, *max),
            _ => self.length().map_or((0, u64::MAX), |length| (length as u64, length as u64)),
        }
    }

    /// What a string, known or not, surely begins with.
    pub fn known_prefix(&self) -> &str {
        match (self.as_str(), self.as_unknown().and_then(|unknown| unknown.refinement.as_ref())) {
            (Some(text), _) => text,
            (_, Some(Refinement::Prefix(prefix))) => prefix,
            _ => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        Number::parse(text).expect("a number")
    }

    #[test]
    fn one_possible_value_is_known() {
        let two = Some((number("2"), true));
        let unknown = Value::unknown(Type::Number).refine_range(two.clone(), two);
        assert!(!unknown.is_known());
        assert_eq!(unknown.refine_not_null(), Value::number(2));

        let list = Value::unknown(Type::list(Type::String)).refine_length(2, 2).refine_not_null();
        assert_eq!(list.length(), Some(2));
        let map = Value::unknown(Type::map(Type::String)).refine_length(2, 2).refine_not_null();
        assert_eq!((map.length(), map.length_bounds()), (None, (2, 2)));
        let set = Value::unknown(Type::set(Type::String)).refine_not_null().refine_length(0, 0);
        assert_eq!(set, Value::set(Type::String, []));
    }

    #[test]
    fn the_tighter_bound_stays() {
        let value = Value::unknown(Type::Number)
            .refine_range(Some((number("1"), true)), Some((number("9"), true)))
            .refine_range(Some((number("1"), false)), Some((number("10"), false)));
        assert_eq!(value.number_bounds(), (Some((number("1"), false)), Some((number("9"), true))));
        let value = Value::unknown(Type::String).refine_prefix("ami-x").refine_prefix("am");
        assert_eq!(value.known_prefix(), "ami-");
        assert_eq!(Value::dynamic().refine_not_null(), Value::dynamic());
    }
}
