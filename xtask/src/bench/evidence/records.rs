//! Audit and process records: what an ordinary account does all day.

use std::io::Write;

use anyhow::Result;
use fastrand::Rng;

use super::Counted;

/// The first second of the day: 2026-01-15T00:00:00Z.
const START: u64 = 1_768_435_200;

const AWS_CALLS: [(&str, &str, bool); 6] = [
    ("ec2.amazonaws.com", "DescribeInstances", true),
    ("s3.amazonaws.com", "GetObject", true),
    ("sts.amazonaws.com", "AssumeRole", true),
    ("kms.amazonaws.com", "Decrypt", true),
    ("lambda.amazonaws.com", "Invoke20150331", false),
    ("ec2.amazonaws.com", "RunInstances", false),
];

fn clock(second: u64) -> String {
    format!("{:02}:{:02}:{:02}", second / 3600 % 24, second / 60 % 60, second % 60)
}

/// One file of records in `Records`.
pub(super) fn cloudtrail(out: &mut Counted<impl Write>, size: u64, random: &mut Rng) -> Result<()> {
    out.write_all(b"{\"Records\":[")?;
    let mut number = 0;
    while out.bytes < size {
        let (service, name, read_only) = AWS_CALLS[random.usize(..AWS_CALLS.len())];
        let (time, user, id) = (clock(number / 40), random.u32(..200), random.u128(..));
        if number > 0 {
            out.write_all(b",")?;
        }
        write!(
            out,
            "{{\"eventVersion\":\"1.09\",\"userIdentity\":{{\"type\":\"AssumedRole\",\"principalId\":\
             \"AROAEXAMPLE{user:04}:session-{user}\",\"arn\":\"arn:aws:sts::111122223333:assumed-role/\
             role-{user}/session-{user}\",\"accountId\":\"111122223333\",\"sessionContext\":{{\
             \"sessionIssuer\":{{\"type\":\"Role\",\"arn\":\"arn:aws:iam::111122223333:role/role-{user}\"\
             ,\"accountId\":\"111122223333\",\"userName\":\"role-{user}\"}},\"attributes\":{{\
             \"creationDate\":\"2026-01-15T00:00:00Z\",\"mfaAuthenticated\":\"false\"}}}}}},\
             \"eventTime\":\"2026-01-15T{time}Z\",\"eventSource\":\"{service}\",\"eventName\":\"{name}\",\
             \"awsRegion\":\"us-east-1\",\"sourceIPAddress\":\"192.0.2.{}\",\"userAgent\":\"aws-cli/2.15 \
             Python/3.11 Linux/6.1 exe/x86_64 prompt/off command/{name}\",\"requestParameters\":{{\
             \"filterSet\":{{\"items\":[{{\"name\":\"instance-state-name\",\"valueSet\":{{\"items\":[{{\
             \"value\":\"running\"}}]}}}}]}},\"maxResults\":{}}},\"responseElements\":null,\"requestID\":\
             \"{id:032x}\",\"eventID\":\"{:032x}\",\"readOnly\":{read_only},\"eventType\":\"AwsApiCall\",\
             \"managementEvent\":true,\"recipientAccountId\":\"111122223333\",\"eventCategory\":\
             \"Management\",\"tlsDetails\":{{\"tlsVersion\":\"TLSv1.3\",\"cipherSuite\":\
             \"TLS_AES_128_GCM_SHA256\",\"clientProvidedHostHeader\":\"{service}\"}}}}",
            random.u8(1..),
            random.u16(..),
            id ^ 1,
        )?;
        number += 1;
    }
    Ok(out.write_all(b"]}")?)
}

const AZURE_CALLS: [&str; 5] = [
    "MICROSOFT.STORAGE/STORAGEACCOUNTS/LISTKEYS/ACTION",
    "MICROSOFT.RESOURCES/DEPLOYMENTS/WRITE",
    "MICROSOFT.COMPUTE/VIRTUALMACHINES/WRITE",
    "MICROSOFT.NETWORK/NETWORKINTERFACES/JOIN/ACTION",
    "MICROSOFT.KEYVAULT/VAULTS/READ",
];

