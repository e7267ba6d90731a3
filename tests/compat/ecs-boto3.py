"""ECS through boto3: one task from registration to its end, with the waiters and paginators that scripts use."""
import json
import os
import sys

import boto3
from botocore.exceptions import ClientError

image, subnet = sys.argv[1:]
ecs = boto3.client("ecs", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
out = {}

network = {"awsvpcConfiguration": {"subnets": [subnet], "assignPublicIp": "ENABLED"}}

ecs.register_task_definition(
    family="boto3",
    networkMode="awsvpc",
    requiresCompatibilities=["FARGATE"],
    cpu="256",
    memory="512",
    containerDefinitions=[{"name": "app", "image": image, "command": ["sh", "-c", "exit 3"]}],
)
run = ecs.run_task(taskDefinition="boto3", launchType="FARGATE", networkConfiguration=network, count=2, startedBy="boto3")
out["failures"] = run["failures"]
arns = [t["taskArn"] for t in run["tasks"]]
ecs.get_waiter("tasks_stopped").wait(tasks=arns, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
tasks = ecs.describe_tasks(tasks=arns)["tasks"]
out["tasks"] = [[t["lastStatus"], t.get("stopCode"), t["containers"][0].get("exitCode"), t.get("stoppedReason")] for t in tasks]
out["times"] = all(t["createdAt"] <= t["startedAt"] <= t["stoppedAt"] for t in tasks)

pages = ecs.get_paginator("list_tasks").paginate(desiredStatus="STOPPED", startedBy="boto3", PaginationConfig={"PageSize": 1})
out["listed"] = sorted(arn for page in pages for arn in page["taskArns"]) == sorted(arns)

try:
    ecs.stop_task(task="0" * 32)
except ClientError as error:
    out["error"] = [error.response["Error"]["Code"], error.response["Error"]["Message"]]
try:
    ecs.describe_tasks(cluster="none", tasks=arns)
except ecs.exceptions.ClusterNotFoundException:
    out["typed"] = True
print(json.dumps(out))
