//! What changed outside since the last apply.

use landform_addrs::ResourceMode;
use landform_plan::{Action, IdentityChange, ResourceChange};
use landform_values::Value;

use super::Planner;

impl Planner<'_> {
    /// Objects that are not as state had them, and those that only have another address now.
    pub(super) fn drift(&self) -> Vec<ResourceChange> {
        let mut drift = Vec::new();
        let prior = self.prior.borrow();
        for (resource, found) in
            prior.resources.iter().filter(|(address, _)| address.resource.mode == ResourceMode::Managed)
        {
            for (key, instance) in &found.instances {
                let address = resource.instance(key.clone());
                let previous_address = self.moved.previous(&address);
                let Some(object) = &instance.current else { continue };
                let changed = object.has_changed();
                if !changed && previous_address == address {
                    continue;
                }
                drift.push(ResourceChange {
                    address,
                    previous_address,
                    deposed: None,
                    provider: found.provider_of(instance).clone(),
                    action: if changed { Action::Update } else { Action::NoOp },
                    reason: None,
                    triggered_by: Vec::new(),
                    before: object.stored.clone(),
                    after: object.value.clone(),
                    requires_replace: Vec::new(),
                    identity: IdentityChange::none(object.known_identity()),
                    importing: None,
                    generated_config: "".into(),
                    notes: Vec::new(),
                    schema: object.schema.clone(),
                });
            }
        }
        for ((address, deposed), object) in self.vanished.borrow().iter() {
            let Some(found) = prior.resources.get(&address.resource()) else { continue };
            let Some(instance) = found.instances.get(&address.key) else { continue };
            drift.push(ResourceChange {
                address: address.clone(),
                previous_address: self.moved.previous(address),
                deposed: deposed.clone(),
                provider: found.provider_of(instance).clone(),
                action: Action::Delete,
                reason: None,
                triggered_by: Vec::new(),
                before: object.stored.clone(),
                after: Value::null(object.schema.block.implied_type()),
                requires_replace: Vec::new(),
                identity: IdentityChange { before: object.known_identity(), after: None },
                importing: None,
                generated_config: "".into(),
                notes: Vec::new(),
                schema: object.schema.clone(),
            });
        }
        drift.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
        drift
    }
}
