//! A right that a call gave, in one text: `policy arn:aws:iam::aws:policy/AdministratorAccess -> user x1`.
//!
//! Formats write it down as a name of what the call was about; plans read it again to take back what was
//! given, and nothing else. It is read only where each of its names is one that its cloud gives: names
//! were written by attackers, and go into commands.

use std::fmt;

use crate::plan::name;

/// Bytes of one name in it; the ARNs of policies reach some hundred.
const PART_BYTES_MAX: usize = 512;

/// What stands behind a grant that holds only under a condition. To take it back, tools ask for the words
/// of the condition, so that it is not read as a grant.
pub const CONDITIONAL: &str = " (conditional)";

/// Who a policy of AWS was given to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Holder<'a> {
    /// Everybody in a group.
    Group(&'a str),
    /// A role.
    Role(&'a str),
    /// A user.
    User(&'a str),
}

impl<'a> Holder<'a> {
    /// `group`, `role` or `user`, as AWS's calls and tools call it, and the name.
    #[must_use]
    pub const fn parts(self) -> (&'static str, &'a str) {
        match self {
            Self::Group(name) => ("group", name),
            Self::Role(name) => ("role", name),
            Self::User(name) => ("user", name),
        }
    }

    fn of(kind: &str, name: &'a str) -> Option<Self> {
        match kind {
            "group" => Some(Self::Group(name)),
            "role" => Some(Self::Role(name)),
            "user" => Some(Self::User(name)),
            _ => None,
        }
    }
}

/// A right that was given.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Grant<'a> {
    /// A managed policy of AWS, by its ARN.
    Policy(&'a str, Holder<'a>),
    /// A policy that is a part of who has it, by its name.
    Inline(&'a str, Holder<'a>),
    /// Membership: a group and a user.
    Member(&'a str, &'a str),
    /// A role for whatever runs with an instance profile: the role and the profile.
    Profile(&'a str, &'a str),
    /// Who may take a role of AWS up.
    Trust(&'a str),
    /// A right to call a function: the statement's id and the function.
    Statement(&'a str, &'a str),
    /// An address of a function that anybody may call.
    Url(&'a str),
    /// A role of Google's for a member, on a project.
    Binding {
        /// `roles/owner`.
        role: &'a str,
        /// `user:x@y.example`.
        member: &'a str,
        /// The project.
        project: &'a str,
    },
}

impl fmt::Display for Grant<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Policy(arn, holder) => {
                let (kind, name) = holder.parts();
                write!(formatter, "policy {arn} -> {kind} {name}")
            }
            Self::Inline(policy, holder) => {
                let (kind, name) = holder.parts();
                write!(formatter, "inline {policy} -> {kind} {name}")
            }
            Self::Member(group, user) => write!(formatter, "group {group} -> user {user}"),
            Self::Profile(role, profile) => write!(formatter, "role {role} -> profile {profile}"),
            Self::Trust(role) => write!(formatter, "trust -> role {role}"),
            Self::Statement(id, function) => {
                write!(formatter, "statement {id} -> function {function}")
            }
            Self::Url(function) => write!(formatter, "address -> function {function}"),
            Self::Binding { role, member, project } => {
                write!(formatter, "{role} -> {member} on {project}")
            }
        }
    }
}

impl<'a> Grant<'a> {
    /// Its text, where no name in it could be taken for more than one word.
    #[must_use]
    pub fn written(&self) -> Option<String> {
        let is_word = |part: &&str| {
            !part.is_empty()
                && part.len() <= PART_BYTES_MAX
                && part.bytes().all(|byte| byte.is_ascii_graphic())
        };
        self.names().iter().all(is_word).then(|| self.to_string())
    }

