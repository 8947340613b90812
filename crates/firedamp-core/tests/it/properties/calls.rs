//! The laws for calls to the control plane, whatever format they came from.

use std::sync::Arc;

use firedamp_core::{
    event::{
        Action, ApiCall, CallOutcome, Caller, CallerKind, Compute, ComputeKind, Event, Resource,
    },
    fold::{Accounts, Partial, Plan},
    id::{AccountRef, ObjectId, Provider},
    scan,
    sink::Sink,
    sketch,
    time::Time,
};
use proptest::{prelude::*, sample::Index};
use serde_json::Value;

use super::{json, options, world::START};

const DAY: i64 = 86_400;

/// A call, told by numbers.
#[derive(Clone, Debug)]
struct Told {
    day: i64,
    second: i64,
    action: Action,
    outcome: CallOutcome,
    who: usize,
    region: usize,
    size: usize,
    count: u64,
    machine: usize,
    again: bool,
}

fn pick<T: Copy + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = T> {
    prop::sample::select(all)
}

fn call() -> impl Strategy<Value = Told> {
    let action = pick(&[
        Action::Blind,
        Action::CreateAccount,
        Action::CreateCompute,
        Action::CreateCompute,
        Action::CreateCredential,
        Action::DeleteCompute,
        Action::MoveAccount,
        Action::Other,
        Action::Protect,
        Action::ReadQuota,
        Action::ReadQuota,
    ]);
    let outcome = pick(&[
        CallOutcome::Succeeded,
        CallOutcome::Succeeded,
        CallOutcome::OverQuota,
        CallOutcome::DryRun,
    ]);
    let numbers = (0_usize..5, 0_usize..6, 0_usize..4, 1_u64..40, 0_usize..6);
    (pick(&[0_i64, 12, 12, 12, 13]), 0_i64..7200, action, outcome, numbers, any::<bool>()).prop_map(
        |(day, second, action, outcome, (who, region, size, count, machine), again)| Told {
            day,
            second,
            action,
            outcome,
            who,
            region,
            size,
            count,
            machine,
            again,
        },
    )
}

impl Told {
    fn tell(&self, partial: &mut Partial, record: u64) {
        let machine = format!("i-0{}", self.machine);
        let size = [None, Some("p4d.24xlarge"), Some("m5.large"), Some("c5.9xlarge")][self.size];
        let kinds = [CallerKind::Person, CallerKind::Foreign, CallerKind::Provider];
        let address = ["203.0.113.9", "203.0.113.10", "198.51.100.1", "2001:db8::1", ""][self.who];
        let compute = Compute {
            size: size.map(Into::into),
            count: self.count,
            ..Compute::new(ComputeKind::Machine)
        };
        // Start and end of one operation share their id.
        let id = format!("{:?}{}", self.action, if self.again { 0 } else { self.second });
        partial.event(
            record,
            &Event::Call(ApiCall {
                account: AccountRef::new(Provider::Aws, "111122223333"),
                id: id.into(),
                time: Time::from_seconds(START + self.day * DAY + self.second),
                service: "ec2.amazonaws.com".into(),
                operation: format!("{:?}", self.action).into(),
                action: self.action,
                outcome: self.outcome,
                caller: Caller {
                    principal: ["alice", "bob", "carol", "", "erin"][self.who].into(),
                    kind: kinds[self.who % 3],
                    address: address.parse().ok(),
                    ..Caller::default()
                },
                region: ["a", "b", "c", "d", "e", ""][self.region].into(),
                resources: vec![Resource { instance: Some(&machine), ..Resource::default() }],
                compute: (self.action == Action::CreateCompute).then_some(compute),
                texts: Vec::new(),
            }),
        );
    }
}

/// The calls as one object.
fn object(calls: &[Told]) -> Accounts {
    let mut partial = Partial::new(Arc::new(Plan::default()), None);
    for (record, call) in calls.iter().enumerate() {
        call.tell(&mut partial, record as u64 + 1);
    }
    let mut id = [7; 16];
    id[..8].copy_from_slice(&sketch::hash(&format!("{calls:?}")).to_be_bytes());
    partial.seal(ObjectId(id));
    partial.into_accounts()
}

fn told(accounts: &Accounts) -> Value {
    let mut value = serde_json::to_value(scan::judge(accounts, &options())).expect("JSON");
    strip(&mut value);
    value
}

/// Without the places of records.
pub(super) fn strip(value: &mut Value) {
    match value {
        Value::Array(all) => all.iter_mut().for_each(strip),
        Value::Object(fields) => {
            fields.remove("records");
            fields.values_mut().for_each(strip);
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// In one object or in several, in any order, some of them twice.
    #[test]
    fn calls_come_to_the_same_in_any_split(
        calls in prop::collection::vec(call(), 1..80),
        cuts in prop::collection::vec(0_usize..4, 80),
        order in prop::collection::vec(any::<Index>(), 6),
    ) {
        let whole = object(&calls);
        let mut parts = vec![Vec::new(); 4];
        calls.iter().zip(cuts).for_each(|(call, cut)| parts[cut].push(call.clone()));
        let parts: Vec<Accounts> = parts.iter().map(|part| object(part)).collect();
        let again = order.iter().map(|index| index.get(&parts).clone());
        let joined = again.chain(parts.clone()).fold(Accounts::default(), Accounts::merge);
        prop_assert_eq!(told(&joined), told(&whole));
    }

    /// Joining is associative and commutative, and joining again changes nothing; what is stored is
    /// read back equal.
    #[test]
    fn calls_are_a_semilattice(
        parts in prop::array::uniform3(prop::collection::vec(call(), 0..40)),
    ) {
        let [one, two, three] = parts.map(|calls| object(&calls));
        let joined = one.clone().merge(two.clone());
        prop_assert_eq!(&joined, &two.clone().merge(one.clone()));
        prop_assert_eq!(&joined, &joined.clone().merge(two.clone()));
        let all = joined.merge(three.clone());
        prop_assert_eq!(&all, &one.merge(two.merge(three)));
        let bytes = all.to_bytes().expect("bytes");
        prop_assert_eq!(json(&scan::judge(&all, &options())), json(&scan::judge(&Accounts::from_bytes(&bytes).expect("states"), &options())));
    }
}
