//! `random_password`.

use landform_provider_api::framework::Planning;
use serde_json::{Map, Value as Json};

use crate::characters::{Characters, characters_of};
use crate::context::prelude::*;
use crate::hash;
use crate::lifecycle::{self, replace_override};

/// Every object has the same id: the password is not for it.
const NO_ID: &str = "none";

/// Random letters, digits and special characters, kept secret.
///
/// As `random_string`, but the result is sensitive. It is in the state all the same: where the resource that needs the
/// password has a write-only attribute for it, the ephemeral `random_password` keeps it out of there.
#[derive(Model, Clone, Default)]
#[model(name = "random_password", version = 3, strict)]
pub(crate) struct Password {
    /// bcrypt hash of the first 72 bytes of the password.
    #[attr(computed, sensitive)]
    bcrypt_hash: Attr<String>,
    /// Always `none`.
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
    /// The generated password.
    #[attr(computed, sensitive)]
    result: Attr<String>,
    /// Whether special characters, ``!@#$%&*()-_=+[]{}<>:?``, may occur. Default `true`.
    #[attr(optional, computed, replace, default = true)]
    special: Attr<bool>,
    /// Whether upper-case letters may occur. Default `true`.
    #[attr(optional, computed, replace, default = true)]
    upper: Attr<bool>,
}

impl Password {
    fn characters(&self) -> Characters<'_> {
        characters_of!(self, Some(&self.number))
    }
}

impl Resource<Context> for Password {
    async fn create(&mut self, _cx: &Context) -> Result<()> {
        let password = self.characters().generate()?;
        self.bcrypt_hash = hash::bcrypt(&password)?.into();
        self.result = password.into();
        self.id = NO_ID.into();
        lifecycle::settle_numeric(&mut self.number, &mut self.numeric);
        Ok(())
    }

    async fn read(batch: Batch<Self>, _cx: &Context) -> Result<Found<Self>> {
        Ok(batch.found(Some))
    }

    async fn delete(&self, _cx: &Context) -> Result<()> {
        Ok(())
    }

    /// The id is the password itself.
    fn import(id: &str) -> Result<Self, String> {
        let (yes, none) = (|| Attr::Known(true), || Attr::Known(0));
        Ok(Self {
            bcrypt_hash: hash::bcrypt(id).map_err(|failure| failure.to_string())?.into(),
            id: NO_ID.into(),
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

    fn import_error(_id: &str, wanted: &str) -> Diagnostic {
        Diagnostic::error("Hash Generation Error", wanted)
    }

    /// Version 0 had no hash, and that of version 2 was made of something else (3.4.0 to 3.4.2 of the public provider).
    fn upgrade(_version: i64, stored: Map<String, Json>) -> Map<String, Json> {
        let mut stored = lifecycle::upgrade(stored);
        let text = |name| stored.get(name).and_then(Json::as_str).unwrap_or_default();
        if !hash::matches(text("result"), text("bcrypt_hash")) {
            let hash = hash::bcrypt(text("result")).ok();
            stored.insert("bcrypt_hash".into(), hash.into());
        }
        stored
    }
}