    fn names(&self) -> Vec<&'a str> {
        match *self {
            Self::Policy(policy, holder) | Self::Inline(policy, holder) => {
                vec![policy, holder.parts().1]
            }
            Self::Member(one, other) | Self::Profile(one, other) | Self::Statement(one, other) => {
                vec![one, other]
            }
            Self::Trust(name) | Self::Url(name) => vec![name],
            Self::Binding { role, member, project } => vec![role, member, project],
        }
    }

    /// Reads what [`Grant::written`] wrote, where its names are such as their cloud gives.
    #[must_use]
    pub fn read(text: &'a str) -> Option<Self> {
        let words: Vec<&'a str> = text.split(' ').take(6).collect();
        let grant = match *words.as_slice() {
            ["policy", arn, "->", kind, name] => Self::Policy(arn, Holder::of(kind, name)?),
            ["inline", policy, "->", kind, name] => Self::Inline(policy, Holder::of(kind, name)?),
            ["group", group, "->", "user", user] => Self::Member(group, user),
            ["role", role, "->", "profile", profile] => Self::Profile(role, profile),
            ["trust", "->", "role", role] => Self::Trust(role),
            ["statement", id, "->", "function", function] => Self::Statement(id, function),
            ["address", "->", "function", function] => Self::Url(function),
            [role, "->", member, "on", project] => Self::Binding { role, member, project },
            _ => return None,
        };
        grant.is_sound().then_some(grant)
    }

    fn is_sound(&self) -> bool {
        match *self {
            Self::Policy(arn, holder) => name::is_policy(arn) && name::is_aws(holder.parts().1),
            Self::Inline(policy, holder) => name::is_aws(policy) && name::is_aws(holder.parts().1),
            Self::Member(one, other) | Self::Profile(one, other) => {
                name::is_aws(one) && name::is_aws(other)
            }
            Self::Trust(role) => name::is_aws(role),
            Self::Statement(id, function) => name::is_function(id) && name::is_function(function),
            Self::Url(function) => name::is_function(function),
            Self::Binding { role, member, project } => {
                name::is_role(role) && name::is_member(member) && name::is_project(project)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADMIN: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

    #[test]
    fn what_is_written_is_read() {
        let binding =
            Grant::Binding { role: "roles/owner", member: "user:x@y.example", project: "lab-1" };
        for (grant, text) in [
            (
                Grant::Policy(ADMIN, Holder::User("x1")),
                "policy arn:aws:iam::aws:policy/AdministratorAccess -> user x1",
            ),
            (Grant::Inline("all", Holder::Role("ci")), "inline all -> role ci"),
            (Grant::Member("admins", "x1"), "group admins -> user x1"),
            (Grant::Profile("ci", "nodes"), "role ci -> profile nodes"),
            (Grant::Trust("ci"), "trust -> role ci"),
            (Grant::Statement("s-1", "f"), "statement s-1 -> function f"),
            (Grant::Url("f"), "address -> function f"),
            (binding, "roles/owner -> user:x@y.example on lab-1"),
        ] {
            assert_eq!(grant.written().as_deref(), Some(text));
            assert_eq!(Grant::read(text), Some(grant), "{text}");
        }
    }

    #[test]
    fn a_name_that_is_more_than_a_word_is_neither_written_nor_read() {
        for hostile in
            ["", "a b", "a\nb", "x -> user root", "--force", "$(id)", "ä", "file://x", "a;b"]
        {
            for grant in [
                Grant::Policy(ADMIN, Holder::User(hostile)),
                Grant::Policy(hostile, Holder::User("x1")),
                Grant::Inline(hostile, Holder::Group("g")),
                Grant::Member("admins", hostile),
                Grant::Trust(hostile),
                Grant::Statement(hostile, "f"),
                Grant::Url(hostile),
                Grant::Binding { role: "roles/owner", member: hostile, project: "lab-1" },
            ] {
                let text = grant.written().unwrap_or_else(|| grant.to_string());
                assert_eq!(Grant::read(&text), None, "{text:?}");
            }
        }
        assert_eq!(Grant::Trust("a b").written(), None);
        assert_eq!(Grant::Trust(&"a".repeat(PART_BYTES_MAX + 1)).written(), None);
        assert_eq!(Grant::read("trust -> role a on b c"), None);
    }
}
