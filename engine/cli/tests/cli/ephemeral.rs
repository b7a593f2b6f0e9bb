//! Ephemeral resources through the program: opened for what uses them, closed after it, and nowhere to be found later.

use crate::environment::TestEnvironment;

const ROOT: &str = r#"
module "login" {
  source = "./login"
}
resource "terraform_data" "user" {
  provisioner "local-exec" {
    command     = "test $${#TOKEN} = 20 && printf %s \"$TOKEN\" > token"
    environment = { TOKEN = module.login.token }
  }
}
resource "terraform_data" "later" {
  input = terraform_data.user.id
}
"#;

const LOGIN: &str = r#"
ephemeral "random_password" "token" {
  length  = 20
  special = false
}
output "token" {
  value     = ephemeral.random_password.token.result
  ephemeral = true
}
"#;

/// Addresses and actions of events in their order.
fn events(stream: &str) -> Vec<String> {
    let event = |line: &str| {
        let message: serde_json::Value = serde_json::from_str(line).expect("a message a line");
        let hook = message.get("hook")?;
        let (kind, address) = (message["type"].as_str()?, hook["resource"]["addr"].as_str()?);
        Some(format!("{kind} {} {address}", hook["action"].as_str()?))
    };
    stream.lines().filter_map(event).collect()
}

#[test]
fn one_is_open_for_what_uses_it() {
    let environment = TestEnvironment::new(&[("main.tf", ROOT), ("login/main.tf", LOGIN)]);
    environment.run(&["init"]).succeeds();
    environment.run(&["validate"]).succeeds();
    environment.run(&["plan", "-out=p"]).succeeds();
    let ran = environment.run(&["apply", "-json", "p"]).succeeds();
    let events = events(&ran.stdout);
    let at = |event: &str| {
        events.iter().position(|found| found == event).unwrap_or_else(|| panic!("{event} is not in {events:?}"))
    };
    let token = "module.login.ephemeral.random_password.token";
    assert!(at(&format!("ephemeral_op_complete open {token}")) < at("apply_start create terraform_data.user"));
    let closed = at(&format!("ephemeral_op_start close {token}"));
    assert!(at("apply_complete create terraform_data.user") < closed);
    assert!(closed < at("apply_complete create terraform_data.later"));
    let secret = environment.read("token");
    assert_eq!(secret.len(), 20);
    assert!(!environment.read("terraform.tfstate").contains(&secret));
    assert!(!ran.stdout.contains(&secret));
    let ran = environment.run(&["destroy", "-auto-approve"]).succeeds();
    assert!(ran.stdout.contains("2 destroyed"), "{}", ran.stdout);
}

#[test]
fn one_that_can_not_be_opened() {
    let text = "ephemeral \"random_password\" \"token\" {\n  length      = 2\n  min_numeric = 3\n}\n";
    let environment = TestEnvironment::of(text);
    environment.run(&["init"]).succeeds();
    environment.run(&["plan"]).fails(&["on main.tf line", "ephemeral.random_password.token"]);
}

#[test]
fn what_it_yields_is_not_stored() {
    let text = "ephemeral \"random_password\" \"token\" {\n  length = 2\n}\nresource \"terraform_data\" \"a\" {\n  input = ephemeral.random_password.token.result\n}\n";
    let environment = TestEnvironment::of(text);
    environment.run(&["init"]).succeeds();
    environment.run(&["validate"]).fails(&["Invalid use of ephemeral value", "on main.tf line 5"]);
}
