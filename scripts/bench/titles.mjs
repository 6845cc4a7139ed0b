/** Names of subjects in tables and charts, where they differ from those in the code. */
const TITLES = {
  queued: 'lastbyte, zeroCopy: always',
  portable: 'lastbyte, portable',
  cached: 'lastbyte, contentCache 1 GiB',
  static: '@fastify/static',
  express: 'express.static',
  caddy: 'Caddy',
  faults: 'lastbyte, faults unarmed',
  'nginx-copy': 'nginx, sendfile off',
  'workers-1': 'lastbyte serve --workers 1',
  'workers-2': 'lastbyte serve --workers 2',
  'events-lastbyte': 'lastbyte',
  'events-sse': '@fastify/sse',
  'events-sse-v2': 'fastify-sse-v2',
  'proxy-lastbyte': 'lastbyte',
  'proxy-http-proxy': '@fastify/http-proxy',
  'proxy-nginx': 'nginx',
  's3-lastbyte': 'lastbyte, s3Source',
  's3-proxy': 'lastbyte, upstreamSource from the same store',
  'tls-lastbyte': 'lastbyte',
  'tls-static': '@fastify/static',
  'h2-lastbyte': 'lastbyte',
  'h2-static': '@fastify/static',
  'tls-nginx': 'nginx',
  'tls-caddy': 'Caddy',
}

/** The name of a server, a client or another subject of a workload, for people. */
export const titleOf = (name) => TITLES[name] ?? name

export const isOwn = (name) => /^(lastbyte|get)\b/.test(titleOf(name))
