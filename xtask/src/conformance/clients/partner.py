"""Drives a desk with Microsoft's own Python clients; says each answer, and fails where one differs
from what Microsoft's services document."""

import asyncio
import os
import sys

from azure.core.credentials import AccessToken
from azure.core.exceptions import HttpResponseError
from azure.mgmt.monitor import MonitorManagementClient
from kiota_abstractions.api_error import APIError
from kiota_abstractions.authentication import (
    AccessTokenProvider,
    AllowedHostsValidator,
    BaseBearerTokenAuthenticationProvider,
)
from kiota_abstractions.base_request_configuration import RequestConfiguration
from microsoft.store.partnercenterservices import MicrosoftPartnerStoreApis
from microsoft.store.partnercenterservices import models as partner_models
from msgraph_beta import GraphRequestAdapter, GraphServiceClient
from msgraph_beta.generated.models.o_data_errors.o_data_error import ODataError
from msgraph_beta.generated.models.partner.security.partner_security_alert import PartnerSecurityAlert
from msgraph_beta.generated.models.partner.security.security_alert_resolved_reason import (
    SecurityAlertResolvedReason as Reason,
)
from msgraph_beta.generated.models.partner.security.security_alert_status import (
    SecurityAlertStatus as Status,
)
from msgraph_beta.generated.security.partner.security_alerts.security_alerts_request_builder import (
    SecurityAlertsRequestBuilder,
)
from msgraph_core.tasks.page_iterator import PageIterator
from msrest.authentication import BasicTokenAuthentication

BASE = os.environ["FIREDAMP_BASE"]
TOKEN = os.environ["FIREDAMP_TOKEN"]
ALERTS = SecurityAlertsRequestBuilder.SecurityAlertsRequestBuilderGetQueryParameters


def say(what, answer, wanted):
    """Writes an answer down; another one than `wanted` ends the run."""
    print(f"{what}: {answer}")
    if answer != wanted:
        sys.exit(f"{what}: {wanted} was due")


class Token(AccessTokenProvider):
    def __init__(self, token):
        self.token = token

    async def get_authorization_token(self, uri, additional_authentication_context=None):
        return self.token

    def get_allowed_hosts_validator(self):
        return AllowedHostsValidator(["127.0.0.1"])


def graph(token=TOKEN):
    adapter = GraphRequestAdapter(BaseBearerTokenAuthenticationProvider(Token(token)))
    adapter.base_url = f"{BASE}/beta"
    return adapter, GraphServiceClient(request_adapter=adapter)


def asking(**options):
    return RequestConfiguration(query_parameters=ALERTS(**options))


async def graph_alerts():
    adapter, client = graph()
    alerts = client.security.partner.security_alerts
    page = await alerts.get(asking(count=True, top=1, filter="status eq 'active'"))
    say("graph: alerts that are active", page.odata_count, 3)
    say("graph: on a page of one", (len(page.value), page.odata_next_link is not None), (1, True))
    seen = []
    await PageIterator(page, adapter).iterate(lambda alert: seen.append(alert) or True)
    say("graph: over all pages", len({alert.id for alert in seen}), 3)
    first = seen[0]
    clouds = sorted(alert.additional_details.additional_data["CloudProvider"] for alert in seen)
    say("graph: clouds", clouds, ["aws", "azure", "gcp"])
    say("graph: kinds", sorted({alert.alert_type for alert in seen}), ["networkConnectionsToCryptoMiningPools"])
    say("graph: states", {alert.status for alert in seen} == {Status.Active}, True)
    say("graph: resources are named", all(alert.affected_resources for alert in seen), True)
    say("graph: observed in March", {alert.first_observed_date_time.strftime("%Y-%m") for alert in seen}, {"2026-03"})
    count = await alerts.count.get()
    say("graph: $count", count, 3)
    chosen = await alerts.get(asking(select=["id", "status"], orderby=["lastObservedDateTime desc"]))
    say("graph: $select leaves others out", {alert.display_name for alert in chosen.value}, {None})
    both = f"subscriptionId eq '{first.subscription_id}' and detectedDateTime ge 2026-01-01T00:00:00Z"
    page = await alerts.get(asking(filter=both))
    say("graph: of one subscription", [alert.id for alert in page.value] == [first.id], True)
    alert = await alerts.by_partner_security_alert_id(first.id).get()
    say("graph: one by its id", alert.id == first.id, True)
    change = PartnerSecurityAlert(status=Status.Investigating)
    alert = await alerts.by_partner_security_alert_id(first.id).patch(change)
    say("graph: taken up", alert.status, Status.Investigating)
    change = PartnerSecurityAlert(status=Status.Resolved, resolved_reason=Reason.Fraud)
    alert = await alerts.by_partner_security_alert_id(first.id).patch(change)
    say("graph: resolved", (alert.status, alert.resolved_reason), (Status.Resolved, Reason.Fraud))
    say("graph: by", alert.resolved_by, "conformance")
    moves = [(log.status_from.value, log.status_to.value) for log in alert.activity_logs]
    say("graph: what was done", moves, [("active", "investigating"), ("investigating", "resolved")])
    return first


