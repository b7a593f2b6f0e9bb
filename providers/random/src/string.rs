//! `random_string`.

use landform_provider_api::framework::Planning;
use serde_json::{Map, Value as Json};

use crate::characters::{Characters, characters_of};
use crate::context::prelude::*;
use crate::lifecycle::{self, replace_override};

/// Random letters, digits and special characters.
///
/// They come from a cryptographic source, but the result is shown: use `random_password` for secrets and `random_id`
/// for unique ids.
#[derive(Model, Clone, Default)]
#[model(name = "random_string", version = 2, strict)]
pub(crate) struct Text {
    /// The generated string.
    #[attr(id, computed)]
    id: Attr<String>,
    /// Values that, when they change, have the object made afresh.
    #[attr(optional, replace_if = keepers::replace)]
    keepers: Attr<Keepers>,
    /// How many characters: at least 1, and at least `min_upper + min_lower + min_numeric + min_special`.
    #[attr(required, replace)]
    length: Attr<i64>,
    /// Whether lower-case letters may occur. Default `true`.
    #[attr(optional, computed, replace, default = true)]
    lower: Attr<bool>,
    /// How many lower-case letters there are at least. Default `0`.
    #[attr(optional, computed, replace, default = 0)]
    min_lower: Attr<i64>,
    /// How many digits there are at least. Default `0`.
    #[attr(optional, computed, replace, default = 0)]
    min_numeric: Attr<i64>,
    /// How many special characters there are at least. Default `0`.
    #[attr(optional, computed, replace, default = 0)]
    min_special: Attr<i64>,
    /// How many upper-case letters there are at least. Default `0`.
    #[attr(optional, computed, replace, default = 0)]
    min_upper: Attr<i64>,
    /// The older name of `numeric`.
    #[attr(optional, computed, replace, deprecated = "**NOTE**: This is deprecated, use `numeric` instead.")]
    number: Attr<bool>,
    /// Whether digits may occur. Default `true`.
    #[attr(optional, computed, replace)]
    numeric: Attr<bool>,
    /// Special characters to use in place of the usual ones; `special` has to be `true` for them to occur.
    #[attr(optional, replace_if = replace_override)]
    override_special: Attr<String>,
    /// The generated string.
    #[attr(computed)]
    result: Attr<String>,
    /// Whether special characters, ``!@#$%&*()-_=+[]{}<>:?``, may occur. Default `true`.
    #[attr(optional, computed, replace, default = true)]
    special: Attr<bool>,
    /// Whether upper-case letters may occur. Default `true`.
    #[attr(optional, computed, replace, default = true)]
    upper: Attr<bool>,
}

impl Text {
    fn characters(&self) -> Characters<'_> {
        characters_of!(self, Some(&self.number))
    }
}

impl Resource<Context> for Text {
    async fn create(&mut self, _cx: &Context) -> Result<()> {
        self.result = self.characters().generate()?.into();
        self.id = self.result.clone();
        lifecycle::settle_numeric(&mut self.number, &mut self.numeric);
        Ok(())
    }

    async fn read(batch: Batch<Self>, _cx: &Context) -> Result<Found<Self>> {
        Ok(batch.found(Some))
    }

    async fn delete(&self, _cx: &Context) -> Result<()> {
        Ok(())
    }

    /// The id is the string itself.
    fn import(id: &str) -> Result<Self, String> {
        let (yes, none) = (|| Attr::Known(true), || Attr::Known(0));
        Ok(Self {
            id: id.into(),
            keepers: Attr::Null,
            length: lifecycle::length_of(id).into(),
            lower: yes(),
            min_lower: none(),
            min_numeric: none(),
            min_special: none(),
            min_upper: none(),
            number: yes(),
            numeric: yes(),
            override_special: Attr::Null,
            result: id.into(),
            special: yes(),
            upper: yes(),
        })
    }

    fn plan(planning: &mut Planning<'_>) {
        lifecycle::plan_numeric(planning);
    }

    fn validate(&self) -> Diagnostics {
        self.characters().validate()
    }

    fn upgrade(_version: i64, stored: Map<String, Json>) -> Map<String, Json> {
        lifecycle::upgrade(stored)
    }
}
