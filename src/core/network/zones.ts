// Availability zones of a region: every region has a, b and c here, with ids in AWS's form (`use1-az1`).

const ZONE_LETTERS = ['a', 'b', 'c'] as const;

const DIRECTIONS: Readonly<Record<string, string>> = {
  north: 'n',
  south: 's',
  east: 'e',
  west: 'w',
  central: 'c',
  northeast: 'ne',
  northwest: 'nw',
  southeast: 'se',
  southwest: 'sw',
};

export interface Zone {
  /** `us-east-1a` */
  readonly name: string;
  /** `use1-az1` */
  readonly id: string;
}

/** The three zones of a region, in order. */
export function zonesOf(region: string): readonly Zone[] {
  const parts = region.split('-');
  const short = parts.map((part) => DIRECTIONS[part] ?? part).join('');
  return ZONE_LETTERS.map((letter, i) => ({ name: `${region}${letter}`, id: `${short}-az${i + 1}` }));
}
