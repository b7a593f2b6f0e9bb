//! Single objects in the form that they have in the file.

use landform_addrs::InstanceKey;

use super::form::ObjectForm;
use super::read::Builder;
use super::write::{self, Writer};
use crate::model::{Object, raw};

/// An object as one line of JSON.
pub(crate) fn write_object(object: &Object) -> String {
    let mut writer = Writer::default();
    write::write_object(&mut writer, (&InstanceKey::None, None, None), object);
    let text = String::from_utf8(writer.bytes).expect("a writer is only given text");
    raw::compact(&text).into_owned()
}

/// Reads many objects of one text; they share what they have in common.
#[derive(Default)]
pub(crate) struct ObjectReader<'a>(Builder<'a>);

impl<'a> ObjectReader<'a> {
    /// Reads an object.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn read(&mut self, json: &'a str) -> Result<Object, String> {
        let form: ObjectForm<'a> = serde_json::from_str(json).map_err(|error| error.to_string())?;
        self.0.object(form)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_come_out_as_they_went_in() {
        let files = [
            include_bytes!("../../tests/fixtures/every-member.tfstate").as_slice(),
            include_bytes!("../../tests/fixtures/deposed-and-tainted.tfstate"),
            include_bytes!("../../tests/fixtures/kinds.tfstate"),
        ];
        for bytes in files {
            let state = super::super::read(bytes).expect("a state").expect("it is not empty");
            for object in state.objects() {
                let text = write_object(object.object);
                assert!(!text.contains('\n'), "{text}");
                assert_eq!(ObjectReader::default().read(&text).as_ref(), Ok(object.object), "{text}");
            }
        }
        assert!(ObjectReader::default().read("{\"status\":\"x\"}").is_err());
    }
}
