//! The arguments of `backend "s3"`, as Terraform 1.11 has them.

use landform_schema::{Attribute, Block, NestedAttributes, Nesting};
use landform_values::Type;

/// Arguments that are text, with what they are for.
const TEXTS: [(&str, &str); 25] = [
    ("access_key", "AWS access key"),
    ("acl", "Canned ACL of the state object"),
    ("custom_ca_bundle", "File with the certificate authorities to trust"),
    ("dynamodb_endpoint", "Endpoint of DynamoDB"),
    ("dynamodb_table", "DynamoDB table for locks and digests of states"),
    ("ec2_metadata_service_endpoint", "Endpoint of the EC2 instance metadata service"),
    ("ec2_metadata_service_endpoint_mode", "Protocol of the EC2 instance metadata service: IPv4 or IPv6"),
    ("endpoint", "Endpoint of S3"),
    ("http_proxy", "URL of the proxy for HTTP requests"),
    ("https_proxy", "URL of the proxy for HTTPS requests"),
    ("iam_endpoint", "Endpoint of IAM"),
    ("kms_key_id", "KMS key that encrypts the state"),
    ("no_proxy", "Hosts that are reached without a proxy, separated by commas"),
    ("profile", "Profile of the shared configuration files"),
    ("region", "Region of the bucket and the DynamoDB table"),
    ("retry_mode", "How failed requests are repeated: standard or adaptive"),
    ("secret_key", "AWS secret key"),
    ("shared_credentials_file", "Shared credentials file"),
    ("sse_customer_key", "Key, encoded as Base64, for encryption with customer-provided keys (SSE-C)"),
    ("sts_endpoint", "Endpoint of STS"),
    ("sts_region", "Region of STS"),
    ("token", "Session token"),
    ("workspace_key_prefix", "Prefix of the states of workspaces other than the default one"),
    ("bucket", "Name of the bucket"),
    ("key", "Path of the state within the bucket"),
];

/// Arguments that are true or false.
const FLAGS: [(&str, &str); 12] = [
    ("encrypt", "Whether the state is encrypted by the server"),
    ("force_path_style", "Whether URLs name the bucket in the path"),
    ("insecure", "Whether certificates are not checked"),
    ("skip_credentials_validation", "Whether credentials are not validated"),
    ("skip_metadata_api_check", "Whether the EC2 instance metadata service is not asked"),
    ("skip_region_validation", "Whether the region's name is not checked"),
    ("skip_requesting_account_id", "Whether the account's id is not asked for"),
    ("skip_s3_checksum", "Whether objects are stored without a checksum"),
    ("use_dualstack_endpoint", "Whether endpoints with IPv6 are used"),
    ("use_fips_endpoint", "Whether endpoints with FIPS cryptography are used"),
    ("use_lockfile", "Whether an object next to the state locks it"),
    ("use_path_style", "Whether URLs name the bucket in the path"),
];

/// Arguments that are sets of text.
const SETS: [(&str, &str); 4] = [
    ("allowed_account_ids", "Accounts that may be used: no other"),
    ("forbidden_account_ids", "Accounts that must not be used"),
    ("shared_config_files", "Shared configuration files"),
    ("shared_credentials_files", "Shared credentials files"),
];

const ROLE: [(&str, &str); 5] = [
    ("duration", "How long the session lasts, such as 1h"),
    ("external_id", "External id for assuming the role"),
    ("policy", "Policy, as JSON, that limits the session further"),
    ("session_name", "Name of the session"),
    ("source_identity", "Source identity of the session"),
];

const WEB_IDENTITY: [(&str, &str); 5] = [
    ("duration", "How long the session lasts, such as 1h"),
    ("policy", "Policy, as JSON, that limits the session further"),
    ("session_name", "Name of the session"),
    ("web_identity_token", "Web identity token"),
    ("web_identity_token_file", "File with the web identity token"),
];

/// Services with an endpoint of their own in `endpoints`.
pub(super) const ENDPOINTS: [(&str, &str); 5] = [
    ("dynamodb", "Endpoint of DynamoDB"),
    ("iam", "Endpoint of IAM"),
    ("s3", "Endpoint of S3"),
    ("sso", "Endpoint of IAM Identity Center"),
    ("sts", "Endpoint of STS"),
];

/// All arguments. `bucket` and `key` are required, though not necessarily in the configuration: partial configuration
/// gives them on the command line.
pub(super) fn schema() -> Block {
    let mut block = Block::default();
    let mut add = |name: &str, attribute: Attribute| block.attributes.insert(name.into(), attribute);
    for (name, description) in TEXTS {
        let attribute = described(Type::String, description);
        let attribute = match name {
            "bucket" | "key" => attribute.required(),
            "sse_customer_key" => attribute.optional().sensitive(),
            _ => attribute.optional(),
        };
        add(name, attribute);
    }
    for (name, description) in FLAGS {
        add(name, described(Type::Bool, description).optional());
    }
    for (name, description) in SETS {
        add(name, described(Type::set(Type::String), description).optional());
    }
    add("max_retries", described(Type::Number, "How often a failed request is repeated").optional());
    add("assume_role", nested(role()));
    add("assume_role_with_web_identity", nested(web_identity()));
    add("endpoints", nested(texts(&ENDPOINTS)));
    block
}

fn described(ty: Type, description: &str) -> Attribute {
    Attribute { description: Some(description.into()), ..Attribute::of(ty) }
}

fn nested(attributes: Vec<(&'static str, Attribute)>) -> Attribute {
    let attributes = attributes.into_iter().map(|(name, attribute)| (name.into(), attribute)).collect();
    Attribute::of(Type::Dynamic).optional().nested(NestedAttributes { nesting: Nesting::Single, attributes })
}

fn texts(list: &[(&'static str, &'static str)]) -> Vec<(&'static str, Attribute)> {
    list.iter().map(|(name, description)| (*name, described(Type::String, description).optional())).collect()
}

/// What both kinds of role have.
fn role_basics() -> [(&'static str, Attribute); 2] {
    let arns = "ARNs of managed policies that limit the session further";
    [
        ("role_arn", described(Type::String, "The role to assume").required()),
        ("policy_arns", described(Type::set(Type::String), arns).optional()),
    ]
}

fn role() -> Vec<(&'static str, Attribute)> {
    let mut attributes = texts(&ROLE);
    attributes.extend(role_basics());
    attributes.push(("tags", described(Type::map(Type::String), "Tags of the session").optional()));
    let transitive = "Keys of tags that further sessions inherit";
    attributes.push(("transitive_tag_keys", described(Type::set(Type::String), transitive).optional()));
    attributes
}

fn web_identity() -> Vec<(&'static str, Attribute)> {
    let mut attributes = texts(&WEB_IDENTITY);
    attributes.extend(role_basics());
    attributes
}
