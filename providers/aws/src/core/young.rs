//! What was just made and is not known everywhere in AWS yet.
//!
//! A part of a service may have to do with an object before it has heard of it; then it says that the object does not exist.
//! What a successful change named, or answered with, does exist: a further change that is refused because it does not is
//! repeated, ever slower. Reads are not: that something is not there is an answer to them.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeTransmitInterceptorContextRef, FinalizerInterceptorContextMut, InterceptorContext,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::retries::ErrorKind;
use aws_smithy_runtime_api::client::retries::classifiers::{ClassifyRetry, RetryAction};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::{ConfigBag, Storable, StoreReplace};
use landform_provider_api::clock;
use serde_json::Value;
use tokio::time::Instant;

use super::error::means_missing;
use super::wait::CONSISTENCY;

/// The first pause before a call is repeated.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// How the answer to a call that is to be repeated carries the pause, in milliseconds, to where that is decided: retry
/// classifiers see nothing of the request.
const PAUSE: &str = "x-landform-pause";

/// The names and ids of what exists for certain, each with when it was last heard of.
#[derive(Clone, Debug, Default)]
pub(crate) struct Young(Arc<Mutex<HashMap<String, Instant>>>);

/// What a call is about.
#[derive(Debug)]
struct Asked {
    effect: Effect,
    names: BTreeSet<String>,
}

impl Storable for Asked {
    type Storer = StoreReplace<Self>;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    Reads,
    Changes,
    Deletes,
}

const READING: [&str; 6] = ["Describe", "Get", "List", "Head", "Search", "BatchGet"];
const DELETING: [&str; 9] =
    ["Delete", "Terminate", "Release", "Detach", "Disassociate", "Revoke", "Remove", "Deregister", "Cancel"];

impl Asked {
    fn of(request: &HttpRequest) -> Self {
        let body = text(request.body().bytes());
        let target = request.headers().get("x-amz-target").and_then(|target| target.rsplit('.').next());
        let fields = || url::form_urlencoded::parse(body.as_bytes());
        let action = fields().find(|(key, _)| key == "Action").map(|(_, action)| action.into_owned());
        let mut names = names_in(&body);
        let effect = match target.map(str::to_owned).or(action) {
            Some(operation) => {
                names.extend(fields().filter(|(key, _)| is_name(key)).map(|(_, value)| value.into_owned()));
                Effect::of_operation(&operation)
            }
            None => {
                names.extend(segments(request.uri()));
                Effect::of_method(request.method())
            }
        };
        Self { effect, names }
    }
}

impl Effect {
    fn of_operation(operation: &str) -> Self {
        let begins = |verbs: &[&str]| verbs.iter().any(|verb| operation.starts_with(verb));
        match () {
            () if begins(&READING) => Self::Reads,
            () if begins(&DELETING) => Self::Deletes,
            () => Self::Changes,
        }
    }

    fn of_method(method: &str) -> Self {
        match method {
            "GET" | "HEAD" => Self::Reads,
            "DELETE" => Self::Deletes,
            _ => Self::Changes,
        }
    }
}

impl Young {
    fn learn(&self, asked: &Asked, answer: &str) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        known.extend(asked.names.iter().cloned().chain(names_in(answer)).map(|name| (name, now)));
    }

    fn forget(&self, asked: &Asked) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for name in &asked.names {
            known.remove(name);
        }
    }

    /// How long to wait before a call is repeated that was refused because something is missing; `None` where nothing that
    /// it names was made lately. Where the refusal names what is missing, only that counts.
    fn pause(&self, asked: &Asked, message: &str) -> Option<Duration> {
        let named: BTreeSet<&String> = asked.names.iter().filter(|name| message.contains(name.as_str())).collect();
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let candidates = asked.names.iter().filter(|name| named.is_empty() || named.contains(name));
        let age = candidates.filter_map(|name| known.get(name)).map(|since| clock::since(*since)).min()?;
        (age < CONSISTENCY).then(|| clock::shortened((age / 2).max(FIRST_PAUSE)))
    }
}

