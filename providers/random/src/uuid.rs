//! `random_uuid`, `random_uuid4` and `random_uuid7`: alike but for how the identifier is made and read.

use uuid::{Builder, Uuid};

use crate::context::{import_error, prelude::*};
use crate::source;

macro_rules! uuid_resource {
    ($(#[doc = $description:literal])* $model:ident, $name:literal, $generate:expr, $parse:expr) => {
        $(#[doc = $description])*
        #[derive(Model, Clone, Debug, Default)]
        #[model(name = $name, version = 0, strict)]
        pub(crate) struct $model {
            /// The identifier.
            #[attr(id, computed)]
            id: Attr<String>,
            /// Values that, when they change, have the object made afresh.
            #[attr(optional, replace_if = keepers::replace)]
            keepers: Attr<Keepers>,
            /// The identifier.
            #[attr(computed)]
            result: Attr<String>,
        }

        impl Resource<Context> for $model {
            async fn create(&mut self, _cx: &Context) -> Result<()> {
                let uuid: Uuid = $generate()?;
                self.id = uuid.to_string().into();
                self.result = self.id.clone();
                Ok(())
            }

            async fn read(batch: Batch<Self>, _cx: &Context) -> Result<Found<Self>> {
                Ok(batch.found(Some))
            }

            async fn delete(&self, _cx: &Context) -> Result<()> {
                Ok(())
            }

            fn import(id: &str) -> Result<Self, String> {
                let uuid: Result<Uuid, String> = $parse(id);
                let failed = |error| {
                    format!("There was an error during the parsing of the UUID.\n\nOriginal Error: {error}")
                };
                let id = Attr::Known(uuid.map_err(failed)?.to_string());
                Ok(Self { result: id.clone(), id, keepers: Attr::Null })
            }

            fn import_error(_id: &str, wanted: &str) -> Diagnostic {
                import_error("UUID", wanted)
            }
        }
    };
}

uuid_resource!(
    /// Random text in the form of a UUID: all 128 bits are random, so it has no version. `random_uuid4` has one.
    AnyUuid,
    "random_uuid",
    random_bits,
    hyphenated
);

uuid_resource!(
    /// A UUID of version 4, which is random.
    Uuid4,
    "random_uuid4",
    version_4,
    any_form
);

uuid_resource!(
    /// A UUID of version 7, which begins with the time, so that later ones sort behind.
    Uuid7,
    "random_uuid7",
    version_7,
    any_form
);

fn bits() -> Result<[u8; 16]> {
    let mut bits = [0; 16];
    source::fill(&mut bits)?;
    Ok(bits)
}

fn random_bits() -> Result<Uuid> {
    bits().map(Uuid::from_bytes)
}

fn version_4() -> Result<Uuid> {
    bits().map(|bits| Builder::from_random_bytes(bits).into_uuid())
}

fn version_7() -> Result<Uuid> {
    Ok(Uuid::now_v7())
}

/// With hyphens only, as the public provider reads this type's ids.
fn hyphenated(text: &str) -> Result<Uuid, String> {
    if text.len() != 36 {
        return Err("uuid string is wrong length".into());
    }
    any_form(text)
}

/// With hyphens, braces, as a URN or bare.
fn any_form(text: &str) -> Result<Uuid, String> {
    Uuid::try_parse(text).map_err(|error| error.to_string())
}
