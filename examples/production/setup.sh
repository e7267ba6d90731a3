#!/usr/bin/env bash
# What is there in production before the first deployment: roles, parameters, secrets, a key, settings in S3, a log group, the image. The
# endpoint is AWS_ENDPOINT_URL (eval "$(./longshore env)"); without it, all of this goes to AWS.
set -euo pipefail
cd "$(dirname "$0")"
aws() { command "${AWS_CLI:-aws}" ${AWS_ENDPOINT_URL:+--endpoint-url "$AWS_ENDPOINT_URL"} --output text "$@"; }

for role in shop-execution shop-task; do aws iam create-role --role-name "$role" --assume-role-policy-document file://trust.json >/dev/null; done
aws iam attach-role-policy --role-name shop-execution --policy-arn arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy
aws iam put-role-policy --role-name shop-execution --policy-name shop --policy-document file://execution-policy.json
key=$(aws kms create-key --description shop --query KeyMetadata.KeyId)
aws ssm put-parameter --name /shop/api-token --type SecureString --key-id "$key" --value "${API_TOKEN:-token-1}" >/dev/null
aws ssm put-parameter --name /shop/features --type StringList --value search,reviews >/dev/null
aws ssm put-parameter --name /shop/splunk-token --type SecureString --value "${SPLUNK_TOKEN:-splunk-1}" >/dev/null
secret=$(aws secretsmanager create-secret --name shop/database --kms-key-id "$key" --secret-string '{"username":"shop","password":"first"}' --query ARN)
aws secretsmanager put-secret-value --secret-id shop/database --secret-string '{"username":"shop","password":"second"}' >/dev/null
aws s3 mb s3://shop-config >/dev/null
aws s3 cp shop.env s3://shop-config/production/shop.env >/dev/null
aws logs create-log-group --log-group-name /shop
uri=$(aws ecr create-repository --repository-name shop --query repository.repositoryUri)
context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT
mkdir -p "$context/rootfs/bin" "$context/rootfs/tmp" "$context/rootfs/shared"
chmod 1777 "$context/rootfs/tmp" "$context/rootfs/shared"
cp /bin/busybox "$context/rootfs/bin/"
cp -r Dockerfile image "$context/"
docker build --quiet --tag "$uri:1" "$context" >/dev/null
aws ecr get-login-password | docker login --username AWS --password-stdin "${uri%%/*}" >/dev/null
docker push --quiet "$uri:1" >/dev/null
# Secrets Manager ends its ARNs with six characters of its own; everything else is registered as it stands.
aws ecs register-task-definition --cli-input-json "$(sed "s/shop\/database-SUFFIX/shop\/database-${secret##*-}/g" task-definition.json)" --query taskDefinition.taskDefinitionArn