/// JSON lines of the diagnostic export.
pub(super) fn azure_activity(
    out: &mut Counted<impl Write>,
    size: u64,
    random: &mut Rng,
) -> Result<()> {
    let mut number = 0;
    while out.bytes < size {
        let operation = AZURE_CALLS[random.usize(..AZURE_CALLS.len())];
        let (time, id, user) = (clock(number / 40), random.u128(..), random.u32(..200));
        let result = if number % 2 == 0 { "Start" } else { "Success" };
        writeln!(
            out,
            "{{\"time\":\"2026-01-15T{time}.1234567Z\",\"resourceId\":\"/SUBSCRIPTIONS/00000000-0000-0000\
             -0000-000000000001/RESOURCEGROUPS/BENCH/PROVIDERS/MICROSOFT.COMPUTE/VIRTUALMACHINES/VM-{user}\
             \",\"operationName\":\"{operation}\",\"category\":\"Administrative\",\"resultType\":\
             \"{result}\",\"resultSignature\":\"{result}.\",\"durationMs\":\"12\",\"callerIpAddress\":\
             \"192.0.2.{}\",\"correlationId\":\"{id:032x}\",\"identity\":{{\"authorization\":{{\"scope\":\
             \"/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/bench\",\"action\":\
             \"{operation}\",\"evidence\":{{\"role\":\"Contributor\",\"principalType\":\
             \"ServicePrincipal\"}}}},\"claims\":{{\"aud\":\"https://management.example/\",\"appid\":\
             \"00000000-0000-0000-0000-00000000{user:04}\",\"appidacr\":\"2\",\"http://schemas.example/\
             identity/claims/objectidentifier\":\"00000000-0000-0000-0000-00000000{user:04}\",\"http://\
             schemas.example/identity/claims/tenantid\":\"00000000-0000-0000-0000-000000000002\"}}}},\
             \"level\":\"Information\",\"location\":\"global\",\"properties\":{{\"statusCode\":\"OK\",\
             \"serviceRequestId\":\"{id:032x}\",\"eventCategory\":\"Administrative\",\"message\":\
             \"{operation}\",\"hierarchy\":\"root/bench\"}}}}",
            random.u8(1..),
        )?;
        number += 1;
    }
    Ok(())
}

const PROGRAMS: [(&str, &str); 4] = [
    ("/usr/bin/cron", "a0=\"cron\" a1=\"-f\""),
    ("/usr/bin/sed", "a0=\"sed\" a1=\"-n\" a2=\"s/a/b/\" a3=\"/etc/hosts\""),
    ("/usr/bin/python3", "a0=\"python3\" a1=\"-m\" a2=\"http.server\" a3=\"8080\""),
    ("/usr/bin/git", "a0=\"git\" a1=\"fetch\" a2=\"--all\""),
];

/// Events of four records each.
pub(super) fn auditd(out: &mut Counted<impl Write>, size: u64, random: &mut Rng) -> Result<()> {
    let mut serial = 1;
    while out.bytes < size {
        let (program, arguments) = PROGRAMS[random.usize(..PROGRAMS.len())];
        let count = arguments.split(' ').count();
        let (seconds, process) = (START + serial / 50, random.u16(1000..));
        let stamp = format!("msg=audit({seconds}.{:03}:{serial}):", serial % 1000);
        write!(
            out,
            "type=SYSCALL {stamp} arch=c000003e syscall=59 success=yes exit=0 a0=55d a1=55e a2=55f a3=8 \
             items=2 ppid=1 pid={process} auid=4294967295 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 \
             sgid=0 fsgid=0 tty=(none) ses=4294967295 comm=\"sh\" exe=\"{program}\" key=\"exec\"\n\
             type=EXECVE {stamp} argc={count} {arguments}\n\
             type=CWD {stamp} cwd=\"/\"\n\
             type=PATH {stamp} item=0 name=\"{program}\" inode={process} dev=08:01 mode=0100755 ouid=0 \
             ogid=0 rdev=00:00 nametype=NORMAL cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0\n"
        )?;
        serial += 1;
    }
    Ok(())
}
