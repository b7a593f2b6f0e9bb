//! The provider as the engine calls it.

mod change;
mod create;
mod ephemeral;
mod import;
mod schemas;
mod upgrade;
mod validate;
mod world;
