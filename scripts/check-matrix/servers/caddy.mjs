import { write } from '../scratch.mjs'

export const caddy = {
  id: 'caddy',
  name: 'Caddy',
  needs: { command: 'caddy', packages: ['caddy'] },
  version: { args: ['version'], pattern: /v?(\d\S*)/ },
  setting: '`file_server` with `precompressed br gzip`',
  start: ({ folder, scratch, port }) => ({
    command: 'caddy',
    args: [
      ...['run', '--adapter', 'caddyfile'],
      ...['--config', write(scratch, 'Caddyfile', configOf({ folder, scratch, port }))],
    ],
    // A home of its own, so that the user's configuration is neither read nor changed.
    env: { HOME: scratch, XDG_DATA_HOME: scratch, XDG_CONFIG_HOME: scratch },
  }),
}

function configOf({ folder, scratch, port }) {
  return `{
	admin off
	auto_https off
	grace_period 1s
	storage file_system ${scratch}
}
http://127.0.0.1:${port} {
	bind 127.0.0.1
	root * ${folder}
	file_server {
		precompressed br gzip
	}
}
`
}
