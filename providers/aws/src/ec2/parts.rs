//! How nested blocks are told to EC2 and read back: most have a type to send and a type to read, with the same fields.

/// A block as a request wants it.
pub(super) trait Sent<Request> {
    /// The part of the request.
    fn request(&self) -> Request;
}

/// A block as an answer tells it.
pub(super) trait Told<Answer> {
    /// The block.
    fn of(told: &Answer) -> Self;
}

/// Writes [`Sent`] for a block. A field is named with its builder's setter, where the two differ, and the form it has:
/// a module of [`form`].
macro_rules! sent {
    ($model:ty as $request:ty { $($field:ident, $set:ident: $form:ident;)* }) => {
        impl $crate::ec2::parts::Sent<$request> for $model {
            fn request(&self) -> $request {
                <$request>::builder()
                    $(.$set($crate::ec2::parts::form::$form::send(&self.$field)))*
                    .build()
            }
        }
    };
}

/// Writes [`Told`] for a block: `field = told field: form`.
macro_rules! told {
    ($model:ty as $answer:ty { $($field:ident = $told:ident: $form:ident;)* }) => {
        impl $crate::ec2::parts::Told<$answer> for $model {
            fn of(told: &$answer) -> Self {
                Self { $($field: $crate::ec2::parts::form::$form::read(&told.$told),)* }
            }
        }
    };
}

/// Writes both for a block whose fields have the same names everywhere: `field, setter: form`.
macro_rules! part {
    ($model:ty as $request:ty, $answer:ty { $($field:ident, $set:ident: $form:ident;)* }) => {
        $crate::ec2::parts::sent! { $model as $request { $($field, $set: $form;)* } }
        $crate::ec2::parts::told! { $model as $answer { $($field = $field: $form;)* } }
    };
}

pub(super) use {part, sent, told};

/// How a value of an attribute becomes one of a request, and one of an answer an attribute's. What is not given is not
/// sent.
pub(super) mod form {
    /// Text and enumerations.
    pub(in crate::ec2) mod text {
        use crate::core::prelude::*;

        pub(in crate::ec2) fn send<T: for<'a> From<&'a str>>(given: &Attr<String>) -> Option<T> {
            given.text().map(T::from)
        }

        pub(in crate::ec2) fn read<T: AsRef<str>>(told: &Option<T>) -> Attr<String> {
            told.as_ref().map(T::as_ref).into()
        }
    }

    /// Numbers of which zero says nothing.
    pub(in crate::ec2) mod number {
        use crate::core::prelude::*;

        pub(in crate::ec2) fn send(given: &Attr<i64>) -> Option<i32> {
            given.get_i32().filter(|it| *it != 0)
        }

        pub(in crate::ec2) fn read(told: &Option<i32>) -> Attr<i64> {
            (*told).into()
        }
    }

    /// Numbers of which zero is one.
    pub(in crate::ec2) mod index {
        use crate::core::prelude::*;

        pub(in crate::ec2) fn send(given: &Attr<i64>) -> Option<i32> {
            given.get_i32()
        }

        pub(in crate::ec2) fn read(told: &Option<i32>) -> Attr<i64> {
            (*told).into()
        }
    }

    /// Positions, the first one unless given.
    pub(in crate::ec2) mod position {
        use crate::core::prelude::*;

        pub(in crate::ec2) fn send(given: &Attr<i64>) -> Option<i32> {
            Some(given.get_i32().unwrap_or_default())
        }

        pub(in crate::ec2) fn read(told: &Option<i32>) -> Attr<i64> {
            (*told).into()
        }
    }

    /// Numbers with fractions.
    pub(in crate::ec2) mod decimal {
        use crate::core::prelude::*;

        pub(in crate::ec2) fn send(given: &Attr<f64>) -> Option<f64> {
            given.get().filter(|it| *it != 0.0)
        }

        pub(in crate::ec2) fn read(told: &Option<f64>) -> Attr<f64> {
            (*told).into()
        }
    }

    /// Yes and no.
    pub(in crate::ec2) mod truth {
        use crate::core::prelude::*;

        pub(in crate::ec2) fn send(given: &Attr<bool>) -> Option<bool> {
            given.get()
        }

        pub(in crate::ec2) fn read(told: &Option<bool>) -> Attr<bool> {
            (*told).into()
        }
    }

    /// Yes, of which no is as good as nothing.
    pub(in crate::ec2) mod yes {
        use crate::core::prelude::*;

        pub(in crate::ec2) fn send(given: &Attr<bool>) -> Option<bool> {
            given.get().filter(|it| *it)
        }

        pub(in crate::ec2) fn read(told: &Option<bool>) -> Attr<bool> {
            (*told).into()
        }
    }

    /// Yes, no and neither, as text.
    pub(in crate::ec2) mod maybe {
        use crate::core::prelude::*;

