// TD42 to TD49: port mappings.
import { test } from 'node:test';
import { accepted, DRAFT, refused, withContainer, withContainers } from './draft.fixture.ts';

const AWSVPC = { ...DRAFT, networkMode: 'awsvpc' } as const;
const HOST = { ...DRAFT, networkMode: 'host' } as const;
const ports = (...portMappings: unknown[]): { portMappings: unknown[] } => ({ portMappings });

test('TD42 without a network there are no ports', () => {
  refused('TD42', withContainer(ports({ containerPort: 80 }), { ...DRAFT, networkMode: 'none' }));
});

test('TD43 a container port is 1 to 65535', () => {
  for (const containerPort of [undefined, 0, -1, 65_536]) refused('TD43', withContainer(ports({ containerPort })));
});

test('TD44 a host port is 0 to 65535', () => {
  for (const hostPort of [-1, 65_536]) refused('TD44', withContainer(ports({ containerPort: 80, hostPort })));
  accepted(withContainer(ports({ containerPort: 80, hostPort: 0 })));
});

test('TD45 in awsvpc and host mode the host port is the container port', () => {
  refused('TD45', withContainer(ports({ containerPort: 80, hostPort: 8080 }), AWSVPC));
  refused('TD45', withContainer(ports({ containerPort: 80, hostPort: 8080 }), HOST));
  accepted(withContainer(ports({ containerPort: 80, hostPort: 0 }), AWSVPC));
  accepted(withContainer(ports({ containerPort: 80, hostPort: 8080 })));
});

test('TD46 a port name has up to 64 lower-case characters and does not begin with a hyphen', () => {
  for (const name of ['Web', '-web', '', 'a b', 'x'.repeat(65)]) refused('TD46', withContainer(ports({ containerPort: 80, name })));
  accepted(withContainer(ports({ containerPort: 80, name: 'web_1-x' })));
});

test('TD47 port names are unique in the task', () => {
  refused('TD47', withContainers([ports({ containerPort: 80, name: 'web' }), ports({ containerPort: 81, name: 'web' })]));
});

test('TD48 a host port is mapped once for each protocol', () => {
  refused('TD48', withContainers([ports({ containerPort: 80, hostPort: 80 }), ports({ containerPort: 81, hostPort: 80 })]));
  refused('TD48', withContainers([ports({ containerPort: 80 }), ports({ containerPort: 80 })], AWSVPC));
  refused('TD48', withContainers([ports({ containerPortRange: '80-90' }), ports({ containerPort: 85 })], AWSVPC));
  accepted(withContainers([ports({ containerPort: 80 }), ports({ containerPort: 80 })]));
  accepted(withContainer(ports({ containerPort: 53, hostPort: 53 }, { containerPort: 53, hostPort: 53, protocol: 'udp' })));
});

test('TD49 a range goes from a lower to a higher port, alone, not in host mode; up to 100 in a container', () => {
  for (const containerPortRange of ['80', '90-80', '80-80', '0-5', '1-65536', 'a-b']) refused('TD49', withContainer(ports({ containerPortRange })));
  refused('TD49', withContainer(ports({ containerPortRange: '80-90', hostPort: 80 })));
  refused('TD49', withContainer(ports({ containerPortRange: '80-90', containerPort: 80 })));
  refused('TD49', withContainer(ports({ containerPortRange: '80-90' }), HOST));
  refused('TD49', withContainer(ports(...Array.from({ length: 101 }, (_, i) => ({ containerPortRange: `${i * 2 + 1}-${i * 2 + 2}` })))));
  accepted(withContainer(ports({ containerPortRange: '80-90' })));
});
