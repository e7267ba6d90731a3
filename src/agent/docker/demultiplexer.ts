// The Engine API's attached streams without a terminal: frames of a head (stream, three nulls, length in four bytes) and its bytes.

const HEAD_BYTES = 8;

/** Takes bytes as they come, cut anywhere; gives them out as soon as it is known whose they are. */
export function openDemultiplexer(give: (stream: 'stdout' | 'stderr', data: Buffer) => void): (data: Buffer) => void {
  let head = Buffer.alloc(0);
  let stream: 'stdout' | 'stderr' = 'stdout';
  let left = 0;
  return (data) => {
    let rest = data;
    while (rest.length > 0) {
      if (left === 0) {
        const missing = HEAD_BYTES - head.length;
        head = Buffer.concat([head, rest.subarray(0, missing)]);
        rest = rest.subarray(missing);
        if (head.length < HEAD_BYTES) return;
        stream = head[0] === 2 ? 'stderr' : 'stdout';
        left = head.readUInt32BE(4);
        head = Buffer.alloc(0);
        continue;
      }
      const part = rest.subarray(0, left);
      rest = rest.subarray(part.length);
      left -= part.length;
      give(stream, part);
    }
  };
}
