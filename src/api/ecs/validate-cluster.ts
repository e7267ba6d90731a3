// What a cluster can be set to.
import type { ClusterSetting } from '#model/cluster.ts';
import { clientException, invalidParameter } from './errors.ts';
import type { CreateClusterRequest, Shape } from './shapes.ts';
import { optionalOneOf } from './validate-enum.ts';

type Input = Shape<CreateClusterRequest>;

const CONTAINER_INSIGHTS = ['enabled', 'disabled', 'enhanced'];

/** The settings, or undefined when none are given. Throws InvalidParameterException. */
export function validSettings(settings: Input['settings']): ClusterSetting[] | undefined {
  if (!settings?.length) return undefined;
  const byName = new Map<string, ClusterSetting>();
  for (const { name, value } of settings) {
    if ((name as string | undefined) !== 'containerInsights') throw invalidParameter('Setting name must be one of [containerInsights]');
    if (!CONTAINER_INSIGHTS.includes(value ?? '')) {
      throw invalidParameter(`Invalid value for setting containerInsights. Valid values are [${CONTAINER_INSIGHTS.join(', ')}].`);
    }
    byName.set('containerInsights', { name: 'containerInsights', value: value ?? '' });
  }
  return [...byName.values()];
}

/** The configuration as plain JSON, or undefined when none is given. Throws InvalidParameterException. */
export function validConfiguration(configuration: Input['configuration']): unknown {
  if (configuration === undefined) return undefined;
  const exec = configuration.executeCommandConfiguration;
  const logging = optionalOneOf('logging', exec?.logging, ['NONE', 'DEFAULT', 'OVERRIDE']);
  if (exec?.logConfiguration && logging !== 'OVERRIDE') {
    throw invalidParameter('logConfiguration can only be specified when logging is set to OVERRIDE.');
  }
  if (logging === 'OVERRIDE' && !exec?.logConfiguration) throw invalidParameter('logConfiguration is required when logging is set to OVERRIDE.');
  return JSON.parse(JSON.stringify(configuration));
}

/** The Cloud Map namespace's ARN of a name or an ARN; an empty name removes it. Throws InvalidParameterException, ClientException. */
export function validNamespace(input: Input['serviceConnectDefaults']): { readonly namespace: string } | undefined {
  const namespace = input?.namespace;
  if (namespace === undefined || namespace === '') return undefined;
  if (!/^[!-~]{1,1024}$/.test(namespace)) throw invalidParameter('The namespace name is not valid.');
  if (!namespace.startsWith('arn:')) throw clientException('Cloud Map namespaces by name are not supported by Longshore yet. Use an ARN.');
  return { namespace };
}
