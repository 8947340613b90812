//! How each cloud words a call: AWS `CloudTrail`, the Azure Activity Log, Google's audit logs.

use firedamp_core::time::Time;

use super::{Call, Caller, Deed};
use crate::simulate::estate::{Estate, Host};

/// Where those whose account it is call from, where their new pipeline does, and where the intruder.
const HOME_ADDRESS: &str = "198.51.100.7";
const NEW_ADDRESS: &str = "192.0.2.40";
const INTRUDER_ADDRESS: &str = "203.0.113.66";
/// Everybody but a new pipeline calls as the same user: the intruder has the keys.
const USER: &str = "deploy";
const NEW_USER: &str = "platform";

const fn address(call: &Call) -> &'static str {
    match call.caller {
        Caller::Own => HOME_ADDRESS,
        Caller::New => NEW_ADDRESS,
        Caller::Intruder => INTRUDER_ADDRESS,
    }
}

const fn user(call: &Call) -> &'static str {
    match call.caller {
        Caller::New => NEW_USER,
        Caller::Own | Caller::Intruder => USER,
    }
}

fn host(estate: &Estate, number: usize) -> (&str, &str, String) {
    let host = estate.hosts.get(number);
    let address = |host: &Host| host.address.to_string();
    host.map_or(("", "", String::new()), |host| (&host.name, host.machine.size, address(host)))
}

