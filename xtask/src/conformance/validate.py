"""Validates OCSF Detection Findings, one JSON object a line on standard input.

Each must satisfy the JSON Schema that is derived from the published OCSF schema of the version that
it states, with no attribute that the schema doesn't know, and be accepted by the models of
py-ocsf-models, a client written by others.
"""

import json
import sys

from jsonschema import Draft202012Validator
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema
from py_ocsf_models.events.findings.detection_finding import DetectionFinding
from pydantic import ValidationError

DETECTION_FINDING = 2004
FAULTS_SHOWN_MAX = 10
validators = {}


def validator(version, profiles):
    key = (version, tuple(profiles))
    if key not in validators:
        schema = OcsfJsonSchemaEmbedded(get_ocsf_schema(version))
        validators[key] = Draft202012Validator(
            schema.get_class_schema("detection_finding", list(profiles))
        )
    return validators[key]


def faults(finding):
    if finding.get("class_uid") != DETECTION_FINDING:
        yield f"class_uid is {finding.get('class_uid')!r}, not {DETECTION_FINDING}"
    if finding.get("type_uid") != DETECTION_FINDING * 100 + finding.get("activity_id", -1):
        yield "type_uid is not class_uid × 100 + activity_id"
    metadata = finding.get("metadata", {})
    try:
        known = validator(metadata.get("version"), metadata.get("profiles") or [])
    except Exception as error:  # an unknown version or profile
        yield f"no schema for version {metadata.get('version')!r}: {error}"
        return
    for error in known.iter_errors(finding):
        yield f"{error.json_path}: {error.message[:200]}"
    try:
        DetectionFinding.model_validate(finding)
    except ValidationError as error:
        for fault in error.errors():
            place = ".".join(str(part) for part in fault["loc"])
            yield f"py-ocsf-models: {place}: {fault['msg']}"


def main():
    passed = failed = 0
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            found = list(faults(json.loads(line)))
        except ValueError as error:
            found = [f"not JSON: {error}"]
        for fault in found[:FAULTS_SHOWN_MAX]:
            print(f"line {number}: {fault}")
        passed, failed = (passed, failed + 1) if found else (passed + 1, failed)
    print(f"{passed} findings passed, {failed} rejected")
    return 1 if failed or not passed else 0


sys.exit(main())
