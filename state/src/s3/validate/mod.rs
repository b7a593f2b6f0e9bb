//! What must hold of the arguments together and each, in the order and the words of Terraform.

pub(super) mod notation;
mod rules;

use landform_diagnostics::{AttributeStep, Diagnostic, Diagnostics};

use super::arguments::{Given, LEGACY_ENDPOINTS};
use super::environment::Environment;
use rules::{Problem, Rule, legacy_url};

/// All that is wrong with a configuration, and warnings of what is out of date.
pub(super) fn validate(given: Given<'_>, environment: &Environment) -> Diagnostics {
    let mut check = Check { given, found: Diagnostics::new() };
    check.required("bucket", &[Rule::NotEmpty]);
    check.required("key", &[Rule::NotEmpty, Rule::S3Path, Rule::NoDoubleSlash]);
    check.region(environment);
    check.at_most_one("", &["kms_key_id", "sse_customer_key"]);
    check.text("kms_key_id", &[Rule::KmsKey]);
    check.text("workspace_key_prefix", &[Rule::S3Path]);
    check.role();
    check.web_identity();
    check.at_most_one("", &["shared_credentials_file", "shared_credentials_files"]);
    check.deprecated("shared_credentials_file", "shared_credentials_files");
    check.deprecated("dynamodb_table", "use_lockfile");
    check.endpoints();
    check.text("ec2_metadata_service_endpoint", &[Rule::Url]);
    check.at_most_one("", &["force_path_style", "use_path_style"]);
    check.deprecated("force_path_style", "use_path_style");
    check.text("retry_mode", &[Rule::RetryMode]);
    check.text("ec2_metadata_service_endpoint_mode", &[Rule::MetadataMode]);
    check.at_most_one("", &["allowed_account_ids", "forbidden_account_ids"]);
    check.found
}

struct Check<'a> {
    given: Given<'a>,
    found: Diagnostics,
}

/// A problem at a path such as `assume_role.role_arn`; the whole body's is empty.
fn at(path: &str, diagnostic: Diagnostic) -> Diagnostic {
    if path.is_empty() { diagnostic } else { diagnostic.with_extra(|extra| extra.attribute = Some(steps(path))) }
}

fn steps(path: &str) -> Vec<AttributeStep> {
    path.split('.').map(|name| AttributeStep::Name(name.to_owned())).collect()
}

