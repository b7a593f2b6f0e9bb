//! The engine as a whole, on configurations in memory, objects in memory and a provider that forgives nothing.

mod fixture;
mod objects;
mod order;
mod strict;
