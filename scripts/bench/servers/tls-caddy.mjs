import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from './free-port.mjs'
import { certificateIn } from './tls-certificate.mjs'

/** The command that serves a folder with Caddy over TLS. */
export async function tlsCaddyCommand(root, certificates, scratch) {
  const port = await freePort()
  const config = join(scratch, 'Caddyfile')
  writeFileSync(config, configOf(port, { root, ...certificateIn(certificates) }, scratch))
  const env = { ...process.env, HOME: scratch, XDG_DATA_HOME: scratch, XDG_CONFIG_HOME: scratch }
  const args = ['run', '--config', config, '--adapter', 'caddyfile']
  return { command: 'caddy', args, env, port }
}

function configOf(port, { root, cert, key }, scratch) {
  return `{
	admin off
	auto_https disable_redirects
	skip_install_trust
	grace_period 1s
	storage file_system ${scratch}
	log {
		output discard
	}
	servers {
		protocols h1 h2
	}
}
https://127.0.0.1:${port} {
	bind 127.0.0.1
	tls ${cert} ${key}
	root * ${root}
	file_server
}
`
}
