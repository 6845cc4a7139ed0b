import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from './free-port.mjs'

export function hasCaddy() {
  return spawnSync('caddy', ['version']).status === 0
}

/** The version, such as `2.6.2`. */
export function caddyVersion() {
  return spawnSync('caddy', ['version'], { encoding: 'utf8' }).stdout?.trim().split(' ')[0]
}

/** The command that serves a folder with Caddy, which writes only below `scratch`. */
export async function caddyCommand(root, scratch) {
  const port = await freePort()
  const config = join(scratch, 'Caddyfile')
  writeFileSync(config, configOf(port, root, scratch))
  const env = { ...process.env, HOME: scratch, XDG_DATA_HOME: scratch, XDG_CONFIG_HOME: scratch }
  const args = ['run', '--config', config, '--adapter', 'caddyfile']
  return { command: 'caddy', args, env, port }
}

// Go uses as many threads as it has cores, here one. HTTP/1.1, as for the other servers.
function configOf(port, root, scratch) {
  return `{
	admin off
	auto_https off
	grace_period 1s
	storage file_system ${scratch}
	log {
		output discard
	}
	servers {
		protocols h1
	}
}
http://127.0.0.1:${port} {
	bind 127.0.0.1
	root * ${root}
	file_server
}
`
}