pub(super) fn aws(estate: &Estate, call: &Call, time: Time) -> String {
    let nothing = "\"requestParameters\":null,\"responseElements\":null".to_owned();
    let (service, name, rest) = match call.deed {
        Deed::Look => ("ec2", "DescribeInstances", nothing),
        Deed::ReadQuota => (
            "servicequotas",
            "GetServiceQuota",
            r#""requestParameters":{"serviceCode":"ec2","quotaCode":"L-1216C47A"},"responseElements":null"#.to_owned(),
        ),
        Deed::RaiseQuota => (
            "servicequotas",
            "RequestServiceQuotaIncrease",
            r#""requestParameters":{"serviceCode":"ec2","quotaCode":"L-1216C47A","desiredValue":2048},"responseElements":null"#.to_owned(),
        ),
        Deed::Rise => (
            "iam",
            "AttachUserPolicy",
            format!(r#""requestParameters":{{"userName":"{USER}","policyArn":"arn:aws:iam::aws:policy/AdministratorAccess"}},"responseElements":null"#),
        ),
        Deed::Make(number) => {
            let (instance, size, own) = host(estate, number);
            let rest = format!(
                r#""requestParameters":{{"instanceType":"{size}","instancesSet":{{"items":[{{"imageId":"ami-0abc","minCount":1,"maxCount":1}}]}}}},"responseElements":{{"instancesSet":{{"items":[{{"instanceId":"{instance}","privateIpAddress":"{own}","vpcId":"vpc-0abc"}}]}}}}"#
            );
            ("ec2", "RunInstances", rest)
        }
        Deed::MakeFunction => (
            "lambda",
            "CreateFunction20150331",
            r#""requestParameters":{"functionName":"task","runtime":"provided.al2023","memorySize":10240,"timeout":900},"responseElements":{"functionName":"task"}"#.to_owned(),
        ),
        Deed::Protect(number) => {
            let (instance, ..) = host(estate, number);
            let rest = format!(
                r#""requestParameters":{{"instanceId":"{instance}","disableApiTermination":{{"value":true}}}},"responseElements":{{"_return":true}}"#
            );
            ("ec2", "ModifyInstanceAttribute", rest)
        }
    };
    let (id, region, number, from) = (&estate.id, call.region, call.number, address(call));
    let user = user(call);
    format!(
        r#"{{"eventVersion":"1.09","userIdentity":{{"type":"IAMUser","arn":"arn:aws:iam::{id}:user/{user}","accountId":"{id}","accessKeyId":"AKIDEXAMPLE","userName":"{user}"}},"eventTime":"{time}","eventSource":"{service}.amazonaws.com","eventName":"{name}","awsRegion":"{region}","sourceIPAddress":"{from}","userAgent":"aws-cli/2.15","eventID":"e{number}","eventType":"AwsApiCall","recipientAccountId":"{id}",{rest}}}"#
    )
}

pub(super) fn azure(estate: &Estate, call: &Call, time: Time) -> String {
    let compute = "Microsoft.Compute";
    let (operation, resource, body) = match call.deed {
        Deed::Look => (
            "Microsoft.Storage/storageAccounts/listKeys/action".to_owned(),
            "resourceGroups/g/providers/Microsoft.Storage/storageAccounts/s".to_owned(),
            String::new(),
        ),
        Deed::ReadQuota => (
            format!("{compute}/locations/usages/read"),
            format!("providers/{compute}/locations/{}/usages", call.region),
            String::new(),
        ),
        Deed::RaiseQuota => (
            "Microsoft.Quota/quotas/write".to_owned(),
            format!(
                "providers/{compute}/locations/{}/providers/Microsoft.Quota/quotas/q",
                call.region
            ),
            String::new(),
        ),
        Deed::Rise => (
            "Microsoft.Authorization/elevateAccess/action".to_owned(),
            "providers/Microsoft.Authorization".to_owned(),
            String::new(),
        ),
        Deed::Make(number) => {
            let (name, size, _) = host(estate, number);
            let body = format!(
                r#""requestbody":"{{\"location\": \"{}\", \"properties\": {{\"hardwareProfile\": {{\"vmSize\": \"{size}\"}}}}}}""#,
                call.region
            );
            let resource = format!("resourceGroups/g/providers/{compute}/virtualMachines/{name}");
            (format!("{compute}/virtualMachines/write"), resource, body)
        }
        Deed::MakeFunction => (
            "Microsoft.ContainerInstance/containerGroups/write".to_owned(),
            format!(
                "resourceGroups/g/providers/Microsoft.ContainerInstance/containerGroups/c-{}",
                call.region
            ),
            String::new(),
        ),
        Deed::Protect(number) => {
            let (name, ..) = host(estate, number);
            let resource = format!("resourceGroups/g/providers/{compute}/virtualMachines/{name}");
            ("Microsoft.Authorization/locks/write".to_owned(), resource, String::new())
        }
    };
    let (id, region, number, from) = (&estate.id, call.region, call.number, address(call));
    let user = user(call);
    let (scope, operation) = (resource.to_ascii_uppercase(), operation.to_ascii_uppercase());
    format!(
        r#"{{"time":"{time}","resourceId":"/SUBSCRIPTIONS/{id}/{scope}","operationName":"{operation}","category":"Administrative","resultType":"Success","resultSignature":"Succeeded.","callerIpAddress":"{from}","correlationId":"c-{number}","identity":{{"authorization":{{"scope":"/subscriptions/{id}/{resource}","action":"{operation}"}},"claims":{{"appid":"a-{user}","http://schemas.microsoft.com/identity/claims/objectidentifier":"o-{user}","http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name":"{user}@customer.example"}}}},"level":"Information","location":"{region}","properties":{{{body}}}}}"#
    )
}

pub(super) fn gcp(estate: &Estate, call: &Call, time: Time) -> String {
    let id = &estate.id;
    let zone = format!("projects/{id}/zones/{}-b", call.region);
    let (service, method, resource, request) = match call.deed {
        Deed::Look => ("compute", "v1.compute.instances.list", zone, String::new()),
        Deed::ReadQuota => (
            "compute",
            "v1.compute.regions.get",
            format!("projects/{id}/regions/{}", call.region),
            String::new(),
        ),
        Deed::RaiseQuota => (
            "cloudquotas",
            "google.api.cloudquotas.v1.CloudQuotas.CreateQuotaPreference",
            format!("projects/{id}/locations/global"),
            String::new(),
        ),
        Deed::Rise => (
            "cloudresourcemanager",
            "SetIamPolicy",
            format!("projects/{id}"),
            r#""policy":{"bindings":[{"role":"roles/owner"}]}"#.to_owned(),
        ),
        Deed::Make(number) => {
            let (name, size, _) = host(estate, number);
            let request = format!(r#""machineType":"{zone}/machineTypes/{size}""#);
            let resource = format!("{zone}/instances/{name}");
            ("compute", "v1.compute.instances.insert", resource, request)
        }
        Deed::MakeFunction => (
            "run",
            "google.cloud.run.v1.Services.CreateService",
            format!("namespaces/{id}/services/task-{}", call.region),
            String::new(),
        ),
        Deed::Protect(number) => {
            let (name, ..) = host(estate, number);
            let resource = format!("{zone}/instances/{name}");
            let request = r#""deletionProtection":true"#.to_owned();
            ("compute", "v1.compute.instances.setDeletionProtection", resource, request)
        }
    };
    let (number, from, user) = (call.number, address(call), user(call));
    format!(
        r#"{{"insertId":"a-{number}","logName":"projects/{id}/logs/cloudaudit.googleapis.com%2Factivity","resource":{{"type":"gce_instance","labels":{{"project_id":"{id}"}}}},"timestamp":"{time}","protoPayload":{{"@type":"type.googleapis.com/google.cloud.audit.AuditLog","serviceName":"{service}.googleapis.com","methodName":"{method}","resourceName":"{resource}","authenticationInfo":{{"principalEmail":"{user}@customer.example"}},"requestMetadata":{{"callerIp":"{from}","callerSuppliedUserAgent":"gcloud"}},"request":{{{request}}}}}}}"#
    )
}
