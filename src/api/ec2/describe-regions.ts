// DescribeRegions: those every AWS account has, and the caller's own if it is another.
import type { ApiContext } from '../context.ts';
import { invalidParameter } from './errors.ts';
import { parseFilters, type Fields } from './filters.ts';
import { REGIONS } from './regions.ts';
import { look } from './scope.ts';
import type { DescribeRegionsRequest, DescribeRegionsResult, Region } from './shapes.ts';

const FILTERS: Fields<Region> = {
  endpoint: (region) => region.Endpoint,
  'opt-in-status': (region) => region.OptInStatus,
  'region-name': (region) => region.RegionName,
};

export function describeRegions(input: DescribeRegionsRequest, ctx: ApiContext): DescribeRegionsResult {
  const where = parseFilters(input.Filters, FILTERS);
  return look(ctx, input, () => {
    const known = REGIONS.includes(ctx.region) ? REGIONS : [...REGIONS, ctx.region].sort();
    const { RegionNames: wanted = [] } = input;
    const unknown = wanted.filter((name) => !known.includes(name));
    if (unknown.length > 0) throw invalidParameter(`Invalid region names: ${unknown.join(', ')}`);
    const names = wanted.length > 0 ? known.filter((name) => wanted.includes(name)) : known;
    return { Regions: names.map(viewRegion).filter(where) };
  });
}

function viewRegion(name: string): Region {
  return { OptInStatus: 'opt-in-not-required', RegionName: name, Endpoint: `ec2.${name}.amazonaws.com` };
}
