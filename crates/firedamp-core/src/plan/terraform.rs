//! What a plan touches, as lists that Terraform reads: for those who keep their clouds in code and must
//! take the same things out of it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Kind, Measure, Plan, Target, name};
use crate::id::Provider;

/// What stands before a scale set's name.
const SETS: &str = "virtualmachinescalesets";

/// `locals` with a list of names for each type of resource.
#[must_use]
pub fn locals(plan: &Plan) -> String {
    let mut lists: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    // What is only asked about stays where it is.
    for step in plan.steps.iter().filter(|step| step.measure != Measure::Decide) {
        if let Some(kind) = kind(plan.provider, &step.target) {
            lists.entry(kind).or_default().insert(&step.target.name);
        }
    }
    let mut text = "locals {\n".to_string();
    for (kind, names) in lists {
        text.push_str(&format!("  firedamp_{kind} = [\n"));
        for name in names {
            text.push_str(&format!("    {},\n", quoted(name)));
        }
        text.push_str("  ]\n");
    }
    text.push_str("}\n");
    text
}

/// Terraform's name for what a step is about.
fn kind(provider: Provider, target: &Target) -> Option<&'static str> {
    Some(match (provider, target.kind) {
        (Provider::Aws, Kind::Machine) => "aws_instance",
        (Provider::Aws, Kind::Group) => "aws_autoscaling_group",
        (Provider::Aws, Kind::Container) => "aws_ecs_service",
        (Provider::Aws, Kind::Key) => "aws_iam_access_key",
        (Provider::Aws, Kind::User) => "aws_iam_user",
        (Provider::Aws, Kind::Role) => "aws_iam_role",
        // A machine of a scale set is the set's, not Terraform's.
        (Provider::Azure, Kind::Machine) if name::segment(&target.name, SETS).is_some() => {
            return None;
        }
        (Provider::Azure, Kind::Machine) => "azurerm_virtual_machine",
        (Provider::Azure, Kind::Group) => "azurerm_virtual_machine_scale_set",
        (Provider::Azure, Kind::Container) => "azurerm_container_group",
        (Provider::Azure, Kind::Lock) => "azurerm_management_lock",
        (Provider::Azure, Kind::Grant) => "azurerm_role_assignment",
        (Provider::Gcp, Kind::Machine) => "google_compute_instance",
        (Provider::Gcp, Kind::Group) => "google_compute_instance_group_manager",
        (Provider::Gcp, Kind::Application) => "google_service_account",
        _ => return None,
    })
}

/// A text as HCL writes it: no template and no escape is left in it.
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut quoted = "\"".to_string();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let opens = letters.peek() == Some(&'{');
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '$' if opens => quoted.push_str("$$"),
            '%' if opens => quoted.push_str("%%"),
            letter if letter.is_control() => quoted.push('?'),
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}
