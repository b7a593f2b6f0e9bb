//! Which operations wait for what modules depend on, and when data sources are read.

use crate::order::check;

#[test]
fn a_data_source_waits_for_changes_of_what_its_module_depends_on() {
    let config = |depends_on: &str| {
        format!(
            r#"-- main.tf --
resource "test_thing" "a" {{ input = "new" }}
resource "test_thing" "b" {{ depends_on = [test_thing.a] }}
module "m" {{
  source     = "./m"
  depends_on = [{depends_on}]
}}
-- m/main.tf --
data "test_tag" "d" {{ id = "test_thing.b" }}
"#
        )
    };
    let state = "test_thing.a\n test_thing.b after test_thing.a";
    let expected = "read module.m.data.test_tag.d: update a\n update a";
    check(&config("test_thing.a"), state, expected);
    // Followed further than a data source follows its own.
    check(&config("test_thing.b"), state, expected);
}

#[test]
fn a_data_source_waits_for_modules_that_it_names_and_not_for_other_data_sources() {
    let config = r#"
-- main.tf --
module "m" { source = "./m" }
resource "test_thing" "b" {}
data "test_tag" "d" {
  id         = "test_thing.b"
  depends_on = [module.m]
}
data "test_tag" "e" {
  id         = "test_thing.b"
  depends_on = [data.test_tag.d]
}
data "test_tag" "f" {
  id         = "test_thing.b"
  depends_on = [test_thing.b]
}
-- m/main.tf --
resource "test_thing" "a" { input = "new" }
"#;
    let expected = "
        read data.test_tag.d: update module.m.a
        update module.m.a
    ";
    check(config.trim_start(), "module.m.test_thing.a\n test_thing.b", expected);
}

#[test]
fn a_data_source_waits_for_changes_of_what_it_refers_to() {
    let config = r#"
resource "test_thing" "a" { input = "new" }
resource "test_thing" "b" { input = test_thing.a.id }
resource "test_thing" "many" { count = 1 }
locals { a = test_thing.a.id }
data "test_tag" "a" { id = test_thing.a.id }
data "test_tag" "many" { id = test_thing.many[0].id }
data "test_tag" "through_another" { id = test_thing.b.id }
data "test_tag" "through_a_local" { id = local.a }
data "test_tag" "with_condition" {
  id = test_thing.b.id
  lifecycle {
    postcondition {
      condition     = self.id != ""
      error_message = "There is none."
    }
  }
}
"#;
    let state = "
        test_thing.a
        test_thing.b input:test_thing.a after test_thing.a
        test_thing.many[0]
        test_thing.many[1]
    ";
    let expected = "
        delete many[1]
        read data.test_tag.a: update a
        read data.test_tag.many
        read data.test_tag.with_condition: update a
        update a
    ";
    check(config, state, expected);
}

#[test]
fn a_data_source_does_not_wait_for_other_instances_of_its_module() {
    let config = r#"-- main.tf --
module "m" {
  source   = "./m"
  for_each = { x = "new", y = null }
  input    = each.value
}
-- m/main.tf --
variable "input" {}
resource "test_thing" "a" { input = var.input }
data "test_tag" "a" { id = test_thing.a.id }
"#;
    let state = r#"
        module.m["x"].test_thing.a
        module.m["y"].test_thing.a
    "#;
    let expected = r#"
        read module.m["x"].data.test_tag.a: update module.m["x"].a
        update module.m["x"].a
    "#;
    check(config, state, expected);
}

#[test]
fn who_waits_for_a_module_waits_for_what_that_depends_on() {
    let config = r#"
-- main.tf --
resource "test_thing" "a" {}
module "m" {
  source     = "./m"
  depends_on = [test_thing.a]
}
module "n" {
  source     = "./m"
  depends_on = [module.m]
}
resource "test_thing" "b" { depends_on = [module.m] }
resource "test_thing" "c" { input = module.m.out }
resource "test_thing" "d" { depends_on = [module.n] }
-- m/main.tf --
output "out" { value = "there is nothing else" }
"#;
    let expected = "
        create a
        create b: create a
        create c: create a
        create d: create a
    ";
    check(config.trim_start(), "", expected);
}

#[test]
fn checks_read_behind_all_that_is_made_in_an_order_that_they_can_keep() {
    let config = r#"
-- main.tf --
resource "test_thing" "a" {}
resource "test_thing" "o" {}
module "m" {
  source     = "./m"
  depends_on = [module.n]
}
module "n" {
  source = "./m"
}
-- m/main.tf --
check "c" {
  data "test_tag" "d" { id = "test_thing.o" }
  assert {
    condition     = data.test_tag.d.id != ""
    error_message = "It is another."
  }
}
"#;
    let expected = "
        create a
        read module.m.data.test_tag.d: read module.n.data.test_tag.d
        read module.n.data.test_tag.d: create a
    ";
    check(config.trim_start(), "test_thing.o", expected);
}
