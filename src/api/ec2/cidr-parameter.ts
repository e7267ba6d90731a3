// The IPv4 blocks of VPCs and subnets, as requests give them.
import { parseCidr, renderCidr, type Cidr } from '#core/network/cidr.ts';
import { AwsError } from '#wire/aws-error.ts';
import { invalidValue } from './errors.ts';

const PREFIX_LEAST = 16;
const PREFIX_MOST = 28;

/**
 * The block, host bits cleared as EC2 does.
 * @param rangeCode of the error for a block that is larger than /16 or smaller than /28
 */
export function parseBlock(text: string, rangeCode: 'InvalidVpc.Range' | 'InvalidSubnet.Range'): { cidr: Cidr; text: string } {
  const cidr = parseCidr(text);
  if (cidr === undefined) throw invalidValue(text, 'cidrBlock', 'This is not a valid CIDR block.');
  if (cidr.prefix < PREFIX_LEAST || cidr.prefix > PREFIX_MOST) throw new AwsError(rangeCode, `The CIDR '${text}' is invalid.`);
  return { cidr, text: renderCidr(cidr) };
}
