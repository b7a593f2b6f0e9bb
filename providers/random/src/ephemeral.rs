//! The ephemeral `random_bytes` and `random_password`: made afresh in every run and stored nowhere.

use std::collections::BTreeMap;
use std::sync::Arc;

use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_provider_api::framework::{Attr, AttrType, HasShape, Model};
use landform_provider_api::{EphemeralResponse, Schema};
use landform_values::{PathError, Str, Value};

use crate::characters::{Characters, characters_of};
use crate::context::Result;
use crate::{bytes, hash};

/// An ephemeral resource type.
trait Ephemeral: AttrType + HasShape {
    /// What is wrong with a configuration, as far as it is known.
    fn validate(&self) -> Diagnostics;
    /// Completes what the configuration gives.
    fn open(&mut self) -> Result<()>;
}

/// Random bytes that are stored nowhere: for write-only arguments.
#[derive(Model, Clone, Default)]
pub(crate) struct Bytes {
    /// The bytes in base64.
    #[attr(computed, sensitive)]
    base64: Attr<String>,
    /// The bytes in lower-case hexadecimal digits.
    #[attr(computed, sensitive)]
    hex: Attr<String>,
    /// How many bytes: at least 1.
    #[attr(required)]
    length: Attr<i64>,
}

impl Ephemeral for Bytes {
    fn validate(&self) -> Diagnostics {
        bytes::validate(&self.length)
    }

    fn open(&mut self) -> Result<()> {
        let (base64, hex) = bytes::generate(&self.length)?;
        (self.base64, self.hex) = (base64.into(), hex.into());
        Ok(())
    }
}

/// A random password that is stored nowhere: for write-only arguments.
#[derive(Model, Clone, Default)]
pub(crate) struct Password {
    /// bcrypt hash of the first 72 bytes of the password.
    #[attr(computed, sensitive)]
    bcrypt_hash: Attr<String>,
    /// How many characters: at least 1, and at least `min_upper + min_lower + min_numeric + min_special`.
    #[attr(required)]
    length: Attr<i64>,
    /// Whether lower-case letters may occur. Default `true`.
    #[attr(optional, computed)]
    lower: Attr<bool>,
    /// How many lower-case letters there are at least. Default `0`.
    #[attr(optional, computed)]
    min_lower: Attr<i64>,
    /// How many digits there are at least. Default `0`.
    #[attr(optional, computed)]
    min_numeric: Attr<i64>,
    /// How many special characters there are at least. Default `0`.
    #[attr(optional, computed)]
    min_special: Attr<i64>,
    /// How many upper-case letters there are at least. Default `0`.
    #[attr(optional, computed)]
    min_upper: Attr<i64>,
    /// Whether digits may occur. Default `true`.
    #[attr(optional, computed)]
    numeric: Attr<bool>,
    /// Special characters to use in place of the usual ones; `special` has to be `true` for them to occur.
    #[attr(optional)]
    override_special: Attr<String>,
    /// The generated password.
    #[attr(computed, sensitive)]
    result: Attr<String>,
    /// Whether special characters, ``!@#$%&*()-_=+[]{}<>:?``, may occur. Default `true`.
    #[attr(optional, computed)]
    special: Attr<bool>,
    /// Whether upper-case letters may occur. Default `true`.
    #[attr(optional, computed)]
    upper: Attr<bool>,
}

impl Password {
    fn characters(&self) -> Characters<'_> {
        characters_of!(self, None)
    }
}

impl Ephemeral for Password {
    fn validate(&self) -> Diagnostics {
        self.characters().validate()
    }

    fn open(&mut self) -> Result<()> {
        for flag in [&mut self.special, &mut self.upper, &mut self.lower, &mut self.numeric] {
            *flag = flag.get().unwrap_or(true).into();
        }
        for count in [&mut self.min_numeric, &mut self.min_upper, &mut self.min_lower, &mut self.min_special] {
            *count = count.get().unwrap_or(0).into();
        }
        let password = self.characters().generate()?;
        self.bcrypt_hash = hash::bcrypt(&password)?.into();
        self.result = password.into();
        Ok(())
    }
}

/// The types by name.
const BYTES: &str = "random_bytes";
const PASSWORD: &str = "random_password";

/// The schemas of all ephemeral resource types.
pub(crate) fn schemas() -> BTreeMap<Str, Arc<Schema>> {
    BTreeMap::from([(BYTES.into(), schema::<Bytes>()), (PASSWORD.into(), schema::<Password>())])
}

fn schema<E: Ephemeral>() -> Arc<Schema> {
    Arc::new(Schema { block: E::shape().block_schema(), ..Schema::default() })
}

/// Checks a configuration, perhaps with unknown values.
pub(crate) fn validate(kind: &str, config: &Value) -> Diagnostics {
    let found = match kind {
        BYTES => Bytes::decode(config).map(|model| model.validate()),
        PASSWORD => Password::decode(config).map(|model| model.validate()),
        _ => return unsupported(kind).into(),
    };
    found.unwrap_or_else(|error| undecodable(kind, &error).into())
}

/// Makes what the configuration asks for.
pub(crate) fn open(kind: &str, config: &Value) -> Result<EphemeralResponse, Diagnostics> {
    match kind {
        BYTES => open_as::<Bytes>(kind, config),
        PASSWORD => open_as::<Password>(kind, config),
        _ => Err(unsupported(kind).into()),
    }
}

fn open_as<E: Ephemeral>(kind: &str, config: &Value) -> Result<EphemeralResponse, Diagnostics> {
    let mut model = E::decode(config).map_err(|error| undecodable(kind, &error))?;
    model.open().map_err(Diagnostic::from)?;
    Ok(EphemeralResponse { result: model.encode(), private: Vec::new(), renew_after: None })
}

fn unsupported(kind: &str) -> Diagnostic {
    Diagnostic::error("Unsupported ephemeral resource", format!("There is no ephemeral resource {kind}."))
}

fn undecodable(kind: &str, error: &PathError) -> Diagnostic {
    Diagnostic::error("Invalid object", format!("The {kind} does not fit its schema: {error}."))
}