async def graph_errors():
    _, client = graph()
    alerts = client.security.partner.security_alerts
    for what, call, wanted in [
        ("a filter that is none", alerts.get(asking(filter="colour eq 'red'")), (400, "BadRequest")),
        ("an alert that is not there", alerts.by_partner_security_alert_id("none").get(), (404, "ResourceNotFound")),
        ("a key that is none", graph("none")[1].security.partner.security_alerts.get(), (401, "InvalidAuthenticationToken")),
    ]:
        try:
            await call
            answer = None
        except ODataError as error:
            answer = (error.response_status_code, error.error.code)
        except APIError as error:
            answer = (error.response_status_code, str(error))
        say(f"graph: {what}", answer, wanted)


async def graph_score():
    _, client = graph()
    score = await client.security.partner.security_score.get()
    say("graph: score", (score.current_score, score.max_score), (100.0, 100.0))
    requirement = score.requirements[0]
    say("graph: its requirement", type(requirement).__name__, "ResponseTimeSecurityRequirement")
    say("graph: hours to answer are told", requirement.average_response_time_in_hours is not None, True)


def partner_center():
    credentials = BasicTokenAuthentication({"access_token": TOKEN})
    client = MicrosoftPartnerStoreApis(credentials, base_url=BASE)
    topics = client.getvversionservicerequestssupporttopics(version="1")
    say("partner center: topics", [topic.name for topic in topics.items], ["Adding or managing customers"])
    request = partner_models.MicrosoftPartnerSdkContractsV1ServiceRequest(
        title="Cryptocurrency mining notification",
        description="Which of our resources are affected?",
        severity="moderate",
        support_topic_id=str(topics.items[0].id),
    )
    made = client.postvversionservicerequestsagent.locale(
        agent_locale="en-US", service_request=request, version="1"
    )
    say("partner center: a request", (made.title, made.severity, made.status), (request.title, "moderate", "open"))
    listed = client.getvversionservicerequestsfilterfilter.value(version="1")
    say("partner center: requests", [one.id for one in listed.items], [made.id])
    one = client.getvversionservicerequestsservice.id(service_request_id=made.id, version="1")
    say("partner center: the request again", one.title, request.title)
    summary = client.getvversionusagesummary(version="1")
    say("partner center: usage", summary.name, "Open cases")
    raw = client.getvversioncustomerscustomer.idusagesummary(customer_id="none", version="1", raw=True)
    say("partner center: a customer that is not there", raw.response.status_code, 404)


class Credential:
    def get_token(self, *scopes, **options):
        return AccessToken(TOKEN, 4102444800)


def activity_log(subscription):
    client = MonitorManagementClient(Credential(), subscription, base_url=BASE)
    span = "eventTimestamp ge '2026-01-01T00:00:00Z' and eventTimestamp le '2026-12-31T00:00:00Z'"
    events = list(client.activity_logs.list(filter=span, enforce_https=False))
    say("activity log: calls that made what mines", len(events) > 0, True)
    say("activity log: whose it is", {event.subscription_id for event in events} == {subscription}, True)
    say("activity log: who and what are told", all(event.caller and event.operation_name.value for event in events), True)
    try:
        list(client.activity_logs.list(filter="caller eq 'x'", enforce_https=False))
        answer = None
    except HttpResponseError as error:
        answer = (error.status_code, error.error.code)
    say("activity log: without a start", answer, (400, "BadRequest"))


async def main():
    first = await graph_alerts()
    await graph_errors()
    await graph_score()
    partner_center()
    activity_log(first.subscription_id)


asyncio.run(main())
