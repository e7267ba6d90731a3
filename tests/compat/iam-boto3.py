"""A user as boto3 sees it: refused, allowed by a group, a role assumed, a session that is limited. Prints `ok`."""
import json
import sys

import boto3
from botocore.exceptions import ClientError

endpoint = sys.argv[1]


def client(service, **keys):
    return boto3.client(service, endpoint_url=endpoint, region_name='us-east-1', **keys)


def refused(call, code, words, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        assert error.response['Error']['Code'] == code, error
        assert words in error.response['Error']['Message'], error
        return
    raise AssertionError('was allowed')


def document(*statements):
    return json.dumps({'Version': '2012-10-17', 'Statement': statements})


iam = client('iam')
user = iam.create_user(UserName='boto', Path='/people/')['User']
key = iam.create_access_key(UserName='boto')['AccessKey']
mine = {'aws_access_key_id': key['AccessKeyId'], 'aws_secret_access_key': key['SecretAccessKey']}
assert client('sts', **mine).get_caller_identity()['Arn'] == user['Arn']
refused(client('ecs', **mine).list_clusters, 'AccessDeniedException', 'because no identity-based policy allows the ecs:ListClusters action')

iam.create_group(GroupName='readers')
iam.attach_group_policy(GroupName='readers', PolicyArn='arn:aws:iam::aws:policy/ReadOnlyAccess')
iam.add_user_to_group(GroupName='readers', UserName='boto')
assert client('ecs', **mine).list_clusters()['clusterArns'] is not None
refused(client('ecs', **mine).create_cluster, 'AccessDeniedException', 'ecs:CreateCluster', clusterName='x')

trust = document({'Effect': 'Allow', 'Principal': {'AWS': user['Arn']}, 'Action': 'sts:AssumeRole'})
role = iam.create_role(RoleName='boto-role', AssumeRolePolicyDocument=trust)['Role']
assert role['AssumeRolePolicyDocument']['Statement'][0]['Principal'] == {'AWS': user['Arn']}
iam.put_role_policy(RoleName='boto-role', PolicyName='all', PolicyDocument=document({'Effect': 'Allow', 'Action': ['ecs:*', 'ec2:Describe*'], 'Resource': '*'}))
limit = document({'Effect': 'Allow', 'Action': 'ecs:List*', 'Resource': '*'})
session = client('sts', **mine).assume_role(RoleArn=role['Arn'], RoleSessionName='boto', Policy=limit)['Credentials']
held = {'aws_access_key_id': session['AccessKeyId'], 'aws_secret_access_key': session['SecretAccessKey'], 'aws_session_token': session['SessionToken']}
assert client('sts', **held).get_caller_identity()['Arn'].endswith(':assumed-role/boto-role/boto')
client('ecs', **held).list_clusters()
refused(client('ecs', **held).create_cluster, 'AccessDeniedException', 'because no session policy allows the ecs:CreateCluster action', clusterName='x')
refused(client('ec2', **held).describe_vpcs, 'UnauthorizedOperation', 'ec2:DescribeVpcs')
refused(client('iam', **mine).create_user, 'AccessDenied', 'iam:CreateUser', UserName='y')
changed = {**held, 'aws_session_token': held['aws_session_token'][:-8] + 'AAAAAAA='}
refused(client('ecs', **changed).list_clusters, 'UnrecognizedClientException', 'security token')

names = [one['PolicyName'] for page in iam.get_paginator('list_policies').paginate(Scope='AWS', PaginationConfig={'PageSize': 5}) for one in page['Policies']]
assert 'AmazonECSTaskExecutionRolePolicy' in names and len(names) == len(set(names))
try:
    iam.get_role(RoleName='none')
except iam.exceptions.NoSuchEntityException as error:
    assert error.response['Error']['Message'] == 'The role with name none cannot be found.'
print('ok')
