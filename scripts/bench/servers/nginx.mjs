import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'

/** Debian has it where only root looks. */
const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/usr/local/sbin` }

export function hasNginx() {
  return spawnSync('nginx', ['-v'], { env }).status === 0
}

/** The command that runs nginx over a folder or before an origin, with all it writes in `scratch`. */
export async function nginxCommand(what, scratch) {
  mkdirSync(scratch, { recursive: true })
  // nginx takes no port 0: one that was free a moment ago.
  const port = await freePort()
  const config = join(scratch, 'nginx.conf')
  writeFileSync(config, configOf(port, what, scratch))
  const args = ['-p', scratch, '-c', config, '-e', join(scratch, 'error.log')]
  return { command: 'nginx', args, env, port }
}

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
pid ${join(scratch, 'nginx.pid')};
events { worker_connections 512; }
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

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}
