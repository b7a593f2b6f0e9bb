//! The file's members as they are parsed: borrowed from the text, checked and put into state elsewhere.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use landform_addrs::Str;
use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::model::{Extra, raw};

/// Text of the file, borrowed unless it has escapes.
#[derive(Clone, Debug, Default)]
pub(super) struct Text<'a>(pub(super) Cow<'a, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }

            fn visit_unit<E>(self) -> Result<Text<'de>, E> {
                Ok(Text::default())
            }
        }
        deserializer.deserialize_any(TextVisitor)
    }
}

/// Members that nothing here knows.
#[derive(Default)]
pub(super) struct Unknown(Vec<(Str, Arc<str>)>);

impl Unknown {
    pub(super) fn keep(&mut self, name: &str, value: &RawValue) {
        self.0.push((name.into(), raw::compact(value.get()).into()));
    }

    pub(super) fn into_extra(self) -> Extra {
        Extra::new(self.0)
    }
}

/// Makes a structure whose members may all be missing or null, and the code that parses it. The last member
/// takes what has no member of its own; a name without a member is left out.
macro_rules! form {
    ($(#[$meta:meta])* $name:ident { $($member:ident: $ty:ty = $key:literal,)* } without $($dropped:literal)|+) => {
        $(#[$meta])*
        #[derive(Default)]
        pub(super) struct $name<'a> {
            $(pub(super) $member: Option<$ty>,)*
            pub(super) unknown: Unknown,
            lifetime: std::marker::PhantomData<&'a ()>,
        }

        impl<'de: 'a, 'a> Deserialize<'de> for $name<'a> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Members<'a>(std::marker::PhantomData<&'a ()>);
                impl<'de: 'a, 'a> Visitor<'de> for Members<'a> {
                    type Value = $name<'a>;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str("an object")
                    }

                    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<$name<'a>, A::Error> {
                        let mut form = $name::default();
                        while let Some(key) = map.next_key::<Text<'de>>()? {
                            match &*key.0 {
                                $($key => form.$member = map.next_value()?,)*
                                $($dropped)|+ => drop(map.next_value::<IgnoredAny>()?),
                                other => form.unknown.keep(other, map.next_value()?),
                            }
                        }
                        Ok(form)
                    }
                }
                deserializer.deserialize_map(Members(std::marker::PhantomData))
            }
        }
    };
}

form! {
    /// An output value.
    OutputForm {
        value: &'a RawValue = "value",
        ty: &'a RawValue = "type",
        sensitive: bool = "sensitive",
    } without ""
}

form! {
    /// A resource.
    ResourceForm {
        module: Text<'a> = "module",
        mode: Text<'a> = "mode",
        kind: Text<'a> = "type",
        name: Text<'a> = "name",
        provider: Text<'a> = "provider",
        instances: Vec<ObjectForm<'a>> = "instances",
    } without "each"
}

form! {
    /// One object of a resource instance.
    ObjectForm {
        index_key: &'a RawValue = "index_key",
        status: Text<'a> = "status",
        deposed: Text<'a> = "deposed",
        provider: Text<'a> = "provider",
        schema_version: i64 = "schema_version",
        attributes: &'a RawValue = "attributes",
        attributes_flat: std::collections::BTreeMap<String, String> = "attributes_flat",
        sensitive_attributes: &'a RawValue = "sensitive_attributes",
        private: Text<'a> = "private",
        dependencies: &'a RawValue = "dependencies",
        create_before_destroy: bool = "create_before_destroy",
        identity: &'a RawValue = "identity",
        identity_schema_version: i64 = "identity_schema_version",
    } without "depends_on"
}

form! {
    /// The checks of an object in configuration.
    CheckForm {
        kind: Text<'a> = "object_kind",
        config_address: Text<'a> = "config_addr",
        status: Text<'a> = "status",
        objects: Vec<CheckedForm<'a>> = "objects",
    } without ""
}

form! {
    /// The checks of one instance.
    CheckedForm {
        address: Text<'a> = "object_addr",
        status: Text<'a> = "status",
        failure_messages: Vec<Text<'a>> = "failure_messages",
    } without ""
}

/// For messages of the parser that name what it wanted.
pub(super) fn wrong<E: de::Error>(message: impl fmt::Display) -> E {
    E::custom(message)
}
