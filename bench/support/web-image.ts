// The application of the deployment benchmarks: nginx from the distribution in an image of its own, answering one word.
// It stops as nginx wants to be stopped (SIGQUIT: finish open requests), on either orchestrator.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const CONFIG = `daemon off;
worker_processes 1;
error_log /dev/stderr error;
pid /nginx.pid;
user root;
events { worker_connections 8192; }
http {
  access_log off;
  keepalive_timeout 75s;
  keepalive_requests 1000000;
  client_body_temp_path /tmp; proxy_temp_path /tmp; fastcgi_temp_path /tmp; uwsgi_temp_path /tmp; scgi_temp_path /tmp;
  server { listen 80; location / { default_type text/plain; return 200 "hello\\n"; } }
}
`;

/** Builds `tag`. Throws when nginx is not installed (apt-get install nginx-light). */
export function buildWebImage(tag: string): void {
  if (!existsSync('/usr/sbin/nginx')) throw new Error('this benchmark needs nginx: apt-get install nginx-light (and stop the service it starts)');
  const folder = mkdtempSync(join(tmpdir(), 'longshore-web-'));
  const add = (path: string): void => {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    copyFileSync(realpathSync(path), join(folder, path));
  };
  try {
    const libraries = execFileSync('ldd', ['/usr/sbin/nginx'], { encoding: 'utf8' }).match(/\/\S+/g) ?? [];
    for (const path of ['/usr/sbin/nginx', ...libraries]) add(path);
    for (const path of ['etc', 'tmp', 'var/log/nginx', 'var/lib/nginx']) mkdirSync(join(folder, path), { recursive: true });
    writeFileSync(join(folder, 'etc/passwd'), 'root:x:0:0:root:/:/bin/false\n');
    writeFileSync(join(folder, 'etc/group'), 'root:x:0:\n');
    writeFileSync(join(folder, 'nginx.conf'), CONFIG);
    writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\nCOPY . /\nSTOPSIGNAL SIGQUIT\nEXPOSE 80\nENTRYPOINT ["/usr/sbin/nginx", "-c", "/nginx.conf"]\n');
    execFileSync('docker', ['build', '-q', '-t', tag, folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
