"""ECS services through boto3: one service from creation to its end, with the waiters and paginators that scripts use."""
import json
import os
import sys

import boto3
from botocore.exceptions import ClientError

(subnet,) = sys.argv[1:]
ecs = boto3.client("ecs", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
out = {}
quick = {"Delay": 1, "MaxAttempts": 90}


def wait(name):
    ecs.get_waiter(name).wait(services=["boto"], WaiterConfig=quick)


def describe():
    return ecs.describe_services(services=["boto"])["services"][0]


made = ecs.create_service(
    serviceName="boto",
    taskDefinition="web",
    desiredCount=2,
    launchType="FARGATE",
    networkConfiguration={"awsvpcConfiguration": {"subnets": [subnet]}},
)["service"]
wait("services_stable")
service = describe()
state = service["deployments"][0]["rolloutState"]
out["stable"] = [service["runningCount"], len(service["deployments"]), "COMPLETED or IN_PROGRESS" if state in ("COMPLETED", "IN_PROGRESS") else state]

try:
    ecs.delete_service(service="boto")
except ClientError as error:
    out["scaledAbove"] = [error.response["Error"]["Code"], error.response["Error"]["Message"]]

ecs.update_service(service="boto", desiredCount=1)
wait("services_stable")
service = describe()
out["scaled"] = [service["runningCount"], service["desiredCount"]]

pages = ecs.get_paginator("list_services").paginate(launchType="FARGATE", PaginationConfig={"PageSize": 1})
out["listed"] = made["serviceArn"] in [arn for page in pages for arn in page["serviceArns"]]

ecs.delete_service(service="boto", force=True)
wait("services_inactive")
out["inactive"] = describe()["status"]
try:
    ecs.update_service(service="boto", desiredCount=1)
except ecs.exceptions.ServiceNotActiveException as error:
    out["notActive"] = error.response["Error"]["Message"]
try:
    ecs.update_service(service="none", desiredCount=1)
except ecs.exceptions.ServiceNotFoundException:
    out["missing"] = True
print(json.dumps(out))
