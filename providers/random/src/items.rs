//! A list of texts of which some may be null.

use landform_provider_api::framework::AttrType;
use landform_values::{PathError, Step, Type, Value};

use crate::keepers::nullable;

/// The texts in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Items(pub(crate) Vec<Option<String>>);

impl AttrType for Items {
    fn ty() -> Type {
        Type::list(Type::String)
    }

    fn decode(value: &Value) -> Result<Self, PathError> {
        let decode = |(key, item): (Value, &Value)| {
            if item.is_null() {
                return Ok(None);
            }
            String::decode(item).map(Some).map_err(|error| error.inside(Step::Index(key)))
        };
        value.elements().map(decode).collect::<Result<_, _>>().map(Self)
    }

    fn encode(&self) -> Value {
        Value::list(Type::String, self.0.iter().map(|item| nullable(item.as_deref())))
    }
}
