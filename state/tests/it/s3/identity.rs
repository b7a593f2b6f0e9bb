//! Whose credentials are used, and what is said when there are none.

use std::path::Path;

use landform_diagnostics::Diagnostics;
use landform_state::Backend;
use landform_state::s3::Environment;
use landform_values::{Type, Value};

use super::place::{Locking, Place, connect};
use super::server::{Answer, Server};

/// An environment without credentials, whose home is a folder.
fn bare(place: &Place, home: &Path) -> Vec<(String, String)> {
    let kept = ["AWS_ENDPOINT_URL", "AWS_REGION", "AWS_EC2_METADATA_DISABLED"];
    let mut all: Vec<(String, String)> =
        place.account.environment().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    all.retain(|(name, _)| kept.contains(&&**name));
    all.push(("HOME".to_owned(), home.display().to_string()));
    all
}

fn environment(variables: &[(String, String)], more: &[(&str, &str)]) -> Environment {
    let more = more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    variables.iter().cloned().chain(more).collect()
}

/// Whether the place's account is the one that is called with these arguments.
async fn calls(place: &Place, more: &[(&'static str, Value)], environment: &Environment) -> Result<bool, Diagnostics> {
    place.account.reset_calls();
    let (backend, found) = connect(&place.arguments(Locking::Nothing, more), environment).await;
    let Some(backend) = backend else { return Err(found) };
    backend.workspaces().await?;
    Ok(place.account.calls().of("s3.ListObjectsV2") > 0)
}

fn told(found: Result<bool, Diagnostics>) -> String {
    let found = found.expect_err("there is no backend");
    found.into_iter().map(|found| format!("{}: {}", found.summary, found.detail)).collect()
}

fn text(text: impl Into<String>) -> Value {
    Value::string(text.into())
}

fn nested(arguments: &[(&str, Value)], name: &str) -> Value {
    let schema = landform_state::S3Config::schema();
    let attributes = &schema.attributes[name].nested.as_ref().expect("it is nested").attributes;
    Value::object(attributes.iter().map(|(name, attribute)| {
        let found = arguments.iter().find(|(found, _)| **found == **name);
        (name.clone(), found.map_or_else(|| Value::null(attribute.ty.clone()), |(_, value)| value.clone()))
    }))
}

#[tokio::test]
async fn without_credentials_what_was_tried_is_named() {
    let place = Place::new().await;
    let home = tempfile::tempdir().expect("a temporary folder");
    let told = told(calls(&place, &[], &environment(&bare(&place, home.path()), &[])).await);
    assert!(told.starts_with("No valid credential sources found: Please see "), "{told}");
    for line in [
        "  - arguments access_key and secret_key: not set\n",
        "  - environment variables: AWS_ACCESS_KEY_ID is not set, AWS_SECRET_ACCESS_KEY is not set\n",
        "  - profile \"default\" of ~/.aws/credentials and ~/.aws/config: no credentials\n",
        "  - web identity token: AWS_WEB_IDENTITY_TOKEN_FILE is not set, AWS_ROLE_ARN is not set\n",
        "  - EC2 instance metadata: disabled\n",
    ] {
        assert!(told.contains(line), "{line}: {told}");
    }
}

#[tokio::test]
async fn arguments_and_files() {
    let place = Place::new().await;
    let home = tempfile::tempdir().expect("a temporary folder");
    let variables = bare(&place, home.path());
    let bare = environment(&variables, &[]);
    let (key, secret) = (place.account.access_key_id(), place.account.secret_access_key());
    let given = [("access_key", text(&*key)), ("secret_key", text(secret))];
    assert_eq!(calls(&place, &given, &bare).await, Ok(true));
    let told = told(calls(&place, &given[..1], &bare).await);
    assert!(
        told.starts_with("Incomplete credentials: retrieving credentials: static credentials are empty."),
        "{told}"
    );
    fs_err::create_dir(home.path().join(".aws")).expect("a folder");
    let profile = |name: &str| format!("[{name}]\naws_access_key_id = {key}\naws_secret_access_key = {secret}\n");
    fs_err::write(home.path().join(".aws/credentials"), profile("default") + &profile("work")).expect("a file");
    assert_eq!(calls(&place, &[], &bare).await, Ok(true));
    fs_err::write(home.path().join(".aws/credentials"), profile("work")).expect("a file");
    assert_eq!(calls(&place, &[("profile", text("work"))], &bare).await, Ok(true));
    assert_eq!(calls(&place, &[], &environment(&variables, &[("AWS_PROFILE", "work")])).await, Ok(true));
    let own = home.path().join("own");
    fs_err::write(&own, profile("own")).expect("a file");
    let file = Value::set(Type::String, [text("$HOME/own")]);
    assert_eq!(calls(&place, &[("profile", text("own")), ("shared_credentials_files", file)], &bare).await, Ok(true));
}

#[tokio::test]
async fn the_profile_that_is_asked_for_is_taken() {
    let place = Place::new().await;
    let home = tempfile::tempdir().expect("a temporary folder");
    fs_err::create_dir(home.path().join(".aws")).expect("a folder");
    let (key, secret) = (place.account.access_key_id(), place.account.secret_access_key());
    let profile = format!("[work]\naws_access_key_id = {key}\naws_secret_access_key = {secret}\n");
    fs_err::write(home.path().join(".aws/credentials"), profile).expect("a file");
    let variables = bare(&place, home.path());
    let other = [("AWS_ACCESS_KEY_ID", "LANDFORM999999999999"), ("AWS_SECRET_ACCESS_KEY", "x")];
    let environment = environment(&variables, &other);
    assert_eq!(calls(&place, &[("profile", text("work"))], &environment).await, Ok(true));
    let told = told(calls(&place, &[("profile", text("typo"))], &environment).await);
    assert!(
        told.starts_with("Failed to load shared configuration: failed to get shared config profile, typo."),
        "{told}"
    );
}

#[tokio::test]
async fn roles_are_assumed() {
    let place = Place::new().await;
    let arn = format!("arn:aws:iam::{}:role/r", place.account.number());
    // The simulator takes the account of the role for that of the session.
    let other = [("AWS_ACCESS_KEY_ID", "LANDFORM999999999999"), ("AWS_SECRET_ACCESS_KEY", "x")];
    let home = tempfile::tempdir().expect("a temporary folder");
    let variables = bare(&place, home.path());
    let role = nested(&[("role_arn", text(&*arn)), ("duration", text("1h"))], "assume_role");
    assert_eq!(calls(&place, &[("assume_role", role)], &environment(&variables, &other)).await, Ok(true));
    fs_err::write(home.path().join("token"), "a.web.token\n").expect("a file");
    let name = "assume_role_with_web_identity";
    let web = nested(&[("role_arn", text(&*arn)), ("web_identity_token_file", text("~/token"))], name);
    assert_eq!(calls(&place, &[(name, web)], &environment(&variables, &[])).await, Ok(true));
    fs_err::create_dir(home.path().join(".aws")).expect("a folder");
    let config = format!("[profile work]\nrole_arn = {arn}\ncredential_source = Environment\n");
    fs_err::write(home.path().join(".aws/config"), config).expect("a file");
    assert_eq!(calls(&place, &[("profile", text("work"))], &environment(&variables, &other)).await, Ok(true));
}

#[tokio::test]
async fn roles_that_can_not_be_assumed() {
    let place = Place::new().await;
    let home = tempfile::tempdir().expect("a temporary folder");
    let denied = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>";
    let server = Server::start(|_| Answer(403, "content-type: text/xml\r\n", denied.to_owned()));
    let variables = bare(&place, home.path());
    let keys = [("AWS_ACCESS_KEY_ID", "key"), ("AWS_SECRET_ACCESS_KEY", "secret")];
    let endpoints = nested(&[("sts", text(&*server.endpoint))], "endpoints");
    let role = nested(&[("role_arn", text("arn:aws:iam::1:role/r"))], "assume_role");
    let more = [("endpoints", endpoints.clone()), ("assume_role", role)];
    let message = told(calls(&place, &more, &environment(&variables, &keys)).await);
    assert!(
        message.starts_with("Cannot assume IAM Role: IAM Role (arn:aws:iam::1:role/r) cannot be assumed.\n\n"),
        "{message}"
    );
    assert!(message.contains("Error: "), "{message}");
    assert!(message.contains("operation error STS: AssumeRole, https response error StatusCode: 403, RequestID: , api error AccessDenied: no"), "{message}");
    let name = "assume_role_with_web_identity";
    let web = nested(&[("role_arn", text("arn:aws:iam::1:role/r")), ("web_identity_token_file", text("/none"))], name);
    let message = told(calls(&place, &[("endpoints", endpoints), (name, web)], &environment(&variables, &[])).await);
    assert!(message.starts_with("Cannot assume IAM Role with web identity: "), "{message}");
    assert!(message.contains("/none"), "{message}");
}

#[tokio::test]
async fn accounts_are_allowed_and_forbidden() {
    let place = Place::new().await;
    let environment = place.environment();
    let own = place.account.number();
    let list = |id: &str| Value::set(Type::String, [text(id)]);
    assert_eq!(calls(&place, &[("allowed_account_ids", list(own))], &environment).await, Ok(true));
    assert_eq!(calls(&place, &[("forbidden_account_ids", list("1"))], &environment).await, Ok(true));
    for more in [("allowed_account_ids", list("1")), ("forbidden_account_ids", list(own))] {
        let told = told(calls(&place, &[more], &environment).await);
        assert_eq!(told, format!("Invalid account ID: AWS account ID not allowed: {own}"));
    }
    let skip = [("skip_credentials_validation", Value::from(true)), ("skip_requesting_account_id", Value::from(true))];
    let more = [("allowed_account_ids", list(own)), skip[0].clone(), skip[1].clone()];
    assert_eq!(told(calls(&place, &more, &environment).await), "Invalid account ID: AWS account ID not allowed: ");
}
