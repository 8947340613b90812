//! What the logs of the customer's account tell, before the clean-up and after it: flow logs, the
//! machine's questions for names, calls, and the bill.

use std::fmt::Write as _;

use firedamp_core::time::Time;
use serde_json::{Value, json};

use crate::cleanup::{ACCOUNT, HIJACKER, moto::Loot};

pub(super) const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
/// When the intruder makes the machine: 2026-03-30T09:00:00Z.
const BROKEN_IN: i64 = 1_774_861_200;
/// When people come to work the next morning.
pub(super) const NOTICED: i64 = BROKEN_IN + 23 * HOUR;
/// Ordinary calls begin so long before: who is new is known after a week only.
const CALLS_BEFORE: i64 = 14 * DAY;
const BILL_BEFORE: i64 = 10 * DAY;
/// Where the machine and its pool are.
const MINER: &str = "10.0.0.4";
const POOL: &str = "203.0.113.9";
const REGIONS: [&str; 6] =
    ["us-east-1", "us-east-2", "us-west-1", "us-west-2", "eu-west-1", "sa-east-1"];

/// What arrives at once.
pub(super) struct Part {
    first: i64,
    last: i64,
    /// Until when it mines.
    mines_until: i64,
    is_after: bool,
}

impl Part {
    /// Until people come to work.
    pub(super) fn before() -> Self {
        Self { first: BROKEN_IN - DAY, last: NOTICED, mines_until: NOTICED, is_after: false }
    }

    /// From then on, over the clean-up, until it is certain that it ended.
    pub(super) fn after(cleaned: Time) -> Self {
        let cleaned = cleaned.seconds();
        Self { first: NOTICED, last: cleaned + 54 * HOUR, mines_until: cleaned, is_after: true }
    }

    pub(super) fn files(&self, loot: &Loot) -> Vec<(&'static str, String)> {
        let calls = match self.is_after {
            false => intrusion(loot),
            true => clean_up(loot, self.mines_until),
        };
        let calls = [self.ordinary(), calls].concat();
        let mut files = vec![
            ("flow.log", self.flows(&loot.machine)),
            ("bill.csv", self.bill(&loot.machine)),
            ("calls.json", json!({"Records": calls}).to_string()),
        ];
        if !self.is_after {
            files.push(("names.json", question(&loot.machine)));
        }
        files
    }

    /// A shop that is there all the time, and the miner.
    fn flows(&self, machine: &str) -> String {
        let mut text = String::from(
            "version account-id interface-id instance-id srcaddr dstaddr srcport dstport protocol \
             packets bytes start end action log-status\n",
        );
        for minute in self.first / 60..self.last / 60 {
            let (start, end) = (minute * 60, minute * 60 + 60);
            let mut line = |of: &str, ends: &str, packets: i64, bytes: i64| {
                // A String takes whatever is written to it.
                let _written = writeln!(
                    text,
                    "5 {ACCOUNT} {of} {ends} 6 {packets} {bytes} {start} {end} ACCEPT OK"
                );
            };
            let guests = 40 + minute * 37 % 60;
            let shop = "eni-0def i-0shop";
            line(shop, "10.0.0.9 198.51.100.20 443 50100", guests * 9, guests * 11_000);
            line(shop, "198.51.100.20 10.0.0.9 50100 443", guests * 5, guests * 900);
            if (BROKEN_IN + 300..self.mines_until).contains(&start) {
                let (miner, shares) = (format!("eni-0abc {machine}"), 6 + minute * 7 % 5);
                line(&miner, &format!("{MINER} {POOL} 49152 443"), shares, shares * 131);
                let jobs = 700 + minute * 37 % 300;
                line(&miner, &format!("{POOL} {MINER} 443 49152"), 5, jobs);
            }
        }
        text
    }

    /// By the hour: the shop, and the miner's machine while it ran.
    fn bill(&self, machine: &str) -> String {
        let mut text = String::from(
            "SubAccountId,ProviderName,ChargeCategory,ChargeDescription,ChargePeriodStart,\
             ChargePeriodEnd,ConsumedQuantity,ConsumedUnit,EffectiveCost,BilledCost,BillingCurrency,\
             RegionId,ResourceId,ServiceCategory,ServiceName,SkuId,CommitmentDiscountStatus\n",
        );
        let first = if self.is_after { self.first } else { BROKEN_IN - BILL_BEFORE };
        for hour in first / HOUR..self.last / HOUR {
            let at = |hour: i64| Time::from_seconds(hour * HOUR);
            let is_mining = (BROKEN_IN..self.mines_until).contains(&(hour * HOUR));
            let shop = Some(("i-0shop", "m5.large", "0.096"));
            let miner = is_mining.then_some((machine, "c6a.24xlarge", "3.672"));
            for (id, size, cost) in shop.into_iter().chain(miner) {
                let _written = writeln!(
                    text,
                    "{ACCOUNT},AWS,Usage,${cost} per On Demand Linux {size} Instance Hour,{},{},1,\
                     Hours,{cost},{cost},USD,us-east-1,{id},Compute,Amazon Elastic Compute Cloud,\
                     {size},",
                    at(hour),
                    at(hour + 1)
                );
            }
        }
        text
    }