impl Intercept for Young {
    fn name(&self) -> &'static str {
        "young objects"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        settings: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let asked = Asked::of(context.request());
        if asked.effect != Effect::Reads {
            settings.interceptor_state().store_put(asked);
        }
        Ok(())
    }

    fn modify_before_attempt_completion(
        &self,
        context: &mut FinalizerInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        settings: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Some(asked) = settings.load::<Asked>() else { return Ok(()) };
        let succeeded = matches!(context.output_or_error(), Some(Ok(_)));
        let Some(response) = context.response_mut() else { return Ok(()) };
        match asked.effect {
            Effect::Deletes if succeeded => self.forget(asked),
            Effect::Changes if succeeded => self.learn(asked, &text(response.body().bytes())),
            Effect::Changes => {
                let pause = missing(response).and_then(|message| self.pause(asked, &message));
                if let Some(pause) = pause {
                    response.headers_mut().insert(PAUSE, pause.as_millis().to_string());
                }
            }
            _ => {}
        }
        Ok(())
    }
}

impl ClassifyRetry for Young {
    fn classify_retry(&self, attempt: &InterceptorContext) -> RetryAction {
        let pause = attempt.response().and_then(|response| response.headers().get(PAUSE)?.parse().ok());
        pause.map_or(RetryAction::NoActionIndicated, |pause| {
            RetryAction::retryable_error_with_explicit_delay(ErrorKind::TransientError, Duration::from_millis(pause))
        })
    }

    fn name(&self) -> &'static str {
        "young objects"
    }
}

/// What a refusal says, if it is that something does not exist.
fn missing(response: &HttpResponse) -> Option<String> {
    let body = text(response.body().bytes());
    let json: Option<Value> = serde_json::from_str(&body).ok();
    let field = |names: [&str; 2]| names.iter().find_map(|name| json.as_ref()?.get(name)?.as_str()).map(str::to_owned);
    let code = response.headers().get("x-amzn-errortype").map(str::to_owned).or_else(|| field(["__type", "code"]));
    let code = code.or_else(|| element(&body, "Code").map(str::to_owned))?;
    // "prefix#Code:documentation", of which only the middle is always there.
    let code = code.rsplit('#').next()?.split(':').next()?;
    let message = field(["message", "Message"]).or_else(|| element(&body, "Message").map(str::to_owned));
    let message = message.unwrap_or_default();
    means_missing(code, &message).then_some(message)
}

fn element<'a>(xml: &'a str, tag: &str) -> Option<&'a str> {
    let (_, rest) = xml.split_once(&format!("<{tag}>"))?;
    rest.split_once('<').map(|(content, _)| content)
}

/// The values of fields that name something, in JSON or XML.
fn names_in(body: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    match serde_json::from_str::<Value>(body) {
        Ok(json) => names_in_json(&json, false, &mut names),
        Err(_) => names.extend(body.split('<').filter_map(|piece| {
            let (tag, content) = piece.split_once('>')?;
            (is_name(tag) && !tag.starts_with('/') && !content.trim().is_empty()).then(|| content.to_owned())
        })),
    }
    names
}

fn names_in_json(json: &Value, names_something: bool, names: &mut BTreeSet<String>) {
    match json {
        Value::String(text) if names_something && !text.is_empty() => {
            names.insert(text.clone());
        }
        Value::Array(items) => items.iter().for_each(|item| names_in_json(item, names_something, names)),
        Value::Object(fields) => fields.iter().for_each(|(key, value)| names_in_json(value, is_name(key), names)),
        _ => {}
    }
}

/// Whether a field names something: `VpcId`, `roleName`, `PolicyArns`, `SecurityGroupId.1`.
fn is_name(field: &str) -> bool {
    let field = field.split_whitespace().next().unwrap_or_default();
    let last = field.split('.').rfind(|part| *part != "member" && part.parse::<u32>().is_err()).unwrap_or_default();
    let last = last.to_ascii_lowercase();
    let last = last.strip_suffix('s').unwrap_or(&last);
    ["id", "identifier", "arn", "name"].iter().any(|end| last.ends_with(end))
}

