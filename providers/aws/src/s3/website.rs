//! A bucket that answers as a web site.

use aws_sdk_s3::operation::get_bucket_website::GetBucketWebsiteOutput;
use aws_sdk_s3::types::{
    Condition, ErrorDocument, IndexDocument, Protocol, Redirect, RedirectAllRequestsTo, RoutingRule,
    WebsiteConfiguration,
};
use serde_json::{Map, Value as Json};

use crate::core::prelude::*;

/// A bucket that answers as a web site.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
#[model(exactly_one("index_document", "redirect_all_requests_to"))]
#[model(conflicts("redirect_all_requests_to", "error_document"))]
#[model(conflicts("redirect_all_requests_to", "routing_rules"))]
pub(super) struct Website {
    /// Object that is told of errors with.
    #[attr(optional)]
    error_document: Attr<String>,
    /// Object that a folder is shown by.
    #[attr(optional)]
    index_document: Attr<String>,
    /// Host, perhaps with a scheme, that all requests are sent on to.
    #[attr(optional)]
    redirect_all_requests_to: Attr<String>,
    /// Rules by which requests are sent on, as JSON.
    #[attr(optional, check = json(), same = json)]
    routing_rules: Attr<String>,
}

/// As the service tells it.
pub(super) fn read(told: Option<&GetBucketWebsiteOutput>) -> Vec<Website> {
    let Some(told) = told else { return Vec::new() };
    let rules = told.routing_rules.as_ref().map(|rules| rules.iter().map(rule_json).collect::<Json>().to_string());
    let website = Website {
        error_document: told.error_document().map(ErrorDocument::key).into(),
        index_document: told.index_document().map(IndexDocument::suffix).into(),
        redirect_all_requests_to: told.redirect_all_requests_to().map(redirect_text).into(),
        routing_rules: rules.into(),
    };
    if website == Website::default() { Vec::new() } else { vec![website] }
}

fn redirect_text(redirect: &RedirectAllRequestsTo) -> String {
    let host = redirect.host_name();
    redirect.protocol().map_or_else(|| host.to_owned(), |protocol| format!("{}://{host}", protocol.as_str()))
}

/// As the service wants it.
pub(super) fn write(website: &Website) -> Result<WebsiteConfiguration> {
    let index = website.index_document.text().map(|it| IndexDocument::builder().suffix(it).build());
    let error = website.error_document.text().map(|it| ErrorDocument::builder().key(it).build());
    let redirect = website.redirect_all_requests_to.text().map(|text| {
        let (protocol, host) = text.split_once("://").map_or((None, text), |(it, host)| (Some(it), host));
        RedirectAllRequestsTo::builder().set_protocol(protocol.map(Protocol::from)).host_name(host).build()
    });
    let rules = website.routing_rules.text().map(routing_rules).transpose()?;
    Ok(WebsiteConfiguration::builder()
        .set_index_document(index.transpose()?)
        .set_error_document(error.transpose()?)
        .set_redirect_all_requests_to(redirect.transpose()?)
        .set_routing_rules(rules)
        .build())
}

fn routing_rules(text: &str) -> Result<Vec<RoutingRule>> {
    let invalid = |problem: String| Error::new("Invalid routing rules", problem);
    let json: Json = serde_json::from_str(text).map_err(|error| invalid(error.to_string()))?;
    let Json::Array(rules) = json else { return Err(invalid("routing_rules is a JSON list.".into())) };
    Ok(rules.iter().map(rule_of).collect())
}

fn rule_of(rule: &Json) -> RoutingRule {
    let text = |part: &str, name: &str| rule.get(part)?.get(name)?.as_str().map(str::to_owned);
    let condition = rule.get("Condition").filter(|it| it.is_object()).map(|_| {
        Condition::builder()
            .set_http_error_code_returned_equals(text("Condition", "HttpErrorCodeReturnedEquals"))
            .set_key_prefix_equals(text("Condition", "KeyPrefixEquals"))
            .build()
    });
    let redirect = rule.get("Redirect").filter(|it| it.is_object()).map(|_| {
        Redirect::builder()
            .set_host_name(text("Redirect", "HostName"))
            .set_http_redirect_code(text("Redirect", "HttpRedirectCode"))
            .set_protocol(text("Redirect", "Protocol").as_deref().map(Protocol::from))
            .set_replace_key_prefix_with(text("Redirect", "ReplaceKeyPrefixWith"))
            .set_replace_key_with(text("Redirect", "ReplaceKeyWith"))
            .build()
    });
    RoutingRule::builder().set_condition(condition).set_redirect(redirect).build()
}

fn rule_json(rule: &RoutingRule) -> Json {
    let object = |items: &[(&str, Option<&str>)]| -> Json {
        let given = items.iter().filter_map(|(name, text)| Some(((*name).to_owned(), Json::from((*text)?))));
        Json::Object(given.collect())
    };
    let mut json = Map::new();
    if let Some(it) = rule.condition() {
        let items = [
            ("HttpErrorCodeReturnedEquals", it.http_error_code_returned_equals()),
            ("KeyPrefixEquals", it.key_prefix_equals()),
        ];
        json.insert("Condition".into(), object(&items));
    }
    if let Some(it) = rule.redirect() {
        let items = [
            ("HostName", it.host_name()),
            ("HttpRedirectCode", it.http_redirect_code()),
            ("Protocol", it.protocol().map(Protocol::as_str)),
            ("ReplaceKeyPrefixWith", it.replace_key_prefix_with()),
            ("ReplaceKeyWith", it.replace_key_with()),
        ];
        json.insert("Redirect".into(), object(&items));
    }
    Json::Object(json)
}
