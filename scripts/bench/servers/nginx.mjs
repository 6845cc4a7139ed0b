import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from './free-port.mjs'

/** Debian installs nginx in a folder that is not in every user's PATH. */
const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/usr/local/sbin` }

export function hasNginx() {
  return spawnSync('nginx', ['-v'], { env }).status === 0
}

/** The version, such as `nginx/1.22.1`. */
export function nginxVersion() {
  return spawnSync('nginx', ['-v'], { env, encoding: 'utf8' }).stderr?.match(/nginx\/\S+/)?.[0]
}

/** The command that serves a folder or proxies an origin with nginx, which writes only below `scratch`. */
export async function nginxCommand(served, scratch) {
  const port = await freePort()
  const config = join(scratch, 'nginx.conf')
  writeFileSync(config, configOf(port, served, scratch))
  const args = ['-p', scratch, '-c', config, '-e', join(scratch, 'error.log')]
  return { command: 'nginx', args, env, port }
}

// One worker, since it has one core. keepalive_requests: by default nginx closes a connection after 1,000
// requests, which no other measured server does.
function configOf(port, { root, origin, sendfile = 'on' }, scratch) {
  const directives =
    origin === undefined
      ? `root ${root};`
      : `location / { proxy_pass ${origin}; proxy_http_version 1.1; proxy_max_temp_file_size 0; }`
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `  ${name}_temp_path ${join(scratch, name)};`)
    .join('\n')
  return `
daemon off;
worker_processes 1;
worker_rlimit_nofile 20000;
pid ${join(scratch, 'nginx.pid')};
events { worker_connections 16384; }
http {
${temporary}
  access_log off;
  sendfile ${sendfile};
  tcp_nopush on;
  keepalive_requests 1000000000;
  default_type application/octet-stream;
  server {
    listen 127.0.0.1:${port};
    ${directives}
  }
}
`
}
