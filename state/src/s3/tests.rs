//! Validation and the names of objects.

use landform_values::{Type, Value};

use super::*;

const REGION: [(&str, &str); 1] = [("AWS_REGION", "eu-west-1")];

/// A configuration of the schema's type; what is not given is null.
fn value(given: &[(&str, Value)]) -> Value {
    let block = S3Config::schema();
    let attributes = block.attributes.iter().map(|(name, attribute)| {
        let found = given.iter().find(|(found, _)| **found == **name);
        (name.clone(), found.map_or_else(|| Value::null(attribute.ty.clone()), |(_, value)| value.clone()))
    });
    Value::object(attributes)
}

/// An object of a nested attribute's type.
fn nested(name: &str, given: &[(&str, Value)]) -> Value {
    let block = S3Config::schema();
    let attributes = &block.attributes[name].nested.as_ref().expect("it is nested").attributes;
    Value::object(attributes.iter().map(|(name, attribute)| {
        let found = given.iter().find(|(found, _)| **found == **name);
        (name.clone(), found.map_or_else(|| Value::null(attribute.ty.clone()), |(_, value)| value.clone()))
    }))
}

fn text(text: &str) -> Value {
    Value::string(text)
}

fn set(items: &[&str]) -> Value {
    Value::set(Type::String, items.iter().map(|item| text(item)))
}

/// What is found in a configuration that has a bucket and a key: "path: summary: detail", with a star for a warning.
fn found(given: &[(&str, Value)], variables: &[(&str, &str)]) -> Vec<String> {
    let mut all = vec![("bucket", text("b")), ("key", text("k"))];
    all.retain(|(name, _)| given.iter().all(|(given, _)| given != name));
    all.extend(given.iter().cloned());
    let environment = variables.iter().copied().collect();
    let (config, diagnostics) = S3Config::from_value(&value(&all), &environment);
    assert_eq!(config.is_none(), diagnostics.has_errors());
    let line = |diagnostic: Diagnostic| {
        let path = diagnostic.extra().and_then(|extra| extra.attribute.clone()).map(|steps| path_text(&steps));
        let path = path.unwrap_or_default();
        let star = if diagnostic.is_error() { "" } else { "*" };
        format!("{star}{path}: {}: {}", diagnostic.summary, diagnostic.detail)
    };
    diagnostics.into_iter().map(line).collect()
}

fn check(given: &[(&str, Value)], expected: &[&str]) {
    let found = found(given, &REGION);
    let as_expected = found.len() == expected.len() && found.iter().zip(expected).all(|(a, b)| a.starts_with(b));
    assert!(as_expected, "{given:?}: {found:#?}");
}

#[test]
fn the_schema_is_terraforms() {
    let schema = S3Config::schema();
    assert_eq!(schema.attributes.len(), 45);
    for (name, count) in [("assume_role", 9), ("assume_role_with_web_identity", 7), ("endpoints", 5)] {
        let nested = schema.attributes[name].nested.as_ref().expect("it is nested");
        assert_eq!(nested.attributes.len(), count, "{name}");
    }
    let required: Vec<_> = schema.attributes.iter().filter(|(_, attribute)| attribute.required).collect();
    assert_eq!(required.iter().map(|(name, _)| &***name).collect::<Vec<_>>(), ["bucket", "key"]);
}

#[test]
fn what_must_be_there() {
    check(&[], &[]);
    check(
        &[("bucket", Value::null(Type::String))],
        &[".bucket: Missing Required Value: The attribute \"bucket\" is required by the backend.\n\nRefer to"],
    );
    check(&[("key", text(""))], &[".key: Invalid Value: The value cannot be empty or all whitespace"]);
    check(&[("key", text("/k"))], &[".key: Invalid Value: The value must not start or end with \"/\""]);
    check(&[("key", text("a//b"))], &[".key: Invalid Value: Value must not contain \"//\""]);
    let missing = ".region: Missing region value: The \"region\" attribute or the \"AWS_REGION\" or";
    assert!(found(&[], &[])[0].starts_with(missing));
    assert!(found(&[("region", text(""))], &[])[0].starts_with(missing));
    assert!(found(&[("region", text("eu-west-1"))], &[]).is_empty());
    check(&[("region", text("nowhere"))], &[".region: Invalid region value: Invalid AWS Region: nowhere"]);
    check(&[("region", text("nowhere")), ("skip_region_validation", Value::from(true))], &[]);
}

#[test]
fn what_does_not_go_together() {
    let key = text("57ff7a43-341d-46b6-aee3-a450c9de6dc8");
    check(
        &[("kms_key_id", key), ("sse_customer_key", text("x"))],
        &[": Invalid Attribute Combination: Only one of kms_key_id, sse_customer_key can be set."],
    );
    check(
        &[("allowed_account_ids", set(&["1"])), ("forbidden_account_ids", set(&["2"]))],
        &[": Invalid Attribute Combination: Only one of allowed_account_ids, forbidden_account_ids can be set."],
    );
    check(
        &[("use_path_style", Value::from(true)), ("force_path_style", Value::from(true))],
        &[
            ": Invalid Attribute Combination: Only one of force_path_style, use_path_style can be set.",
            "*.force_path_style: Deprecated Parameter: The parameter \"force_path_style\" is deprecated. Use parameter \
         \"use_path_style\" instead.",
        ],
    );
    let own = nested("endpoints", &[("s3", text("https://a"))]);
    check(
        &[("endpoint", text("https://b")), ("endpoints", own)],
        &[
            "*.endpoint: Deprecated Parameter: The parameter \"endpoint\" is deprecated. Use parameter \"endpoints.s3\"",
            ": Conflicting Parameters: The parameters \"endpoint\" and \"endpoints.s3\" cannot be configured together.",
        ],
    );
}

