import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from './free-port.mjs'
import { CIPHERS, certificateIn } from './tls-certificate.mjs'

/** Debian installs nginx in a folder that is not in every user's PATH. */
const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/usr/local/sbin` }

/** The command that serves a folder with nginx over TLS. */
export async function tlsNginxCommand(root, certificates, scratch) {
  const port = await freePort()
  const config = join(scratch, 'nginx.conf')
  writeFileSync(config, configOf(port, { root, ...certificateIn(certificates) }, scratch))
  const args = ['-p', scratch, '-c', config, '-e', join(scratch, 'error.log')]
  return { command: 'nginx', args, env, port }
}

// One worker and no limit of requests, as without TLS. Its limit of concurrent streams is Node's default. With
// sendfile and tcp_nopush as there; TLS in user space reads the file instead.
function configOf(port, { root, cert, key }, scratch) {
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
    listen 127.0.0.1:${port} ssl http2;
    ssl_certificate ${cert};
    ssl_certificate_key ${key};
    ssl_conf_command Ciphersuites ${CIPHERS};
    root ${root};
  }
}
`
}
