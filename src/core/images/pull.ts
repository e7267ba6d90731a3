// Recording that an image was pulled.
import { images, type Image } from '#model/image.ts';
import { putRow, type RowChange } from './rows.ts';

/** ECR refreshes the time at least every 24 hours; a minute keeps a pull storm from becoming a write storm. */
export const PULL_TIME_REFRESH_MS = 60_000;

/** The change that records a pull at `now`; none when the recorded time is recent. */
export function planPull(image: Image, now: number): readonly RowChange[] {
  if (image.lastPulledAt !== undefined && now - image.lastPulledAt < PULL_TIME_REFRESH_MS) return [];
  return [putRow(images, { ...image, lastPulledAt: now })];
}
