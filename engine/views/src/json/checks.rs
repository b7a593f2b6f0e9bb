//! Results of conditions and checks, in plans and states.

use landform_addrs::InstanceKey;
use landform_plan::{CheckInstance, CheckObject, CheckResult};

use super::resource::{instance_key, mode};
use super::writer::{Fields, JsonWriter};

/// `checks`, left out when there are none. Sorted by address, as are the instances of each.
pub(super) fn member(object: &mut Fields<'_, '_>, checks: &[CheckResult]) {
    if checks.is_empty() {
        return;
    }
    let mut sorted: Vec<&CheckResult> = checks.iter().collect();
    sorted.sort_by_cached_key(|check| check.object.to_string());
    object.key("checks").array(sorted, check);
}

fn check(writer: &mut JsonWriter<'_>, check: &CheckResult) {
    writer.object(|object| {
        address(object.key("address"), &check.object);
        object.key("status").string(check.status.as_str());
        if !check.instances.is_empty() {
            let shown = |instance| (check.object.instance_address(instance), instance);
            let mut sorted: Vec<(String, &CheckInstance)> = check.instances.iter().map(shown).collect();
            sorted.sort_by(|a, b| a.0.cmp(&b.0));
            object.key("instances").array(sorted, |writer, (address, found)| instance(writer, &address, found));
        }
    });
}

fn address(writer: &mut JsonWriter<'_>, checked: &CheckObject) {
    let (kind, name) = match checked {
        CheckObject::Resource(resource) => ("resource", &resource.resource.name),
        CheckObject::Output(_, name) => ("output_value", name),
        CheckObject::Check(_, name) => ("check", name),
        CheckObject::Variable(_, name) => ("var", name),
    };
    let resource = match checked {
        CheckObject::Resource(resource) => Some(&resource.resource),
        _ => None,
    };
    writer.object(|object| {
        object.key("kind").string(kind);
        if let Some(resource) = resource {
            object.key("mode").string(mode(resource.mode));
        }
        object.text("module", &checked.module().to_string());
        object.key("name").string(name);
        object.key("to_display").display(checked);
        if let Some(resource) = resource {
            object.key("type").string(&resource.kind);
        }
    });
}

fn instance(writer: &mut JsonWriter<'_>, address: &str, instance: &CheckInstance) {
    writer.object(|object| {
        object.key("address").object(|object| {
            if instance.key != InstanceKey::None {
                instance_key(object.key("instance_key"), &instance.key);
            }
            object.text("module", &instance.module.to_string());
            object.key("to_display").string(address);
        });
        object.key("status").string(instance.status.as_str());
        if !instance.problems.is_empty() {
            let mut problems: Vec<&str> = instance.problems.iter().map(|problem| &**problem).collect();
            problems.sort_unstable();
            object.key("problems").array(problems, |writer, problem| {
                writer.object(|object| object.key("message").string(problem));
            });
        }
    });
}

#[cfg(test)]
mod tests {
    use landform_addrs::{Resource, ResourceMode};

    use super::*;

    #[test]
    fn ephemeral_resources_have_a_mode_too() {
        let resource = Resource { mode: ResourceMode::Ephemeral, kind: "a".into(), name: "b".into() };
        let mut writer = JsonWriter::in_memory();
        address(&mut writer, &CheckObject::Resource(resource.in_module(landform_addrs::ModulePath::root())));
        let expected = r#"{"kind":"resource","mode":"ephemeral","name":"b","to_display":"ephemeral.a.b","type":"a"}"#;
        assert_eq!(writer.into_text(), expected);
    }
}
