// Holders of registry tokens: agents pull, root does everything, a repository's own policy speaks along.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPolicies } from '#api/iam/policies.ts';
import { accessKeys } from '#model/account.ts';
import { repositories } from '#model/repository.ts';
import { ACCOUNT, openEcs } from '#tests/support/api-harness.ts';
import type { Caller } from '#wire/call.ts';
import { createRegistryJudge } from './registry-judge.ts';

const REPOSITORY = `arn:aws:ecr:us-east-1:${ACCOUNT}:repository/app`;

test('agents pull and push nothing; a user needs a policy, his own or the repository’s', async () => {
  const { store, clock } = await openEcs();
  const judge = createRegistryJudge(store, createPolicies(), clock);
  const may = (caller: Caller, action: string): boolean => judge(caller, action, REPOSITORY, '127.0.0.1') === undefined;
  const agent: Caller = { account: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:user/longshore-agent`, userId: 'AIDAX', accessKeyId: 'AKIAAGENT' };
  const ada: Caller = { account: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:user/ada`, userId: 'AIDAY', accessKeyId: 'AKIAADA' };
  const root: Caller = { account: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:root`, userId: ACCOUNT, accessKeyId: 'AKIAROOT' };
  store.transact((tx) => tx.put(accessKeys, { accessKeyId: 'AKIAAGENT', secretAccessKey: 's', account: ACCOUNT, principalArn: agent.arn, userId: 'AIDAX', kind: 'agent', createdAt: 0 }));
  const answers = (): boolean[][] => [agent, ada, root].map((caller) => ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:PutImage'].map((action) => may(caller, action)));
  assert.deepEqual(answers(), [[true, true, false], [false, false, false], [true, true, true]]);
  const policyText = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: ada.arn }, Action: 'ecr:BatchGetImage' }] });
  store.transact((tx) =>
    tx.put(repositories, {
      arn: REPOSITORY, account: ACCOUNT, region: 'us-east-1', name: 'app', createdAt: 0, tagMutability: 'MUTABLE', tagExclusionFilters: [], scanOnPush: false,
      encryption: { encryptionType: 'AES256' }, tags: [], policyText,
    }),
  );
  assert.deepEqual(answers()[1], [true, false, false]);
  assert.match(judge(ada, 'ecr:PutImage', REPOSITORY, '')!, /user\/ada is not authorized to perform: ecr:PutImage on resource: \S+repository\/app because no identity-based policy/);
});
