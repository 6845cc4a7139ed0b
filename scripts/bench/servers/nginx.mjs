import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from './free-port.mjs'

/** Debian has it where only root looks. */
const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/usr/local/sbin` }

export function hasNginx() {
  return spawnSync('nginx', ['-v'], { env }).status === 0
}

/** Such as `nginx/1.22.1`. */
export function nginxVersion() {
  return spawnSync('nginx', ['-v'], { env, encoding: 'utf8' }).stderr?.match(/nginx\/\S+/)?.[0]
}

/** The command that runs nginx over a folder or before an origin, with all it writes in `scratch`. */
export async function nginxCommand(what, scratch) {
  const port = await freePort()
  const config = join(scratch, 'nginx.conf')
  writeFileSync(config, configOf(port, what, scratch))
  const args = ['-p', scratch, '-c', config, '-e', join(scratch, 'error.log')]
  return { command: 'nginx', args, env, port }
}

// One worker, since it has one core. A connection may ask as often as it likes: nginx would else
// close it after a thousand requests, which no other server here does.
function configOf(port, { root, origin }, scratch) {
  const serves =
    origin === undefined
      ? `root ${root};`
      : `location / { proxy_pass ${origin}; proxy_http_version 1.1; proxy_max_temp_file_size 0; }`
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `  ${name}_temp_path ${join(scratch, name)};`)
    .join('\n')
  return `
daemon off;
worker_processes 1;
worker_rlimit_nofile 16384;
pid ${join(scratch, 'nginx.pid')};
events { worker_connections 8192; }
http {
${temporary}
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000000;
  default_type application/octet-stream;
  server {
    listen 127.0.0.1:${port};
    ${serves}
  }
}
`
}