    /// What the customer's own tools ask all day.
    fn ordinary(&self) -> Vec<Value> {
        let first = if self.is_after { self.first } else { BROKEN_IN - CALLS_BEFORE };
        let deploy = ("deploy", "198.51.100.7");
        let looks = (first..self.last).step_by(usize::try_from(HOUR).expect("positive"));
        looks
            .map(|at| call(at, deploy, ("ec2", "DescribeInstances"), Value::Null, Value::Null))
            .collect()
    }
}

/// The machine asks for its pool.
fn question(machine: &str) -> String {
    let time = Time::from_seconds(BROKEN_IN + 299);
    let asked = json!({
        "version": "1.100000", "account_id": ACCOUNT, "region": "us-east-1", "vpc_id": "vpc-0abc",
        "query_timestamp": time.to_string(), "query_name": "pool.supportxmr.com.", "query_type": "A",
        "query_class": "IN", "rcode": "NOERROR",
        "answers": [{"Rdata": POOL, "Type": "A", "Class": "IN"}], "srcaddr": MINER,
        "srcport": "48701", "transport": "UDP", "srcids": {"instance": machine},
    });
    asked.to_string() + "\n"
}

fn call(
    at: i64,
    (user, from): (&str, &str),
    (service, name): (&str, &str),
    asked: Value,
    got: Value,
) -> Value {
    json!({
        "eventVersion": "1.09",
        "userIdentity": {
            "type": "IAMUser", "arn": format!("arn:aws:iam::{ACCOUNT}:user/{user}"),
            "accountId": ACCOUNT, "accessKeyId": "AKIDEXAMPLE", "userName": user,
        },
        "eventTime": Time::from_seconds(at).to_string(),
        "eventSource": format!("{service}.amazonaws.com"), "eventName": name,
        "awsRegion": "us-east-1", "sourceIPAddress": from, "userAgent": "aws-cli/2.15",
        "requestParameters": asked, "responseElements": got,
        "eventID": format!("{name}-{at}"), "eventType": "AwsApiCall",
        "recipientAccountId": ACCOUNT,
    })
}

/// What the intruder did: looked for room, made a way back in, machines, and a lock on them.
fn intrusion(loot: &Loot) -> Vec<Value> {
    let intruder = (HIJACKER.rsplit('/').next().expect("a name"), "203.0.113.66");
    let quota = json!({"serviceCode": "ec2", "quotaCode": "L-1216C47A"});
    let mut calls: Vec<Value> = (0..)
        .zip(REGIONS)
        .map(|(number, region)| {
            let at = BROKEN_IN - 600 + number * 7;
            let service = ("servicequotas", "GetServiceQuota");
            let mut call = call(at, intruder, service, quota.clone(), Value::Null);
            call["awsRegion"] = region.into();
            call
        })
        .collect();
    let machine = json!({"instanceId": loot.machine, "privateIpAddress": MINER});
    let key = json!({"accessKey": {"accessKeyId": loot.key, "userName": "user-x1x2"}});
    for (before, service, name, asked, got) in [
        (300, "iam", "CreateUser", json!({"userName": "user-x1x2"}), Value::Null),
        (290, "iam", "CreateAccessKey", json!({"userName": "user-x1x2"}), key),
        (
            60,
            "autoscaling",
            "CreateAutoScalingGroup",
            json!({"autoScalingGroupName": "miners", "minSize": 2, "maxSize": 9}),
            Value::Null,
        ),
        (
            0,
            "ec2",
            "RunInstances",
            json!({"instanceType": "c6a.24xlarge", "instancesSet": {"items": [
                {"imageId": "ami-0abc", "minCount": 1, "maxCount": 10}]}}),
            json!({"instancesSet": {"items": [machine]}}),
        ),
        (
            -40,
            "ec2",
            "ModifyInstanceAttribute",
            json!({"instanceId": loot.machine, "disableApiTermination": {"value": true}}),
            json!({"_return": true}),
        ),
    ] {
        calls.push(call(BROKEN_IN - before, intruder, (service, name), asked, got));
    }
    calls
}

/// What the account's own log says of the clean-up.
fn clean_up(loot: &Loot, at: i64) -> Vec<Value> {
    let desk = ("firedamp", "198.51.100.9");
    let machine = json!({"instancesSet": {"items": [{"instanceId": loot.machine}]}});
    let group = json!({"autoScalingGroupName": "miners", "forceDelete": true});
    vec![
        call(at, desk, ("autoscaling", "DeleteAutoScalingGroup"), group, Value::Null),
        call(at + 5, desk, ("ec2", "TerminateInstances"), machine.clone(), machine),
    ]
}
