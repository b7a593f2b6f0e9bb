//! What every type must do, on a simulator of AWS; and that schemas are the public provider's.

mod ec2;
mod harness;
mod outside;
mod schemas;
mod simulator;
