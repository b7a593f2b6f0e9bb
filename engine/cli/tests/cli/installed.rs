//! What `init` and `get` tell of modules and backends that are wrong, and what other commands tell behind them; cases are
//! written as in [`recorded`](crate::recorded).

use crate::recorded::check;

#[test]
fn a_directory_that_is_not_there_is_remembered() {
    check(
        r#"-- main.tf --
module "m" { source = "./none" }
-- main.tftest.hcl --
run "zzz" {
  module { source = "./there" }
}
run "aaa" {
  module { source = "./there" }
}
-- there/main.tf --
output "o" { value = 1 }
-- later/none/main.tf --
output "o" { value = 1 }
-- steps --
! get
> - m in \n
! validate
> This module is not yet installed.
! init
> - m in\n
> - test.main.zzz in there\n- test.main.aaa in there\n
! validate
> This module's local cache directory  could not be read.
@ later
! validate
> This module's local cache directory  could not be read.
$ init
> - m in none\n
$ validate
"#,
    );
}

#[test]
fn a_module_for_another_version_is_refused_as_it_is_installed() {
    check(
        r#"-- main.tf --
module "m" { source = "./m" }
module "n" { source = "./n" }
-- m/main.tf --
terraform {
  required_version = "< 1.0"
  nosuch           = 1
}
-- n/main.tf --
terraform {
  backend "local" {}
}
-- root/main.tf --
terraform {
  required_version = "< 1.0"
}
module "m" { source = "./n" }
output "o" {}
-- steps --
! get
> Warning: Backend configuration ignored
> Error: Unsupported Terraform Core version
> Module module.m (from ./m) does not support
< nosuch
! init
> Warning: Backend configuration ignored
> Error: Unsupported Terraform Core version
@ root
! init
> This configuration does not support Terraform version
< Missing required argument
! get
> This configuration does not support Terraform version
< Missing required argument
"#,
    );
}

#[test]
fn a_backend_that_can_not_be_decoded_is_for_init_to_tell() {
    check(
        r#"-- main.tf --
terraform {
  backend "local" { path = ["x"] }
}
-- good/main.tf --
terraform {
  backend "local" {}
}
-- bad/main.tf --
terraform {
  backend "local" { path = ["x"] }
}
-- steps --
! plan
> Reason: Initial configuration of the requested backend "local"
! init
> Incorrect attribute value type
@ good
$ init
@ bad
! state list
> Reason: Backend configuration block has changed
! init
> Error: Backend configuration changed
< Incorrect attribute value type
! init -migrate-state
> Backend configuration changed!
> Incorrect attribute value type
! init -reconfigure
> Incorrect attribute value type
"#,
    );
}

#[test]
fn what_is_wrong_with_tests_is_told_once() {
    check(
        r#"-- main.tf --
output "o" { value = 1 }
-- main.tftest.hcl --
run "a" { nosuch = 1 }
-- warned/main.tftest.hcl --
run "a" { command = plan }
-- steps --
! init
> An argument named "nosuch" is not expected here.
< not expected here.\n\nError: Unsupported argument
@ warned
$ init -backend-config=path=x -lockfile=other
> Initializing provider plugins...
> Warning: Missing backend configuration
> successfully initialized!
"#,
    );
}

#[test]
fn an_unknown_kind_of_provisioner_stops_a_plan_before_all_else() {
    check(
        r#"-- main.tf --
resource "terraform_data" "a" {
  provisioner "one" {}
  provisioner "two" {}
}
-- steps --
$ init
! validate
> Missing required provisioner plugin
> Missing required provisioner plugin
! plan
> Failed to load plugin schemas
> 2 problems:\n\n- Failed to obtain provisioner schema
"#,
    );
}

#[test]
fn modules_that_a_broken_root_calls_are_looked_at_as_they_are_installed() {
    check(
        r#"-- main.tf --
module "m" { source = "./m" }
variable {}
-- m/main.tf --
terraform {
  backend "local" {}
}
-- steps --
! get
> Warning: Backend configuration ignored
> Error: Missing name for variable
! init
> Warning: Backend configuration ignored
> Error: Missing name for variable
! plan
> Error: Missing name for variable
< Backend configuration ignored
"#,
    );
}
