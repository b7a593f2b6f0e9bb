//! What every type must do, on a simulator of AWS; and that schemas are the public provider's.

mod dynamodb;
mod ec2;
mod eks;
mod elasticache;
mod harness;
mod iam;
mod kms;
mod logs;
mod lost_answers;
mod meta;
mod outside;
mod provider;
mod rds;
mod s3;
mod schemas;
mod secretsmanager;
mod simulator;
mod ssm;
mod together;
