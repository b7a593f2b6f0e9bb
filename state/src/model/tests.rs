//! What the planner and the applier rely on.

use landform_addrs::{ProviderAddr, ProviderConfigAddr, ResourceInstance};

use super::*;

fn provider() -> ProviderConfigAddr {
    ProviderConfigAddr::root(ProviderAddr::builtin())
}

fn address(text: &str) -> ResourceInstance {
    text.parse().expect("a valid address")
}

fn state(addresses: &[&str]) -> State {
    let mut state = State::new("1.11.4");
    for text in addresses {
        state.insert(&address(text), &provider(), Object::new(0, "{}"));
    }
    state
}

#[test]
fn addresses_come_as_terraform_lists_them() {
    let expected = [
        "data.z.z",
        "a.a[2]",
        "a.a[10]",
        "b.b[\"a\"]",
        "module.a.x.y",
        "module.z[0].x.y",
        "module.z[1].x.y",
        "module.a.module.b.x.y",
    ];
    let mut shuffled = expected;
    shuffled.reverse();
    let listed: Vec<String> = state(&shuffled).addresses().iter().map(ToString::to_string).collect();
    assert_eq!(listed, expected);
}

#[test]
fn removing_the_last_object_removes_all_around_it() {
    let mut state = state(&["a.a[0]", "a.a[1]"]);
    state.insert_deposed(&address("a.a[1]"), "00000001", &provider(), Object::new(0, "{}"));
    assert!(state.remove(&address("a.a[1]"), None).is_some());
    assert!(state.instance(&address("a.a[1]")).is_some());
    assert!(state.remove(&address("a.a[1]"), Some("00000001")).is_some());
    assert!(state.instance(&address("a.a[1]")).is_none());
    assert!(state.remove_instance(&address("a.a[0]")).is_some());
    assert!(state.resources.is_empty() && state.is_empty());
    assert!(state.remove(&address("a.a[0]"), None).is_none());
}

#[test]
fn deposing_and_restoring() {
    let mut instance = InstanceState::with_current(Object::new(0, "{}"));
    let key = instance.depose_current().expect("there was a current object");
    assert_eq!(key.len(), 8);
    assert!(instance.current.is_none());
    assert!(instance.restore_deposed(&key) && instance.deposed.is_empty());
    assert!(instance.depose_current().is_some() && instance.depose_current().is_none());
}

#[test]
fn content_is_the_same_whatever_order_and_escapes() {
    let (mut a, mut b) = (state(&["a.a"]), state(&["a.a"]));
    assert_ne!(a.lineage, b.lineage);
    assert!(a.same_content(&b));
    b.insert(&address("a.a"), &provider(), Object::new(0, "{ \"x\": \"<\" }"));
    assert!(!a.same_content(&b));
    a.insert(&address("a.a"), &provider(), Object::new(0, "{\"x\":\"\\u003c\"}"));
    assert!(a.same_content(&b));
    let check = |address: &str| CheckResult {
        kind: CheckableKind::Check,
        config_address: address.into(),
        status: CheckStatus::Pass,
        objects: Vec::new(),
    };
    a.check_results = Some(vec![check("check.a"), check("check.b")]);
    assert!(!a.same_content(&b));
    b.check_results = Some(vec![check("check.b"), check("check.a")]);
    assert!(a.same_content(&b));
}

#[test]
fn an_object_is_small() {
    assert!(size_of::<Object>() <= 136, "{}", size_of::<Object>());
}
