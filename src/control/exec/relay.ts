// Carries frames from one channel to another, and makes the sender wait while the receiver is behind. Nothing is looked into.
import type { BinaryChannel } from '#link/exec/binary-channel.ts';

/** The receiver may have so much under way before the sender is stopped; it goes on at a quarter of it. */
const HIGH_BYTES = 512 * 1024;
const LOW_BYTES = HIGH_BYTES / 4;

/** One direction. */
export function openRelay(from: BinaryChannel, to: BinaryChannel): { carry(frame: Buffer): void } {
  let stopped = false;
  to.onDrain = () => {
    if (!stopped || to.buffered > LOW_BYTES) return;
    stopped = false;
    from.resume();
  };
  return {
    carry(frame) {
      to.send(frame);
      if (stopped || to.buffered <= HIGH_BYTES) return;
      stopped = true;
      from.pause();
    },
  };
}
