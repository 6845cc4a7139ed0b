// What Swift's servers read, as files: name → text.
import { userInfo } from 'node:os'

/** No server gives up on a machine that is slow for a moment. */
const PATIENCE = `
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
# Longer than any test waits: an object that was put is in the listing.
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
${PATIENCE}
`
}

/** The proxy's filters from the outside in, with the options that each has. */
function filtersFor({ account, user, secret }) {
  return Object.entries({
    catch_errors: '',
    gatekeeper: '',
    healthcheck: '',
    // tempauth insists on a cache, but does without what it holds: nobody listens there.
    memcache: 'memcache_servers = 127.0.0.1:1',
    s3api: 'location = us-east-1',
    tempauth: `user_${account}_${user} = ${secret} .admin`,
    copy: '',
    slo: '',
    dlo: '',
    versioned_writes: 'allow_object_versioning = true',
    symlink: '',
  })
}

function proxy(folder, port, person) {
  const filters = filtersFor(person)
  const sections = filters.map(
    ([name, options]) => `[filter:${name}]\nuse = egg:swift#${name}\n${options}`,
  )
  return `${common(folder, port)}

[pipeline:main]
pipeline = ${filters.map(([name]) => name).join(' ')} proxy-server

[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
${PATIENCE}

${sections.join('\n')}
`
}

/** `ports` has one port for each of account, container, object and proxy. */
export function configuration(folder, ports, person) {
  const { proxy: front, ...back } = ports
  const files = {
    'swift.conf': `[swift-hash]\nswift_hash_path_suffix = ${person.secret}\n`,
    'proxy.conf': proxy(folder, front, person),
  }
  for (const [server, port] of Object.entries(back))
    files[`${server}.conf`] = storage(folder, server, port)
  return files
}