#[test]
fn what_is_out_of_date() {
    check(
        &[("dynamodb_table", text("t"))],
        &["*.dynamodb_table: Deprecated Parameter: The parameter \"dynamodb_table\" is deprecated. Use parameter \
         \"use_lockfile\" instead."],
    );
    check(
        &[("sts_endpoint", text("sts.example.com"))],
        &[
            "*.sts_endpoint: Deprecated Parameter: ",
            "*.sts_endpoint: Complete URL Expected: The value should be a valid URL",
        ],
    );
    let variables = [REGION[0], ("AWS_S3_ENDPOINT", "https://s3.example.com")];
    assert_eq!(
        found(&[], &variables),
        [
            "*: Deprecated Environment Variable: The environment variable \"AWS_S3_ENDPOINT\" is deprecated. Use environment \
         variable \"AWS_ENDPOINT_URL_S3\" instead."
        ]
    );
}

#[test]
fn roles() {
    let role = |given: &[(&str, Value)]| [("assume_role", nested("assume_role", given))];
    let arn = ("role_arn", text("arn:aws:iam::123456789012:role/r"));
    check(&role(std::slice::from_ref(&arn)), &[]);
    check(&role(&[]), &[".assume_role.role_arn: Missing Required Value: The attribute \"assume_role.role_arn\" is"]);
    check(
        &role(&[arn.clone(), ("duration", text("1m"))]),
        &[".assume_role.duration: Invalid Duration: Duration must be between 15m0s and 12h0m0s, had 1m0s"],
    );
    check(
        &role(&[arn.clone(), ("policy_arns", set(&["x"])), ("policy", text("x"))]),
        &[
            ".assume_role.policy: Invalid IAM Policy Document: Expected a JSON object describing the policy",
            ".assume_role.policy_arns: Invalid ARN: The value \"x\" cannot be parsed as an ARN: arn: invalid prefix",
        ],
    );
    let name = "assume_role_with_web_identity";
    let web = |given: &[(&str, Value)]| [(name, nested(name, given))];
    check(&web(&[arn.clone(), ("web_identity_token_file", text("file"))]), &[]);
    check(
        &web(std::slice::from_ref(&arn)),
        &[".assume_role_with_web_identity: Missing Required Value: Exactly one of web_identity_token, \
         web_identity_token_file must be set."],
    );
    let both = [arn, ("web_identity_token_file", text("file")), ("web_identity_token", text("token"))];
    check(&web(&both), &[".assume_role_with_web_identity: Invalid Attribute Combination: Only one of"]);
}

#[test]
fn names_of_objects() {
    let config = |given: &[(&str, Value)]| {
        let mut all = vec![("bucket", text("b")), ("key", text("a/k"))];
        all.extend(given.iter().cloned());
        S3Config::from_value(&value(&all), &REGION.into_iter().collect()).0.expect("it is valid")
    };
    let [usual, none, own] =
        [&[][..], &[("workspace_key_prefix", text(""))], &[("workspace_key_prefix", text("x/y"))]].map(config);
    assert_eq!(usual.key_of("default"), "a/k");
    for (config, key) in [(&usual, "env:/dev/a/k"), (&none, "dev/a/k"), (&own, "x/y/dev/a/k")] {
        assert_eq!(config.key_of("dev"), key);
        assert_eq!(config.workspace_of(key), Some("dev"));
    }
    for key in ["env:/dev/a/k.tflock", "env:/dev/b/k", "env:/k", "env:dev/a/k", "a/k"] {
        assert_eq!(usual.workspace_of(key), None, "{key}");
    }
    assert_eq!(join(&["a/./b", "..", "c"]), "a/c");
}

#[test]
fn secrets_do_not_show() {
    let secrets = ["access_key", "secret_key", "token", "sse_customer_key", "http_proxy"];
    let mut all = vec![("bucket", text("b")), ("key", text("k")), ("region", text("eu-west-1"))];
    all.extend(secrets.map(|name| (name, text("aHVzaGh1c2hodXNoaHVzaGh1c2hodXNoaHVzaGh1c2g="))));
    let (config, found) = S3Config::from_value(&value(&all), &Environment::default());
    let shown = format!("{:?} {found:?}", config.expect("it is valid"));
    assert!(!shown.contains("aHVzaGh1"), "{shown}");
}

fn path_text(steps: &[landform_diagnostics::AttributeStep]) -> String {
    let name = |step: &landform_diagnostics::AttributeStep| match step {
        landform_diagnostics::AttributeStep::Name(name) => format!(".{name}"),
        other => format!("{other:?}"),
    };
    steps.iter().map(name).collect()
}