/// The parts of a path: REST services have names there.
fn segments(uri: &str) -> Vec<String> {
    let Ok(url) = url::Url::parse(uri) else { return Vec::new() };
    let segments = url.path_segments().into_iter().flatten().filter(|segment| !segment.is_empty());
    segments.map(|it| url::form_urlencoded::parse(format!("x={it}").as_bytes()).map(|(_, it)| it).collect()).collect()
}

fn text(bytes: Option<&[u8]>) -> String {
    String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned()
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::body::SdkBody;

    use super::*;

    fn query(body: &str) -> Asked {
        let mut request = HttpRequest::new(SdkBody::from(body));
        request.set_uri("https://ec2.example/").expect("a valid URI");
        request.set_method("POST").expect("a valid method");
        Asked::of(&request)
    }

    fn refusal(status: u16, body: &str) -> HttpResponse {
        HttpResponse::new(status.try_into().expect("a status"), SdkBody::from(body))
    }

    #[test]
    fn calls_are_known_by_what_they_do_and_name() {
        let made = query("Action=CreateSubnet&Version=2016-11-15&VpcId=vpc-1&CidrBlock=10.0.0.0%2F16&GroupIds.1=sg-1");
        assert_eq!(made.effect, Effect::Changes);
        assert_eq!(made.names, BTreeSet::from(["sg-1".to_owned(), "vpc-1".to_owned()]));
        assert_eq!(query("Action=DescribeVpcs").effect, Effect::Reads);
        assert_eq!(query("Action=DeleteVpc").effect, Effect::Deletes);

        let mut request =
            HttpRequest::new(SdkBody::from(r#"{"addonName": "coredns", "tags": {"a": "b"}, "subnetIds": ["s-1"]}"#));
        request.set_uri("https://eks.example/clusters/my%20one/addons").expect("a valid URI");
        request.set_method("POST").expect("a valid method");
        let made = Asked::of(&request);
        assert_eq!(made.effect, Effect::Changes);
        let names = ["addons", "clusters", "coredns", "my one", "s-1"].map(str::to_owned);
        assert_eq!(made.names, BTreeSet::from(names));
    }

    #[test]
    fn only_what_is_missing_and_was_made_is_waited_for() {
        let young = Young::default();
        young.learn(&query("Action=CreateVpc&Name=other"), "<vpc><vpcId>vpc-1</vpcId><cidr>10.0.0.0/8</cidr></vpc>");
        let create = query("Action=CreateSubnet&VpcId=vpc-1&OutpostId=op-1");
        assert!(young.pause(&create, "The vpc ID 'vpc-1' does not exist").is_some());
        assert!(young.pause(&create, "It does not exist").is_some());
        assert!(young.pause(&create, "The outpost op-1 does not exist").is_none());
        assert!(young.pause(&query("Action=CreateSubnet&VpcId=vpc-2"), "The vpc ID 'vpc-2' does not exist").is_none());
        young.forget(&query("Action=DeleteVpc&VpcId=vpc-1"));
        assert!(young.pause(&create, "The vpc ID 'vpc-1' does not exist").is_none());
    }

    #[test]
    fn refusals_are_read_in_every_protocol() {
        let xml = "<Response><Errors><Error><Code>InvalidVpcID.NotFound</Code><Message>no vpc-1</Message></Error></Errors></Response>";
        assert_eq!(missing(&refusal(400, xml)).as_deref(), Some("no vpc-1"));
        let json = r#"{"__type": "com.amazonaws#ResourceNotFoundException", "message": "no group"}"#;
        assert_eq!(missing(&refusal(400, json)).as_deref(), Some("no group"));
        let mut rest = refusal(404, r#"{"message": "No cluster found for name: a."}"#);
        rest.headers_mut().insert("x-amzn-errortype", "ResourceNotFoundException:http://internal.example/");
        assert_eq!(missing(&rest).as_deref(), Some("No cluster found for name: a."));
        let other =
            "<ErrorResponse><Error><Code>InvalidParameterValue</Code><Message>bad</Message></Error></ErrorResponse>";
        assert_eq!(missing(&refusal(400, other)), None);
    }
}
