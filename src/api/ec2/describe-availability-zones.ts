// DescribeAvailabilityZones: the three zones of the caller's region.
import { zonesOf, type Zone } from '#core/network/zones.ts';
import type { ApiContext } from '../context.ts';
import { invalidParameter } from './errors.ts';
import { parseFilters, type Fields } from './filters.ts';
import { look } from './scope.ts';
import type { AvailabilityZone, DescribeAvailabilityZonesRequest, DescribeAvailabilityZonesResult } from './shapes.ts';

const FILTERS: Fields<AvailabilityZone> = {
  'group-long-name': (zone) => zone.GroupLongName,
  'group-name': (zone) => zone.GroupName,
  message: () => undefined,
  'opt-in-status': (zone) => zone.OptInStatus,
  'parent-zone-id': () => undefined,
  'parent-zone-name': () => undefined,
  'region-name': (zone) => zone.RegionName,
  state: (zone) => zone.State,
  'zone-id': (zone) => zone.ZoneId,
  'zone-name': (zone) => zone.ZoneName,
  'zone-type': (zone) => zone.ZoneType,
};

export function describeAvailabilityZones(input: DescribeAvailabilityZonesRequest, ctx: ApiContext): DescribeAvailabilityZonesResult {
  const where = parseFilters(input.Filters, FILTERS);
  return look(ctx, input, () => {
    const zones = zonesOf(ctx.region);
    const { ZoneNames: names = [], ZoneIds: ids = [] } = input;
    const unknownNames = names.filter((name) => !zones.some((zone) => zone.name === name));
    if (unknownNames.length > 0) throw invalidParameter(`Invalid availability zone: [${unknownNames.join(', ')}]`);
    const unknownIds = ids.filter((id) => !zones.some((zone) => zone.id === id));
    if (unknownIds.length > 0) throw invalidParameter(`Invalid availability zone-id: [${unknownIds.join(', ')}]`);
    const wanted = zones.filter((zone) => (names.length === 0 || names.includes(zone.name)) && (ids.length === 0 || ids.includes(zone.id)));
    return { AvailabilityZones: wanted.map((zone) => viewZone(zone, ctx.region)).filter(where) };
  });
}

function viewZone(zone: Zone, region: string): AvailabilityZone {
  return {
    OptInStatus: 'opt-in-not-required',
    Messages: [],
    RegionName: region,
    ZoneName: zone.name,
    ZoneId: zone.id,
    GroupName: `${region}-zg-1`,
    NetworkBorderGroup: region,
    ZoneType: 'availability-zone',
    State: 'available',
  };
}
