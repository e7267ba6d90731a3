// The address by which this host and other local machines reach a local machine. Not its private address: inside the machine that is
// in the range of the VPC's own bridge, and what encloses a VPC's packets must not be routed into it.

/** In 198.18.0.0/15, which is nobody's: one for each private address of a VPC. @param privateIpAddress `172.31.5.6` → `198.19.5.6` */
export function underlayAddress(privateIpAddress: string): string {
  const [, second = '0', third = '0', fourth = '0'] = privateIpAddress.split('.');
  return `198.${18 + (Number(second) % 2)}.${third}.${fourth}`;
}
