import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { FILM, PAGE } from '../files.mjs'
import { signingFront } from './signing-front.mjs'

const START = join(import.meta.dirname, '../../swift/start.mjs')
const NAME = 'files'
const TYPES = { [FILM]: 'video/mp4', [PAGE]: 'text/html' }

export const SWIFT_NEEDS = {
  command: 'swift-proxy-server',
  packages: ['swift-proxy', 'swift-account', 'swift-container', 'swift-object'],
}

export const swift = {
  id: 'swift',
  name: 'OpenStack Swift with s3api',
  isOfBucket: true,
  version: { command: 'dpkg-query', args: ['-W', 'swift-proxy'], pattern: /\t(\d+(?:\.\d+)*)/ },
  setting: 'each request is signed on its way',
  listen: async ({ bucket }) => {
    const { url, stop } = await signingFront(bucket)
    return { url: `${url}/${NAME}`, stop }
  },
}

/** Starts OpenStack Swift with a bucket that holds the files of a folder. */
export async function startBucket(folder) {
  const { CreateBucketCommand, PutObjectCommand, S3Client } = await import('@aws-sdk/client-s3')
  // Swift ends when its stdin is closed, which happens if this process dies.
  const child = spawn(process.execPath, [START], { stdio: ['pipe', 'pipe', 'inherit'] })
  const exit = once(child, 'exit')
  const stop = async () => {
    child.stdin.end()
    await exit
  }
  const ended = exit.then(([code]) => {
    throw new Error(`Swift ended with ${code} before it was ready`)
  })
  ended.catch(() => {})
  try {
    const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), ended])
    const { endpoint, ...credentials } = JSON.parse(line)
    const client = new S3Client({
      ...{ endpoint, credentials, region: 'us-east-1', forcePathStyle: true },
      // Debian's Swift refuses the checksum trailers that the SDK adds to streams.
      requestChecksumCalculation: 'WHEN_REQUIRED',
    })
    await client.send(new CreateBucketCommand({ Bucket: NAME }))
    for (const [key, type] of Object.entries(TYPES)) {
      const Body = readFileSync(join(folder, key))
      await client.send(new PutObjectCommand({ Bucket: NAME, Key: key, Body, ContentType: type }))
    }
    client.destroy()
    return { endpoint, name: NAME, ...credentials, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