impl Check<'_> {
    fn error(&mut self, path: &str, (summary, detail): Problem) {
        self.found.push(at(path, Diagnostic::error(summary, detail)));
    }

    fn warning(&mut self, path: &str, (summary, detail): Problem) {
        self.found.push(at(path, Diagnostic::warning(summary, detail)));
    }

    /// The first rule that a text breaks.
    fn rules(&mut self, path: &str, text: &str, rules: &[Rule]) {
        if let Some(problem) = rules.iter().find_map(|rule| rule.broken_by(text)) {
            self.error(path, problem);
        }
    }

    fn text(&mut self, name: &str, rules: &[Rule]) {
        if let Some(text) = self.given.text(name) {
            self.rules(name, text, rules);
        }
    }

    fn missing(&mut self, path: &str) {
        let detail = format!(
            "The attribute {path:?} is required by the backend.\n\nRefer to the backend documentation for additional \
             information which attributes are required."
        );
        self.error(path, ("Missing Required Value", detail));
    }

    fn required(&mut self, name: &str, rules: &[Rule]) {
        match self.given.text(name) {
            Some(text) => self.rules(name, text, rules),
            None => self.missing(name),
        }
    }

    fn region(&mut self, environment: &Environment) {
        let given = self.given.text("region").is_some_and(|region| !region.is_empty());
        if !given && environment.first(&["AWS_REGION", "AWS_DEFAULT_REGION"]).is_none() {
            let detail = "The \"region\" attribute or the \"AWS_REGION\" or \"AWS_DEFAULT_REGION\" environment variables \
                          must be set.";
            self.error("region", ("Missing region value", detail.to_owned()));
        }
    }

    fn at_most_one(&mut self, path: &str, names: &[&str]) {
        if names.iter().filter(|name| self.given.value(name).is_some()).count() > 1 {
            let detail = format!("Only one of {} can be set.", names.join(", "));
            self.error(path, ("Invalid Attribute Combination", detail));
        }
    }

    fn deprecated(&mut self, name: &str, replacement: &str) {
        if self.given.value(name).is_some() {
            let detail = format!("The parameter \"{name}\" is deprecated. Use parameter \"{replacement}\" instead.");
            self.warning(name, ("Deprecated Parameter", detail));
        }
    }

    fn endpoints(&mut self) {
        let own = self.given.object("endpoints");
        for (name, service) in LEGACY_ENDPOINTS {
            let replacement = format!("endpoints.{service}");
            self.deprecated(name, &replacement);
            if self.given.value(name).is_some() && own.is_some_and(|own| own.value(service).is_some()) {
                let detail = format!("The parameters \"{name}\" and \"{replacement}\" cannot be configured together.");
                self.error("", ("Conflicting Parameters", detail));
            }
        }
        if let Some(own) = own {
            for service in ["dynamodb", "iam", "s3", "sts"] {
                self.endpoint(&format!("endpoints.{service}"), own.text(service));
            }
            if let Some(url) = own.text("sso") {
                self.rules("endpoints.sso", url, &[Rule::Url]);
            }
        }
        for (name, _) in LEGACY_ENDPOINTS {
            self.endpoint(name, self.given.text(name));
        }
    }

    fn endpoint(&mut self, path: &str, url: Option<&str>) {
        match url.and_then(legacy_url) {
            Some(Ok(warning)) => self.warning(path, warning),
            Some(Err(error)) => self.error(path, error),
            None => {}
        }
    }
}

/// Roles.
impl Check<'_> {
    fn role(&mut self) {
        const NAME: &str = "assume_role";
        let Some(role) = self.given.object(NAME) else { return };
        self.role_basics(NAME, role);
        let name = [Rule::Length(2, 64), Rule::SessionName];
        self.attribute(NAME, role, "external_id", &[Rule::Length(2, 1224), Rule::ExternalId]);
        self.attribute(NAME, role, "source_identity", &name);
    }

    fn web_identity(&mut self) {
        const NAME: &str = "assume_role_with_web_identity";
        let Some(role) = self.given.object(NAME) else { return };
        let tokens = ["web_identity_token", "web_identity_token_file"];
        match tokens.iter().filter(|name| role.value(name).is_some()).count() {
            1 => {}
            0 => {
                let detail = format!("Exactly one of {} must be set.", tokens.join(", "));
                self.error(NAME, ("Missing Required Value", detail));
            }
            _ => {
                let detail = format!("Only one of {} can be set.", tokens.join(", "));
                self.error(NAME, ("Invalid Attribute Combination", detail));
            }
        }
        self.role_basics(NAME, role);
        for token in tokens {
            self.attribute(NAME, role, token, &[Rule::Length(4, 20_000)]);
        }
    }

    fn role_basics(&mut self, block: &str, role: Given<'_>) {
        match role.text("role_arn") {
            None => self.missing(&format!("{block}.role_arn")),
            Some(_) => self.attribute(block, role, "role_arn", &[Rule::NotEmpty, Rule::RoleArn]),
        }
        self.attribute(block, role, "duration", &[Rule::SessionDuration]);
        self.attribute(block, role, "policy", &[Rule::NotEmpty, Rule::Policy]);
        self.attribute(block, role, "session_name", &[Rule::Length(2, 64), Rule::SessionName]);
        for arn in role.set("policy_arns").unwrap_or_default() {
            self.rules(&format!("{block}.policy_arns"), &arn, &[Rule::PolicyArn]);
        }
    }

    fn attribute(&mut self, block: &str, object: Given<'_>, name: &str, rules: &[Rule]) {
        if let Some(text) = object.text(name) {
            self.rules(&format!("{block}.{name}"), text, rules);
        }
    }
}
