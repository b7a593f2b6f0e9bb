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
fn a_data_source_waits_for_modules_and_data_sources_that_it_names() {
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
        read data.test_tag.e: read data.test_tag.d
        update module.m.a
    ";
    check(config.trim_start(), "module.m.test_thing.a\n test_thing.b", expected);
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
