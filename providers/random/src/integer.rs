//! `random_integer`.

use crate::context::{import_error, prelude::*};
use crate::seeded::Seeded;
use crate::source;

/// A random whole number from a range.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "random_integer", version = 0, strict)]
pub(crate) struct Integer {
    /// The number as text.
    #[attr(id, computed)]
    id: Attr<String>,
    /// Values that, when they change, have the object made afresh.
    #[attr(optional, replace_if = keepers::replace)]
    keepers: Attr<Keepers>,
    /// The largest number of the range.
    #[attr(required, replace)]
    max: Attr<i64>,
    /// The smallest number of the range.
    #[attr(required, replace)]
    min: Attr<i64>,
    /// The number.
    #[attr(computed)]
    result: Attr<i64>,
    /// Text that the number follows from: the same text and range always give the same number.
    #[attr(optional, replace)]
    seed: Attr<String>,
}

impl Integer {
    fn has_empty_range(&self) -> bool {
        matches!((&self.min, &self.max), (Attr::Known(min), Attr::Known(max)) if max < min)
    }

    fn generate(&self) -> Result<i64> {
        let (Some(min), Some(max)) = (self.min.get(), self.max.get()) else { return Err(Failure::EmptyRange) };
        if max < min {
            return Err(Failure::EmptyRange);
        }
        let span = max.abs_diff(min);
        let offset = match self.seed.text() {
            Some(seed) => seeded_up_to(span, seed),
            None => source::up_to(span)?,
        };
        Ok(min.wrapping_add_unsigned(offset))
    }
}

/// Ranges of 2^63 numbers and more are beyond the public provider, so for them there is no sequence to keep to.
fn seeded_up_to(largest: u64, seed: &str) -> u64 {
    let mut seeded = Seeded::of(seed);
    if largest < i64::MAX.cast_unsigned() {
        return seeded.below(largest + 1);
    }
    loop {
        let half = || 1 << 32;
        let number = seeded.below(half()) << 32 | seeded.below(half());
        if number <= largest {
            return number;
        }
    }
}

impl Resource<Context> for Integer {
    async fn create(&mut self, _cx: &Context) -> Result<()> {
        let number = self.generate()?;
        self.id = number.to_string().into();
        self.result = number.into();
        Ok(())
    }

    async fn read(batch: Batch<Self>, _cx: &Context) -> Result<Found<Self>> {
        Ok(batch.found(Some))
    }

    async fn delete(&self, _cx: &Context) -> Result<()> {
        Ok(())
    }

    /// `RESULT,MIN,MAX` or `RESULT,MIN,MAX,SEED`.
    fn import(id: &str) -> Result<Self, String> {
        let usage = "Invalid import usage: expecting {result},{min},{max} or {result},{min},{max},{seed}";
        let parts: Vec<&str> = id.split(',').collect();
        let (&[result, min, max], seed) = parts.split_first_chunk().ok_or(usage)?;
        if seed.len() > 1 {
            return Err(usage.into());
        }
        Ok(Self {
            id: result.into(),
            result: number("The value", result)?,
            min: number("The min value", min)?,
            max: number("The max value", max)?,
            seed: seed.first().copied().into(),
            keepers: Attr::Null,
        })
    }

    fn import_error(_id: &str, wanted: &str) -> Diagnostic {
        import_error("Integer", wanted)
    }

    fn validate(&self) -> Diagnostics {
        self.has_empty_range().then(|| Failure::EmptyRange.into()).into_iter().collect()
    }
}

fn number(what: &str, text: &str) -> Result<Attr<i64>, String> {
    let number = text.parse::<i64>().map(Attr::Known);
    number.map_err(|error| {
        format!("{what} supplied could not be parsed as an integer.\n\nOriginal Error: {text:?}: {error}")
    })
}
