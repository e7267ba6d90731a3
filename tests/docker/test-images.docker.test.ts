// The images other tests run: made once, and able to start without anything of the host.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { busyboxImage, docker, removeByLabel, TEST_LABEL } from '../support/docker.ts';

test('a busybox image starts, holds the given files, and is made only once', () => {
  const label = `${TEST_LABEL}=images-${process.pid}`;
  try {
    const options = { files: { 'app/hello': '#!/bin/sh\necho "hello from $(whoami)"\n' }, cmd: ['/app/hello'] };
    const image = busyboxImage(options);
    assert.equal(docker('run', '--label', label, image), 'hello from root');
    const made = docker('image', 'inspect', '-f', '{{.Created}}', image);
    assert.equal(busyboxImage(options), image);
    assert.equal(docker('image', 'inspect', '-f', '{{.Created}}', image), made);
    assert.notEqual(busyboxImage({ ...options, cmd: ['sh'] }), image);
  } finally {
    removeByLabel(label);
  }
  assert.equal(docker('ps', '-aq', '--filter', `label=${label}`), '');
});
