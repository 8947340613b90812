//! A machine is cut off from the network by a security group of its own that lets nothing through.

use super::{Aws, EC2, Trouble, xml};

type Done = Result<String, Trouble>;

/// What the group is called that cuts a machine off.
pub(super) fn isolation(id: &str) -> String {
    format!("firedamp-isolated-{id}")
}

/// The groups that a machine is in, by their ids and names.
pub(super) fn groups_of(said: &str) -> Vec<(&str, &str)> {
    let groups = xml::all(group_set(said), "item");
    let part = |group| Some((xml::text(group, "groupId")?, xml::text(group, "groupName")?));
    groups.filter_map(part).collect()
}

/// The groups of the machine itself; where none are told, those of its interface.
fn group_set(said: &str) -> &str {
    let (before, rest) = said.split_once("<networkInterfaceSet>").unwrap_or((said, ""));
    let (interfaces, behind) = rest.split_once("</networkInterfaceSet>").unwrap_or((rest, ""));
    let own = |part| xml::text(part, "groupSet").filter(|groups| groups.contains("<groupId>"));
    [before, behind, interfaces].into_iter().find_map(own).unwrap_or_default()
}

/// A security group of the machine's own that lets nothing through.
pub(super) async fn isolate(aws: &Aws, region: &str, id: &str, said: &str) -> Done {
    let vpc = xml::text(said, "vpcId").unwrap_or_default().to_string();
    if vpc.is_empty() {
        return Err(Trouble::Unexpected("the machine is in no network".to_string()));
    }
    let had: Vec<&str> = xml::all(group_set(said), "groupId").collect();
    let name = isolation(id);
    let filter = [
        ("Filter.1.Name", "group-name"),
        ("Filter.1.Value.1", name.as_str()),
        ("Filter.2.Name", "vpc-id"),
        ("Filter.2.Value.1", vpc.as_str()),
    ];
    let known = aws.ask(EC2, region, "DescribeSecurityGroups", &filter).await?;
    let group = match xml::text(&known, "groupId") {
        Some(group) => group.to_string(),
        None => {
            let parameters = [
                ("GroupName", name.as_str()),
                ("GroupDescription", "lets nothing through"),
                ("VpcId", vpc.as_str()),
            ];
            let made = aws.ask(EC2, region, "CreateSecurityGroup", &parameters).await?;
            xml::text(&made, "groupId").unwrap_or_default().to_string()
        }
    };
    close(aws, region, &group).await?;
    let parameters = [("InstanceId", id), ("GroupId.1", group.as_str())];
    aws.ask(EC2, region, "ModifyInstanceAttribute", &parameters).await?;
    let had = had.join(", ");
    Ok(format!("in {group}; before in {had}; connections that are open already may last"))
}

/// What a new group lets out; by IPv6 where its network has that.
const EVERYWHERE: [(&str, &str); 2] = [
    ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"),
    ("IpPermissions.1.Ipv6Ranges.1.CidrIpv6", "::/0"),
];

/// Takes every rule of a group away, whoever made it: one of the name may have been there before.
async fn close(aws: &Aws, region: &str, group: &str) -> Result<(), Trouble> {
    // Not from the list alone, which may not have them yet.
    for range in EVERYWHERE {
        let parameters = [("GroupId", group), ("IpPermissions.1.IpProtocol", "-1"), range];
        match aws.call(EC2, region, "RevokeSecurityGroupEgress", &parameters).await? {
            Ok(_) => {}
            Err((code, _)) if code == "InvalidPermission.NotFound" => {}
            Err((code, message)) => return Err(Trouble::Unexpected(format!("{code}: {message}"))),
        }
    }
    for (rule, is_egress) in rules(aws, region, group).await? {
        let action = match is_egress {
            true => "RevokeSecurityGroupEgress",
            false => "RevokeSecurityGroupIngress",
        };
        let parameters = [("GroupId", group), ("SecurityGroupRuleId.1", rule.as_str())];
        aws.ask(EC2, region, action, &parameters).await?;
    }
    match rules(aws, region, group).await?.len() {
        0 => Ok(()),
        left => Err(Trouble::Unexpected(format!("{left} rules of {group} stay: look at it"))),
    }
}

/// The rules of a security group, and whether they are of what goes out.
async fn rules(aws: &Aws, region: &str, group: &str) -> Result<Vec<(String, bool)>, Trouble> {
    let filter = [("Filter.1.Name", "group-id"), ("Filter.1.Value.1", group)];
    let said = aws.ask(EC2, region, "DescribeSecurityGroupRules", &filter).await?;
    let ways = xml::all(&said, "isEgress").map(|way| way == "true");
    let ids = xml::all(&said, "securityGroupRuleId").map(str::to_string);
    Ok(ids.zip(ways).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_groups_of_a_machine_are_its_own_and_not_those_of_another_interface() {
        let set = |id: &str, name: &str| {
            let one = format!("<groupId>{id}</groupId><groupName>{name}</groupName>");
            format!("<groupSet><item>{one}</item></groupSet>")
        };
        let own = set("sg-1", "web");
        let interfaces = format!(
            "<networkInterfaceSet><item>{}</item></networkInterfaceSet>",
            set("sg-2", "db")
        );
        for said in [
            format!("<groupSet/><instanceId>i-0abc</instanceId>{own}{interfaces}"),
            format!("<groupSet/>{interfaces}{own}<instanceId>i-0abc</instanceId>"),
        ] {
            assert_eq!(groups_of(&said), [("sg-1", "web")], "{said}");
        }
        assert_eq!(groups_of(&format!("{interfaces}<groupSet/>")), [("sg-2", "db")]);
        for none in ["<groupSet/>", "<networkInterfaceSet><groupSet>", ""] {
            assert!(groups_of(none).is_empty(), "{none}");
        }
    }
}
