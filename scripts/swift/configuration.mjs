// The configuration files of Swift's servers: name → text.
import { userInfo } from 'node:os'

/** Timeouts that a slow machine doesn't exceed, in seconds. */
const TIMEOUTS = `
conn_timeout = 30
node_timeout = 60
error_suppression_limit = 1000000`

function common(folder, port) {
  return `
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port}
bind_timeout = 1
workers = 0
user = ${userInfo().username}
swift_dir = ${folder}
devices = ${folder}/devices
mount_check = false
disable_fallocate = true
fallocate_reserve = 0
# Longer than any test: a PUT returns only after the listing contains the object.
container_update_timeout = 60
log_level = ERROR`
}

function storage(folder, server, port) {
  return `${common(folder, port)}

[pipeline:main]
pipeline = ${server}-server

[app:${server}-server]
use = egg:swift#${server}
recon_cache_path = ${folder}/recon
${TIMEOUTS}
`
}

/** The proxy's filters, outermost first, with their options. */
function filtersFor({ account, name, secret }) {
  return Object.entries({
    catch_errors: '',
    gatekeeper: '',
    healthcheck: '',
    // tempauth requires a cache but works if it is unreachable: nothing listens on port 1.
    memcache: 'memcache_servers = 127.0.0.1:1',
    s3api: 'location = us-east-1',
    tempauth: `user_${account}_${name} = ${secret} .admin`,
    copy: '',
    slo: '',
    dlo: '',
    versioned_writes: 'allow_object_versioning = true',
    symlink: '',
  })
}

function proxy(folder, port, user) {
  const filters = filtersFor(user)
  const sections = filters.map(
    ([name, options]) => `[filter:${name}]\nuse = egg:swift#${name}\n${options}`,
  )
  return `${common(folder, port)}

[pipeline:main]
pipeline = ${filters.map(([name]) => name).join(' ')} proxy-server

[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
${TIMEOUTS}

${sections.join('\n')}
`
}

/** `ports` has a port for each of account, container, object and proxy. */
export function configuration(folder, ports, user) {
  const { proxy: front, ...back } = ports
  const files = {
    'swift.conf': `[swift-hash]\nswift_hash_path_suffix = ${user.secret}\n`,
    'proxy.conf': proxy(folder, front, user),
  }
  for (const [server, port] of Object.entries(back))
    files[`${server}.conf`] = storage(folder, server, port)
  return files
}
