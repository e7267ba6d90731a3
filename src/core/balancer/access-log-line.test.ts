// What HAProxy notes becomes what Application Load Balancers write.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLineMaker, plainSerial } from './access-log-line.ts';

const GROUP = 'arn:aws:elasticloadbalancing:us-east-1:0:targetgroup/web/73e2d6bc24d8a067';
const CERTIFICATE = 'arn:aws:acm:us-east-1:0:certificate/1';
const names = { groups: new Map([['tg-73e2d6bc24d8a067', GROUP]]), certificates: new Map([[plainSerial('0a:bc'), CERTIFICATE]]) };
const lines = openLineMaker();
const accessLogLine = (record: string): string => Buffer.from(lines(Buffer.from(`${record}\n`, 'latin1'), names)).toString('latin1').trimEnd();
const START = '1530569000186641';

test('a forwarded request', () => {
  const record = `${START} app/my-lb/50dc6c495c0c9188 http:8080 192.168.131.39:2817 tg-73e2d6bc24d8a067 10.0.0.1:80 48 1 0 1 37 -- 200 34 366 7/tg-73e2d6bc24d8a067 - {www.example.com:8080|curl/7.46.0|Root=1-58337262-36d228ad5d99923122bbe354} GET /a?b=c HTTP/1.1`;
  assert.equal(
    accessLogLine(record),
    `http 2018-07-02T22:03:20.186641Z app/my-lb/50dc6c495c0c9188 192.168.131.39:2817 10.0.0.1:80 0.002 0.037 0.000 200 200 34 366 "GET http://www.example.com:8080/a?b=c HTTP/1.1" "curl/7.46.0" - - ${GROUP} "Root=1-58337262-36d228ad5d99923122bbe354" "-" "-" 7 2018-07-02T22:03:20.138641Z "forward" "-" "-" "10.0.0.1:80" "200" "-" "-" -`,
  );
});

const fields = (record: string): string[] => accessLogLine(record).match(/"[^"]*"|\S+/g)!;

test('HTTP/2 over TLS names its target in full, and the certificate that was shown', () => {
  const line = fields(`${START} app/l/1 https:443 1.2.3.4:5 tg-73e2d6bc24d8a067 10.0.0.1:80 1 0 0 0 1 -- 200 1 2 0/x - TLS_AES_128_GCM_SHA256 TLSv1.3 a.test%20b 0ABC {a.test||} GET https://a.test/x HTTP/2.0`);
  assert.equal(line[0], 'h2');
  assert.equal(line[12], '"GET https://a.test:443/x HTTP/2.0"');
  assert.deepEqual(line.slice(13, 16), ['"-"', 'TLS_AES_128_GCM_SHA256', 'TLSv1.3']);
  assert.deepEqual(line.slice(17, 20), ['"-"', '"a.test b"', `"${CERTIFICATE}"`]);
});

test('answers of the load balancer itself have no target', () => {
  const redirect = fields(`${START} app/l/1 http:80 1.2.3.4:5 act-1 -:- 0 0 -1 -1 -1 LR 301 1 2 3/act-1 https://a.test:443/x {a.test|u|Root=1} GET /x HTTP/1.1`);
  assert.deepEqual(redirect.slice(4, 10), ['-', '-1', '-1', '-1', '301', '-']);
  assert.deepEqual([redirect[20], redirect[22], redirect[23]], ['3', '"redirect"', '"https://a.test:443/x"']);
  const fixed = fields(`${START} app/l/1 http:80 1.2.3.4:5 act-1 <NOSRV>:0 0 0 -1 -1 -1 LR 200 1 2 0/act-1 - {a.test|u|Root=1} GET /x HTTP/1.1`);
  assert.equal(fixed[22], '"fixed-response"');
});

test('a target that answers nothing is a 502 of the load balancer, and one that is too slow a 504', () => {
  const broken = fields(`${START} app/l/1 http:80 1.2.3.4:5 tg-73e2d6bc24d8a067 10.0.0.1:80 3 0 0 1 -1 SH 502 1 2 0/tg-1 - {a.test|u|Root=1} POST /x HTTP/1.1`);
  assert.deepEqual(broken.slice(4, 10), ['10.0.0.1:80', '0.001', '-1', '-1', '502', '-']);
  assert.deepEqual(broken.slice(25, 27), ['"10.0.0.1:80"', '"-"']);
});

test('a target of a group without healthy ones is called by its address', () => {
  const line = fields(`${START} app/l/1 http:80 1.2.3.4:5 tg-73e2d6bc24d8a067 open-10.0.0.1:80 3 0 0 1 1 -- 200 1 2 0/tg-1 - {a.test|u|Root=1} GET /x HTTP/1.1`);
  assert.deepEqual([line[4], line[25]], ['10.0.0.1:80', '"10.0.0.1:80"']);
});

test('behind a hole a record is found, and what is none is left out', () => {
  const record = `${START} app/l/1 http:80 1.2.3.4:5 tg-1 10.0.0.1:80 3 0 0 1 1 -- 200 1 2 0/tg-1 - {a.test|u|Root=1} GET /x HTTP/1.1`;
  assert.equal(accessLogLine(`\0\0\0${record}`), accessLogLine(record));
  for (const none of [record.replace('{', ''), record.replace('|', ''), record.replace(START, 'x'), record.replace(' tg-1', ''), `${record.slice(0, 90)}`]) assert.equal(accessLogLine(none), '');
  assert.equal(accessLogLine(`${record}\n[WARNING] something\n${record}`), `${accessLogLine(record)}\n${accessLogLine(record)}`);
});

test('a client that goes away is 460, and what is no request has no line of one', () => {
  assert.equal(fields(`${START} app/l/1 http:80 1.2.3.4:5 tg-73e2d6bc24d8a067 10.0.0.1:80 3 0 0 1 -1 CH -1 1 2 0/tg-1 - {a.test|u|Root=1} GET /x HTTP/1.1`)[8], '460');
  const bad = fields(`${START} app/l/1 http:80 1.2.3.4:5 ls-1 <NOSRV>:0 0 -1 -1 -1 -1 PR 400 0 2 - - {||} <BADREQ>`);
  assert.deepEqual([bad[8], bad[12], bad[20], bad[22]], ['400', '"- http://-:80- -"', '-1', '"-"']);
});

test('nothing a client sends ends a field or a line', () => {
  const line = accessLogLine(`${START} app/l/1 http:80 1.2.3.4:5 tg-1 10.0.0.1:80 3 0 0 1 1 -- 200 1 2 0/tg-1 - {a.test|x#22 #0A#7C#23é|Root=1} GET /#22 HTTP/1.1`);
  assert.match(line, / "GET http:\/\/a\.test:80\/%22 HTTP\/1\.1" "x\\x22 \\x0A\|#é" /);
  assert.equal(accessLogLine('[WARNING] of HAProxy itself'), '');
});
