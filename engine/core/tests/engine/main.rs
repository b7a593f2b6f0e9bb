//! The engine as a whole, on configurations in memory, objects in memory and a provider that forgives nothing.

mod circles;
mod conditions;
mod configurations;
mod deferral;
mod drift;
mod ephemeral;
mod fixture;
mod identities;
mod laws;
mod lists;
mod moves;
mod objects;
mod order;
mod order_of_ends;
mod order_of_reads;
mod promises;
mod provider_instances;
mod provisioners;
mod removed;
mod rules;
mod selection;
mod sessions;
mod stored;
mod strict;
mod waiting;
