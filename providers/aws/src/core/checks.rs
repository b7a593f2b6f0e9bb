//! Demands on attributes that only AWS has.

use landform_provider_api::framework::Check;

/// The text is one of the values of a type of the SDK.
pub(crate) fn listed(values: &'static [&'static str]) -> Check {
    Check::text(move |text| {
        if values.contains(&text) {
            return Ok(());
        }
        let values: Vec<String> = values.iter().map(|it| format!("{it:?}")).collect();
        Err(format!("must be one of {}, not {text:?}", values.join(", ")))
    })
}
