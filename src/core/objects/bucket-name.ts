// What a bucket may be called: "General purpose bucket naming rules", S3's user guide.

const NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const ADDRESS = /^\d+\.\d+\.\d+\.\d+$/;
const RESERVED = /^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/;

export function isBucketName(name: string): boolean {
  return NAME.test(name) && !name.includes('..') && !ADDRESS.test(name) && !RESERVED.test(name);
}
