import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../../..')
const COMMAND = join(ROOT, 'dist/cli/main.js')
const TLS = join(ROOT, 'test/fixture/tls')

/** The environment variables of the settings must not apply. */
const env = { LOG_LEVEL: 'silent' }

const lastbyte = (args) => ({ command: process.execPath, args: [COMMAND, ...args], env })

const serve = {
  id: 'lastbyte',
  name: 'lastbyte serve',
  setting: '`--precompressed`',
  start: ({ folder, port }) => lastbyte(['serve', folder, '--precompressed', '--port', port]),
}

const proxy = ({ origin, port }) => lastbyte(['proxy', origin, '--port', port])

export const LASTBYTE = [
  serve,
  {
    id: 'lastbyte-tls',
    name: 'lastbyte serve over TLS',
    setting: '`--tls-cert --tls-key --precompressed`',
    protocol: 'https',
    start: ({ folder, port }) => {
      const tls = ['--tls-cert', join(TLS, 'cert.pem'), '--tls-key', join(TLS, 'key.pem')]
      return lastbyte(['serve', folder, '--precompressed', '--port', port, ...tls])
    },
  },
  { id: 'lastbyte-proxy', name: 'lastbyte proxy', isFront: true, before: serve, start: proxy },
  {
    id: 'lastbyte-proxy-nginx',
    name: 'lastbyte proxy in front of nginx',
    isFront: true,
    start: proxy,
  },
  {
    id: 'lastbyte-s3',
    name: 'lastbyte serve from S3',
    isOfBucket: true,
    setting: 'from a bucket of OpenStack Swift',
    start: ({ bucket, port }) => {
      const { endpoint, name, accessKeyId, secretAccessKey } = bucket
      const { command, args } = lastbyte([
        ...['serve', `s3://${name}`, '--endpoint', endpoint, '--region', 'us-east-1'],
        ...['--port', port],
      ])
      const keys = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey }
      return { command, args, env: { ...env, ...keys } }
    },
  },
]
