//! How much a table or an index can do in a second.

use aws_sdk_dynamodb::types::{BillingMode, OnDemandThroughput, ProvisionedThroughput, WarmThroughput};
use landform_values::Value;

use crate::core::prelude::*;

/// What AWS gives without being asked, as (reads, writes).
const WARM_BY_DEFAULT: (i64, i64) = (12_000, 4_000);

/// Bounds of what is paid for by request.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct OnDemand {
    /// Most reads; -1 is without bounds.
    #[attr(optional, computed)]
    pub(super) max_read_request_units: Attr<i64>,
    /// Most writes; -1 is without bounds.
    #[attr(optional, computed)]
    pub(super) max_write_request_units: Attr<i64>,
}

/// What a table can do at once. It can be raised, but not lowered.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct TableWarm {
    /// Reads.
    #[attr(optional, computed, check = between(12_000..=i64::MAX), replace_if = is_less)]
    pub(super) read_units_per_second: Attr<i64>,
    /// Writes.
    #[attr(optional, computed, check = between(4_000..=i64::MAX), replace_if = is_less)]
    pub(super) write_units_per_second: Attr<i64>,
}

/// What an index can do at once. It can be raised, but not lowered.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct IndexWarm {
    /// Reads.
    #[attr(optional, computed, check = between(12_000..=i64::MAX))]
    pub(super) read_units_per_second: Attr<i64>,
    /// Writes.
    #[attr(optional, computed, check = between(4_000..=i64::MAX))]
    pub(super) write_units_per_second: Attr<i64>,
}

fn is_less(prior: &Value, planned: &Value) -> bool {
    let number = |value: &Value| value.as_number().and_then(landform_values::Number::to_i64);
    number(prior).zip(number(planned)).is_some_and(|(prior, planned)| planned != 0 && planned < prior)
}

/// Bounds as the service tells them. It does not tell of -1, which is no bound, so that is what holds unless it was given
/// as nothing at all.
pub(super) fn read_on_demand(told: Option<&OnDemandThroughput>, known: &[OnDemand]) -> Vec<OnDemand> {
    let units = |told: Option<i64>, known: Option<&Attr<i64>>| match (told, known) {
        (None | Some(0), Some(Attr::Known(-1)) | None) => Attr::Known(-1),
        (told, _) => told.unwrap_or_default().into(),
    };
    let known = known.first();
    let told = told.filter(|it| it.max_read_request_units().is_some() || it.max_write_request_units().is_some());
    let unbounded = known.filter(|it| {
        matches!((&it.max_read_request_units, &it.max_write_request_units), (Attr::Known(-1), Attr::Known(-1)))
    });
    if told.is_none() && unbounded.is_none() {
        return Vec::new();
    }
    let (reads, writes) = told.map_or((None, None), |it| (it.max_read_request_units(), it.max_write_request_units()));
    vec![OnDemand {
        max_read_request_units: units(reads, known.map(|it| &it.max_read_request_units)),
        max_write_request_units: units(writes, known.map(|it| &it.max_write_request_units)),
    }]
}

/// Bounds as the service wants them.
pub(super) fn write_on_demand(bounds: &[OnDemand]) -> Option<OnDemandThroughput> {
    let units = |units: &Attr<i64>| units.get().filter(|it| *it != 0);
    bounds.first().map(|it| {
        OnDemandThroughput::builder()
            .set_max_read_request_units(units(&it.max_read_request_units))
            .set_max_write_request_units(units(&it.max_write_request_units))
            .build()
    })
}

/// What makes planned bounds of the prior ones, where requests are paid for one by one. Bounds that are not wanted any more
/// are lifted, as nothing else ends them.
pub(super) fn change_of_on_demand(
    billing: &BillingMode,
    prior: &[OnDemand],
    planned: &[OnDemand],
) -> Option<OnDemandThroughput> {
    if *billing != BillingMode::PayPerRequest || prior == planned {
        return None;
    }
    let lifted = || OnDemandThroughput::builder().max_read_request_units(-1).max_write_request_units(-1).build();
    Some(write_on_demand(planned).unwrap_or_else(lifted))
}

/// What can be done at once, as (reads, writes), unless it is no more than everybody has.
pub(super) fn warm(reads: Option<i64>, writes: Option<i64>) -> Option<(i64, i64)> {
    let (reads, writes) = (reads.unwrap_or_default(), writes.unwrap_or_default());
    let usual = reads < WARM_BY_DEFAULT.0 && writes < WARM_BY_DEFAULT.1 || (reads, writes) == WARM_BY_DEFAULT;
    (!usual).then_some((reads, writes))
}

/// What can be done at once, as the service wants it.
pub(super) fn write_warm(reads: &Attr<i64>, writes: &Attr<i64>) -> WarmThroughput {
    let units = |units: &Attr<i64>| units.get().filter(|it| *it != 0);
    WarmThroughput::builder().set_read_units_per_second(units(reads)).set_write_units_per_second(units(writes)).build()
}

/// What is provided, as the service wants it: nothing where requests are paid for one by one.
pub(super) fn provisioned(
    billing: &BillingMode,
    reads: &Attr<i64>,
    writes: &Attr<i64>,
) -> Result<Option<ProvisionedThroughput>> {
    if *billing == BillingMode::PayPerRequest {
        return Ok(None);
    }
    // A table that comes from paying by request has none yet, and one is the least there is.
    let units = |units: &Attr<i64>| units.get().filter(|it| *it > 0).unwrap_or(1);
    let builder = ProvisionedThroughput::builder();
    Ok(Some(builder.read_capacity_units(units(reads)).write_capacity_units(units(writes)).build()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_everybody_has_is_not_told() {
        let cases = [
            ((None, None), None),
            ((Some(1), Some(1)), None),
            ((Some(12_000), Some(4_000)), None),
            ((Some(12_100), Some(4_000)), Some((12_100, 4_000))),
            ((Some(1), Some(4_100)), Some((1, 4_100))),
        ];
        for ((reads, writes), expected) in cases {
            assert_eq!(warm(reads, writes), expected, "{reads:?} {writes:?}");
        }
    }

    #[test]
    fn bounds_that_are_not_told() {
        let unbounded = OnDemand { max_read_request_units: Attr::Known(-1), max_write_request_units: Attr::Known(-1) };
        assert_eq!(read_on_demand(None, std::slice::from_ref(&unbounded)), [unbounded]);
        assert_eq!(read_on_demand(None, &[]), []);
        let told = OnDemandThroughput::builder().max_read_request_units(5).build();
        let read = read_on_demand(Some(&told), &[]);
        assert_eq!(read[0].max_read_request_units, Attr::Known(5));
        assert_eq!(read[0].max_write_request_units, Attr::Known(-1));
        let half = OnDemand { max_read_request_units: Attr::Known(7), max_write_request_units: Attr::Known(0) };
        assert_eq!(read_on_demand(Some(&told), &[half])[0].max_write_request_units, Attr::Known(0));
    }
}
