//! Plans and states from their recorded documents.

use std::collections::BTreeMap;
use std::sync::Arc;

use landform_addrs::{
    ConfigResource, InstanceKey, ModuleInstance, ModulePath, ProviderAddr, ProviderConfigAddr, ResourceInstance,
};
use landform_plan::{
    Action, ActionReason, CheckInstance, CheckObject, CheckResult, CheckStatus, IdentityChange, Mode, ObjectStatus,
    OutputChange, Plan, PlannedImport, RelevantAttribute, ResourceChange, State, StateObject,
};
use landform_schema::{ProviderSchemas, Schema};
use landform_values::json::decode_type;
use landform_values::{Marks, Str, Type, Value};
use serde_json::Value as Json;

use crate::read_value::{Recorded, path};

/// What it takes to read a document.
pub(crate) struct Reader(pub(crate) BTreeMap<String, ProviderSchemas>);

fn list(json: &Json) -> impl Iterator<Item = &Json> {
    json.as_array().into_iter().flatten()
}

fn members(json: &Json) -> impl Iterator<Item = (Str, &Json)> {
    json.as_object().into_iter().flatten().map(|(name, json)| (Str::from(&**name), json))
}

fn text(json: &Json) -> Str {
    json.as_str().unwrap_or_default().into()
}

fn address(json: &Json) -> ResourceInstance {
    json.as_str().and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("address {json}"))
}

fn provider(json: &Json) -> ProviderConfigAddr {
    ProviderConfigAddr::root(ProviderAddr::parse_source(&text(json)).expect("a provider"))
}

impl Reader {
    fn schema(&self, json: &Json) -> Arc<Schema> {
        let provider = &self.0[&*text(&json["provider_name"])];
        let types = if json["mode"] == "data" { &provider.data_sources } else { &provider.resources };
        types[&text(&json["type"])].clone()
    }

    /// A plan's mode is not in its document.
    pub(crate) fn plan(&self, document: &Json, mode: Mode) -> Plan {
        let changes = |key: &str| list(&document[key]).map(|json| self.resource_change(json)).collect();
        Plan {
            suggested_moves: Vec::new(),
            mode,
            errored: document["errored"] == true,
            applyable: document["applyable"] == true,
            complete: document["complete"] == true,
            targeted: false,
            timestamp: text(&document["timestamp"]),
            variables: members(&document["variables"])
                .map(|(name, json)| (name, Recorded::of(&json["value"]).value(&Type::Dynamic)))
                .collect(),
            resource_changes: changes("resource_changes"),
            drift: changes("resource_drift"),
            output_changes: members(&document["output_changes"])
                .map(|(name, json)| (name.clone(), output_change(json, &document["planned_values"]["outputs"][&*name])))
                .collect(),
            checks: checks(&document["checks"]),
            relevant_attributes: list(&document["relevant_attributes"])
                .map(|json| RelevantAttribute {
                    resource: address(&json["resource"]),
                    attribute: path(&json["attribute"], &Type::Dynamic),
                })
                .collect(),
            prior_state: self.state(&document["prior_state"]),
            deferred: Vec::new(),
        }
    }

    fn resource_change(&self, json: &Json) -> ResourceChange {
        let change = &json["change"];
        let schema = self.schema(json);
        let ty = schema.block.implied_type();
        let before = Recorded { sensitive: &change["before_sensitive"], ..Recorded::of(&change["before"]) };
        let after = Recorded {
            known: &change["after"],
            unknown: &change["after_unknown"],
            sensitive: &change["after_sensitive"],
        };
        let instance = address(&json["address"]);
        ResourceChange {
            previous_address: if json["previous_address"].is_string() {
                address(&json["previous_address"])
            } else {
                instance.clone()
            },
            address: instance,
            deposed: json["deposed"].as_str().map(Str::from),
            provider: provider(&json["provider_name"]),
            action: action(&change["actions"]),
            reason: json["action_reason"].as_str().map(reason),
            triggered_by: Vec::new(),
            before: before.value(&ty),
            after: after.value(&ty),
            requires_replace: list(&change["replace_paths"]).map(|json| path(json, &ty)).collect(),
            identity: IdentityChange::default(),
            importing: change["importing"]["id"].as_str().map(|id| PlannedImport::Id(id.into())),
            generated_config: text(&change["generated_config"]),
            notes: list(&json["notes"]).filter_map(Json::as_str).map(Str::from).collect(),
            schema,
        }
    }

