//! The engine as a whole, on configurations in memory, objects in memory and a provider that forgives nothing.

mod configurations;
mod deferral;
mod drift;
mod ephemeral;
mod fixture;
mod identities;
mod laws;
mod objects;
mod order;
mod order_of_ends;
mod provider_instances;
mod rules;
mod sessions;
mod strict;
