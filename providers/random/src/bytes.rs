//! `random_bytes`.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, PAD, STANDARD};

use crate::checks::{refuse, size};
use crate::context::{import_error, prelude::*};
use crate::source;

/// Base64; bits behind the last byte need not be zero, as in keys that other programs made.
const LENIENT: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, PAD.with_decode_allow_trailing_bits(true));

/// Random bytes that are kept secret, such as a key.
#[derive(Model, Clone, Default)]
#[model(name = "random_bytes", version = 0, strict, identity = "base64")]
pub(crate) struct Bytes {
    /// The bytes in base64.
    #[attr(computed, sensitive)]
    base64: Attr<String>,
    /// The bytes in lower-case hexadecimal digits.
    #[attr(computed, sensitive)]
    hex: Attr<String>,
    /// Values that, when they change, have the object made afresh.
    #[attr(optional, replace)]
    keepers: Attr<Keepers>,
    /// How many bytes: at least 1.
    #[attr(required, replace)]
    length: Attr<i64>,
}

/// What is wrong with the number of bytes, if it is known.
pub(crate) fn validate(length: &Attr<i64>) -> Diagnostics {
    size("length", length, 1).into_iter().collect()
}

/// Random bytes as base64 and in hexadecimal digits.
pub(crate) fn generate(length: &Attr<i64>) -> Result<(String, String)> {
    refuse(validate(length))?;
    let bytes = source::bytes(usize::try_from(length.get().unwrap_or_default()).unwrap_or_default())?;
    Ok((STANDARD.encode(&bytes), hex::encode(&bytes)))
}

impl Resource<Context> for Bytes {
    async fn create(&mut self, _cx: &Context) -> Result<()> {
        let (base64, hex) = generate(&self.length)?;
        (self.base64, self.hex) = (base64.into(), hex.into());
        Ok(())
    }

    async fn read(batch: Batch<Self>, _cx: &Context) -> Result<Found<Self>> {
        Ok(batch.found(Some))
    }

    async fn delete(&self, _cx: &Context) -> Result<()> {
        Ok(())
    }

    /// The id is the bytes in base64.
    fn import(id: &str) -> Result<Self, String> {
        let bytes = LENIENT.decode(id).map_err(|_| {
            "There was an error during the parsing of the base64 string: the id to import is the bytes in standard \
             base64 with padding."
                .to_owned()
        })?;
        Ok(Self {
            base64: id.into(),
            hex: hex::encode(&bytes).into(),
            keepers: Attr::Null,
            length: i64::try_from(bytes.len()).unwrap_or(i64::MAX).into(),
        })
    }

    fn import_error(_id: &str, wanted: &str) -> Diagnostic {
        import_error("bytes", wanted)
    }

    fn validate(&self) -> Diagnostics {
        validate(&self.length)
    }
}
