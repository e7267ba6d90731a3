// The driver of a control plane that can keep no machines: it says why, in the instance's state reason.
import { DriverRefusal, type InstanceDriver } from './driver.ts';

export function noDriver(why: string): InstanceDriver {
  return {
    name: 'none',
    start: () => Promise.reject(new DriverRefusal(why)),
    stop: () => Promise.resolve(),
    list: () => Promise.resolve([]),
  };
}
