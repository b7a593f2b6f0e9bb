//! `random_id`.

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, NO_PAD, STANDARD};
use dashu_int::UBig;

use crate::checks::{refuse, size};
use crate::context::{import_error, prelude::*};
use crate::source;

/// Base64 for URLs; bits behind the last byte need not be zero, as in ids that other programs made.
const URL: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, lenient());

const fn lenient() -> GeneralPurposeConfig {
    NO_PAD.with_decode_allow_trailing_bits(true)
}

/// Random bytes that identify something, in several notations.
///
/// They are shown: use `random_bytes` for secrets.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "random_id", version = 0, strict)]
pub(crate) struct Id {
    /// The prefix and the bytes in base64.
    #[attr(computed)]
    b64_std: Attr<String>,
    /// The prefix and the bytes in base64 for URLs, without padding.
    #[attr(computed)]
    b64_url: Attr<String>,
    /// How many random bytes: at least 1.
    #[attr(required, replace)]
    byte_length: Attr<i64>,
    /// The prefix and the bytes as a decimal number.
    #[attr(computed)]
    dec: Attr<String>,
    /// The prefix and the bytes in hexadecimal digits.
    #[attr(computed)]
    hex: Attr<String>,
    /// The bytes in base64 for URLs, without padding and without prefix.
    #[attr(id, computed)]
    id: Attr<String>,
    /// Values that, when they change, have the object made afresh.
    #[attr(optional, replace_if = keepers::replace)]
    keepers: Attr<Keepers>,
    /// Text to begin all notations with, as it is.
    #[attr(optional, replace)]
    prefix: Attr<String>,
}

impl Id {
    fn show(&mut self, id: &str, bytes: &[u8]) {
        let prefixed = |text: String| Attr::Known(format!("{}{text}", self.prefix.as_str()));
        self.b64_std = prefixed(STANDARD.encode(bytes));
        self.b64_url = prefixed(id.to_owned());
        self.dec = prefixed(UBig::from_be_bytes(bytes).to_string());
        self.hex = prefixed(hex::encode(bytes));
        self.id = id.into();
    }
}

impl Resource<Context> for Id {
    async fn create(&mut self, _cx: &Context) -> Result<()> {
        refuse(self.validate())?;
        let count = self.byte_length.get().unwrap_or_default();
        let bytes = source::bytes(usize::try_from(count).unwrap_or_default())?;
        self.show(&URL.encode(&bytes), &bytes);
        Ok(())
    }

    async fn read(batch: Batch<Self>, _cx: &Context) -> Result<Found<Self>> {
        Ok(batch.found(Some))
    }

    async fn delete(&self, _cx: &Context) -> Result<()> {
        Ok(())
    }

    /// `ID` or `PREFIX,ID`.
    fn import(id: &str) -> Result<Self, String> {
        let (prefix, id) = id.rsplit_once(',').map_or((None, id), |(prefix, id)| (Some(prefix), id));
        let bytes = URL.decode(id).map_err(|error| {
            format!("While attempting to import a random id there was a decoding error.\n\nOriginal Error: {error}")
        })?;
        let byte_length = i64::try_from(bytes.len()).unwrap_or(i64::MAX).into();
        let prefix = prefix.filter(|prefix| !prefix.is_empty()).into();
        let mut model = Self { byte_length, prefix, ..Self::default() };
        model.show(id, &bytes);
        Ok(model)
    }

    fn import_error(_id: &str, wanted: &str) -> Diagnostic {
        import_error("ID", wanted)
    }

    fn validate(&self) -> Diagnostics {
        size("byte_length", &self.byte_length, 1).into_iter().collect()
    }
}
