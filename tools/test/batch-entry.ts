// Loads several test files (absolute paths) into one process, each as a suite: hooks of one do not touch the tests of another.
import { suite } from 'node:test';

for (const file of process.argv.slice(2)) suite(file, async () => void (await import(file)));
