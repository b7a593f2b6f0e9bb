//! What changed outside since the last apply.

use landform_addrs::ResourceMode;
use landform_plan::{Action, IdentityChange, ResourceChange};

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
                    previous_address,
                    action: if changed { Action::Update } else { Action::NoOp },
                    before: object.stored.clone(),
                    after: object.value.clone(),
                    identity: IdentityChange::none(object.known_identity()),
                    ..ResourceChange::none(address, found.provider_of(instance).clone(), object.schema.clone())
                });
            }
        }
        for ((address, deposed), object) in self.vanished.borrow().iter() {
            let Some(found) = prior.resources.get(&address.resource()) else { continue };
            let Some(instance) = found.instances.get(&address.key) else { continue };
            drift.push(ResourceChange {
                previous_address: self.moved.previous(address),
                deposed: deposed.clone(),
                action: Action::Delete,
                before: object.stored.clone(),
                identity: IdentityChange { before: object.known_identity(), after: None },
                ..ResourceChange::none(address.clone(), found.provider_of(instance).clone(), object.schema.clone())
            });
        }
        drift.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
        drift
    }
}