        pub(in crate::ec2) fn send(given: &Attr<String>) -> Option<bool> {
            super::super::truth_of(given.as_str())
        }

        pub(in crate::ec2) fn read(told: &Option<bool>) -> Attr<String> {
            told.map(|it| it.to_string()).into()
        }
    }

    /// Points in time.
    pub(in crate::ec2) mod moment {
        use aws_smithy_types::DateTime;
        use aws_smithy_types::date_time::Format;

        use crate::core::prelude::*;
        use crate::core::time;

        pub(in crate::ec2) fn send(given: &Attr<String>) -> Option<DateTime> {
            given.text().and_then(|text| DateTime::from_str(text, Format::DateTimeWithOffset).ok())
        }

        pub(in crate::ec2) fn read(told: &Option<DateTime>) -> Attr<String> {
            told.as_ref().map(time::text).into()
        }
    }

    /// Sets of text and enumerations.
    pub(in crate::ec2) mod texts {
        use crate::core::prelude::*;

        pub(in crate::ec2) fn send<T: for<'a> From<&'a str>>(given: &Attr<BTreeSet<String>>) -> Option<Vec<T>> {
            let items: Vec<T> = given.items().map(|it| T::from(it)).collect();
            (!items.is_empty()).then_some(items)
        }

        pub(in crate::ec2) fn read<T: AsRef<str>>(told: &Option<Vec<T>>) -> Attr<BTreeSet<String>> {
            let items = told.as_ref().filter(|items| !items.is_empty());
            items.map(|items| items.iter().map(|it| it.as_ref().to_owned()).collect()).into()
        }
    }

    /// Sets of text, of which each is an object with nothing else in it.
    pub(in crate::ec2) mod wrapped {
        use super::super::Wrapped;
        use crate::core::prelude::*;

        pub(in crate::ec2) fn send<T: Wrapped>(given: &Attr<BTreeSet<String>>) -> Option<Vec<T>> {
            let items: Vec<T> = given.items().map(|it| T::wrap(it)).collect();
            (!items.is_empty()).then_some(items)
        }

        pub(in crate::ec2) fn read<T: Wrapped>(told: &Option<Vec<T>>) -> Attr<BTreeSet<String>> {
            let items = told.as_ref().filter(|items| !items.is_empty());
            items.map(|items| items.iter().filter_map(|it| it.inner().map(str::to_owned)).collect()).into()
        }
    }

    /// A block that is there at most once.
    pub(in crate::ec2) mod one {
        use super::super::{Sent, Told};

        pub(in crate::ec2) fn send<M: Sent<T>, T>(given: &[M]) -> Option<T> {
            given.first().map(M::request)
        }

        pub(in crate::ec2) fn read<M: Told<T>, T>(told: &Option<T>) -> Vec<M> {
            told.iter().map(M::of).collect()
        }
    }

    /// Blocks.
    pub(in crate::ec2) mod many {
        use super::super::{Sent, Told};

        pub(in crate::ec2) fn send<M: Sent<T>, T>(given: &[M]) -> Option<Vec<T>> {
            (!given.is_empty()).then(|| given.iter().map(M::request).collect())
        }

        pub(in crate::ec2) fn read<M: Told<T>, T>(told: &Option<Vec<T>>) -> Vec<M> {
            told.iter().flatten().map(M::of).collect()
        }
    }
}

/// An object with nothing but a text in it.
pub(super) trait Wrapped {
    /// The object with this text.
    fn wrap(text: &str) -> Self;
    /// The text.
    fn inner(&self) -> Option<&str>;
}

macro_rules! wrapped {
    ($($type:ident.$field:ident),* $(,)?) => {
        $(
            impl Wrapped for aws_sdk_ec2::types::$type {
                fn wrap(text: &str) -> Self {
                    Self::builder().$field(text).build()
                }

                fn inner(&self) -> Option<&str> {
                    self.$field()
                }
            }
        )*
    };
}

wrapped! {
    InstanceIpv6Address.ipv6_address,
    InstanceIpv6AddressRequest.ipv6_address,
    Ipv4PrefixSpecificationRequest.ipv4_prefix,
    Ipv4PrefixSpecificationResponse.ipv4_prefix,
    Ipv6PrefixSpecificationRequest.ipv6_prefix,
    Ipv6PrefixSpecificationResponse.ipv6_prefix,
    SecondaryInterfacePrivateIpAddressSpecification.private_ip_address,
    SecondaryInterfacePrivateIpAddressSpecificationRequest.private_ip_address,
}

/// The truth that a text tells; nothing of the empty one.
pub(super) fn truth_of(text: &str) -> Option<bool> {
    match text {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

/// Whether two texts tell the same truth, or both none.
pub(super) fn same_truth(a: &str, b: &str) -> bool {
    truth_of(a) == truth_of(b)
}