    pub(crate) fn state(&self, document: &Json) -> State {
        let mut objects = Vec::new();
        self.module(&document["values"]["root_module"], &mut objects);
        State {
            outputs: members(&document["values"]["outputs"]).map(|(name, json)| (name, output(json))).collect(),
            objects,
            checks: checks(&document["checks"]),
        }
    }

    fn module(&self, json: &Json, objects: &mut Vec<StateObject>) {
        objects.extend(list(&json["resources"]).map(|json| self.object(json)));
        list(&json["child_modules"]).for_each(|child| self.module(child, objects));
    }

    fn object(&self, json: &Json) -> StateObject {
        let schema = self.schema(json);
        let value = Recorded { sensitive: &json["sensitive_values"], ..Recorded::of(&json["values"]) };
        StateObject {
            address: address(&json["address"]),
            deposed: json["deposed_key"].as_str().map(Str::from),
            provider: provider(&json["provider_name"]),
            value: value.value(&schema.block.implied_type()),
            identity: None,
            status: if json["tainted"] == true { ObjectStatus::Tainted } else { ObjectStatus::Ready },
            depends_on: list(&json["depends_on"]).map(|json| config_resource(&text(json))).collect(),
            schema,
        }
    }
}

fn config_resource(text: &str) -> ConfigResource {
    text.parse::<ResourceInstance>().expect("an address").config()
}

fn output(json: &Json) -> Value {
    let ty = decode_type(&json["type"].to_string()).expect("a type");
    let value = Recorded::of(&json["value"]).value(&ty);
    if json["sensitive"] == true { value.with_marks(&Marks::sensitive()) } else { value }
}

fn output_change(json: &Json, planned: &Json) -> OutputChange {
    let ty = if planned["type"].is_null() {
        Type::Dynamic
    } else {
        decode_type(&planned["type"].to_string()).expect("a type")
    };
    let after = Recorded { known: &json["after"], unknown: &json["after_unknown"], sensitive: &Json::Null };
    OutputChange {
        action: action(&json["actions"]),
        before: Recorded::of(&json["before"]).value(&Type::Dynamic),
        after: after.value(&ty),
        sensitive: json["after_sensitive"] == true,
    }
}

fn action(json: &Json) -> Action {
    let names: Vec<&str> = list(json).filter_map(Json::as_str).collect();
    Action::ALL.into_iter().find(|action| action.names() == names).unwrap_or_else(|| panic!("actions {json}"))
}

fn reason(text: &str) -> ActionReason {
    ActionReason::ALL.into_iter().find(|reason| reason.as_str() == text).unwrap_or_else(|| panic!("reason {text}"))
}

fn checks(json: &Json) -> Vec<CheckResult> {
    list(json)
        .map(|json| CheckResult {
            object: check_object(&json["address"]),
            status: status(&json["status"]),
            instances: list(&json["instances"]).map(check_instance).collect(),
        })
        .collect()
}

fn check_object(json: &Json) -> CheckObject {
    let name = text(&json["name"]);
    let module = || -> ModulePath {
        text(&json["module"]).parse::<ModuleInstance>().map(|module| module.path()).unwrap_or_default()
    };
    match &*text(&json["kind"]) {
        "resource" => CheckObject::Resource(config_resource(&text(&json["to_display"]))),
        "output_value" => CheckObject::Output(module(), name),
        "check" => CheckObject::Check(module(), name),
        "var" => CheckObject::Variable(module(), name),
        other => panic!("kind {other}"),
    }
}

fn check_instance(json: &Json) -> CheckInstance {
    let address = &json["address"];
    CheckInstance {
        module: text(&address["module"]).parse().unwrap_or_default(),
        key: match &address["instance_key"] {
            Json::String(key) => InstanceKey::String(Str::from(&**key)),
            Json::Number(index) => InstanceKey::Int(index.as_i64().expect("an index")),
            _ => InstanceKey::None,
        },
        status: status(&json["status"]),
        problems: list(&json["problems"]).map(|json| text(&json["message"])).collect(),
    }
}

fn status(json: &Json) -> CheckStatus {
    let all = [CheckStatus::Pass, CheckStatus::Fail, CheckStatus::Error, CheckStatus::Unknown];
    all.into_iter().find(|status| json == status.as_str()).expect("a status")
}
