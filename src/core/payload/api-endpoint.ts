// Whether a task's containers are led to Longshore's own API (AWS_ENDPOINT_URL): asked for per cluster by a tag, which every tool can set,
// or for all clusters of an account and region by an account setting. AWS has no such thing: there, the endpoint is the default.

/** Tag of a cluster: `enabled` or `disabled`; it goes before the account's setting. */
export const API_ENDPOINT_TAG = 'longshore:api-endpoint';
/** Account setting (PutAccountSettingDefault): `enabled` or `disabled`, the default. */
export const API_ENDPOINT_SETTING = 'longshoreApiEndpoint';

export function wantsApiEndpoint(clusterTags: readonly { readonly key: string; readonly value?: string }[], accountDefault: string | undefined): boolean {
  const tag = clusterTags.find(({ key }) => key === API_ENDPOINT_TAG)?.value;
  return (tag === 'enabled' || tag === 'disabled' ? tag : accountDefault) === 'enabled';
}
