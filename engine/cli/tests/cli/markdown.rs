//! `plan -format=markdown` and `show -format=markdown`: standard output is the comment and nothing else.

use crate::environment::TestEnvironment;

const ROOT: &str = r#"
variable "secret" {
  sensitive = true
  default   = "s3cr3t-v4lue"
}
variable "count" {
  default = 3
}
resource "terraform_data" "a" {
  count            = var.count
  input            = "</details> @all `x` ${var.secret}"
  triggers_replace = [var.count]
}
output "o" {
  value     = var.secret
  sensitive = true
}
check "c" {
  assert {
    condition     = var.count < 3
    error_message = "More than @two."
  }
}
"#;

fn environment(text: &str) -> TestEnvironment {
    let environment =
        TestEnvironment::of(&text.replace("variable \"count\"", "variable \"n\"").replace("var.count", "var.n"));
    environment.run(&["init"]).succeeds();
    environment
}

#[test]
fn a_plan_and_the_saved_plan() {
    let environment = environment(ROOT);
    let plan = environment.run(&["plan", "-format=markdown", "-out=p", "-detailed-exitcode"]).ends_with(2);
    let begin = "<!-- landform-plan: root/default -->\n### Landform plan: `root/default`\n\n**Plan: 3 to add, 0 to change, 0 to destroy.**\n";
    assert!(plan.stdout.starts_with(begin), "{}", plan.stdout);
    assert!(
        plan.stdout.contains("#### Checks that do not hold (1)\n\n- `check.c`: `More than @two.`\n"),
        "{}",
        plan.stdout
    );
    assert!(plan.stdout.contains("#### Warnings (1)"), "{}", plan.stdout);
    assert!(!plan.stdout.contains("s3cr3t") && !plan.stderr.contains("s3cr3t"), "{plan:?}");
    let shown = environment.run(&["show", "-format=markdown", "-marker=examples/x/staging", "p"]).succeeds().stdout;
    assert!(shown.starts_with("<!-- landform-plan: examples/x/staging -->\n"), "{shown}");
    assert!(shown.contains("<code>terraform_data.a[2]</code>") && !shown.contains("s3cr3t"), "{shown}");
    environment.run(&["apply", "p"]).succeeds();
    let next = environment.run(&["plan", "--format", "markdown", "-var=n=1", "-detailed-exitcode"]).ends_with(2).stdout;
    for line in [
        "- `-/+` `terraform_data.a[0]`: `triggers_replace can not be changed in place`\n",
        "- `-` `terraform_data.a[2]`: `index [2] is out of range for count`\n",
        "> 3 objects are destroyed or replaced.\n",
    ] {
        assert!(next.contains(line), "{next}");
    }
    assert!(!next.contains("Refreshing"), "{next}");
}

#[test]
fn a_folder_of_a_repository_names_the_comment() {
    let environment =
        TestEnvironment::new(&[("examples/a/main.tf", "output \"o\" {\n  value = 1\n}\n"), (".git/HEAD", "")]);
    let plan = environment.run(&["-chdir=examples/a", "plan", "-format=markdown"]).succeeds().stdout;
    assert!(plan.starts_with("<!-- landform-plan: examples/a/default -->\n"), "{plan}");
    assert!(plan.contains("**No changes to objects**; outputs change."), "{plan}");
}

#[test]
fn a_plan_that_fails_says_so() {
    let check = |text: &str, error: &str| {
        let environment = environment(ROOT);
        environment.write("bad.tf", text);
        let ran = environment.run(&["plan", "-format=markdown", "-out=p"]).fails(&[error]);
        assert!(ran.stdout.starts_with("<!-- landform-plan: root/default -->\n"), "{ran:?}");
        assert!(ran.stdout.contains("> **Planning failed** with 1 error."), "{ran:?}");
        assert!(ran.stdout.contains(error) && !ran.stdout.contains("s3cr3t"), "{ran:?}");
        assert!(!environment.has("p"));
    };
    check("resource \"terraform_data\" \"b\" {\n", "Unclosed configuration block");
    check("output \"b\" {\n  value = tonumber(\"x\")\n}\n", "Invalid function argument");
    check("resource \"terraform_data\" \"b\" {\n  for_each = toset([var.secret])\n}\n", "Invalid for_each argument");
}

#[test]
fn hundreds_of_destroys() {
    let environment = environment(
        "resource \"terraform_data\" \"a\" {\n  count = 400\n}\nresource \"terraform_data\" \"b\" {\n  for_each = toset([for n in range(400) : \"${md5(n)}-${n}\"])\n}\n",
    );
    environment.run(&["apply", "-auto-approve"]).succeeds();
    let text = environment.run(&["plan", "-destroy", "-format=markdown"]).succeeds().stdout;
    assert!(text.len() <= 60_000, "{}", text.len());
    let listed = (0..400).all(|index| text.contains(&format!("\nterraform_data.a[{index}]\n")));
    assert!(listed && !text.contains("a[0]`:"), "a line each, with the cause once: {text}");
    assert!(text.contains("Destroys and replacements (800)"), "{text}");
}

#[test]
fn forms() {
    let environment = environment(ROOT);
    let json = environment.run(&["plan", "-format=json", "-out=p"]).succeeds().stdout;
    assert!(json.lines().all(|line| line.starts_with('{')), "{json}");
    let text = environment.run(&["plan", "-format=text"]).succeeds().stdout;
    assert!(text.contains("Plan: 3 to add"), "{text}");
    assert!(environment.run(&["show", "-format=json", "p"]).succeeds().stdout.starts_with('{'));
    environment
        .run(&["plan", "-format=html"])
        .fails(&["invalid value \"html\" for -format: it is text, json or markdown"]);
    environment.run(&["show", "-json", "-format=markdown", "p"]).fails(&["do not go together"]);
    environment.run(&["show", "-format=markdown"]).fails(&["Nothing to show as Markdown"]);
}
