//! Ephemeral resources.

use futures::executor::block_on;
use landform_diagnostics::Diagnostics;
use landform_provider_api::framework::decode_stored_by_schema;
use landform_values::Value;
use serde_json::{Value as Json, json};

use crate::world::{PROVIDER, instance, integer, text, told};

fn config(kind: &str, json: &Json) -> Value {
    decode_stored_by_schema(&PROVIDER.schemas().ephemeral[kind], json).expect("a configuration")
}

fn open(kind: &str, json: &Json) -> Result<Value, Diagnostics> {
    let response = block_on(instance().open_ephemeral(kind, config(kind, json)))?;
    assert!(response.private.is_empty() && response.renew_after.is_none());
    assert!(response.result.is_wholly_known());
    Ok(response.result)
}

#[test]
fn passwords() {
    let object = open("random_password", &json!({ "length": 30, "special": false, "min_upper": 29 })).expect("opened");
    let password = text(&object, "result");
    assert_eq!(password.len(), 30);
    assert!(password.chars().filter(char::is_ascii_uppercase).count() >= 29);
    assert!(password.chars().all(|it| it.is_ascii_alphanumeric()));
    assert!(bcrypt::verify(password, text(&object, "bcrypt_hash")).expect("a hash"));
    assert_eq!(object.get_attribute("numeric").and_then(Value::as_bool), Some(true));
    assert_eq!((integer(&object, "min_lower"), integer(&object, "min_upper")), (0, 29));
}

#[test]
fn bytes() {
    let object = open("random_bytes", &json!({ "length": 5 })).expect("opened");
    assert_eq!((text(&object, "hex").len(), text(&object, "base64").len()), (10, 8));
    assert_ne!(object, open("random_bytes", &json!({ "length": 5 })).expect("opened"));
}

#[test]
fn wrong_configurations() {
    let wrong = "length: Invalid Attribute Value: Attribute length value must be at least 1, got: 0";
    for kind in ["random_bytes", "random_password"] {
        let json = json!({ "length": 0 });
        assert_eq!(told(&block_on(PROVIDER.validate_ephemeral(kind, &config(kind, &json)))), [wrong]);
        assert_eq!(told(&open(kind, &json).expect_err("not opened")), [wrong]);
    }
    assert!(block_on(instance().open_ephemeral("random_dice", Value::NULL)).is_err());
}
