// May the holder of a registry token use this repository? The same policies as for a call of the ECR API, asked at each use.
import { decide } from '#core/access/decide.ts';
import { deniedMessage } from '#api/access-denied.ts';
import { askingOf, contextOf, isRoot, type Asking } from '#api/iam/asking.ts';
import type { Policies } from '#api/iam/policies.ts';
import { resourceTag } from '#api/resource-tags.ts';
import { accessKeys } from '#model/account.ts';
import { accountProfiles } from '#model/identity.ts';
import type { Judge } from '#registry/access.ts';
import type { Reader } from '#store/store.ts';
import type { Caller } from '#wire/call.ts';
import type { Clock } from '#base/clock.ts';
import { agentBearing, resourceBearing } from './authorize.ts';

const TAG = ':resourcetag/';

/** The registry's judge. */
export function createRegistryJudge(store: Reader, policies: Policies, clock: Clock): Judge {
  const agent = agentBearing();
  const askingFor = (caller: Caller): Asking => {
    const isAgent = caller.session === undefined && store.get(accessKeys, caller.accessKeyId)?.kind === 'agent';
    return isAgent ? { who: { kind: 'user', account: caller.account, arn: caller.arn }, bearing: agent, identity: undefined } : askingOf(store, policies, caller);
  };
  return (caller, action, resource, sourceIp) => {
    if (isRoot(caller) && store.get(accountProfiles, caller.account)?.guardrail === undefined) return undefined;
    const asking = askingFor(caller);
    const call = { caller, sourceIp, region: resource.split(':')[3] ?? '', now: clock.now(), userAgent: '', baseUrl: '' };
    const context = contextOf(call, asking, (key) => (key.includes(TAG) ? resourceTag(store, resource, key.slice(key.indexOf(TAG) + TAG.length)) : undefined));
    const decision = decide(asking.who, { action, resource, context }, resourceBearing(store, policies, asking, resource));
    return decision.allowed ? undefined : deniedMessage(caller.arn, action, resource, decision);
  };
}
