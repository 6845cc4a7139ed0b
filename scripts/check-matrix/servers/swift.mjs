import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { changed } from '../changes.mjs'
import { FILM, makeFiles, PAGE } from '../files.mjs'
import { makeScratch } from '../scratch.mjs'
import { signingFront } from './signing-front.mjs'

const START = join(import.meta.dirname, '../../swift/start.mjs')
const NAME = 'files'
/** ms from which on Last-Modified is a strong validator (RFC 9110 §8.8.2.2), with a second for its rounding. */
const STRONG_AGE = 61_000
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

/** Starts OpenStack Swift with a bucket that holds the files of the matrix. */
export async function startBucket() {
  const { child, stop, ready } = startSwift()
  try {
    const [line] = await ready
    const { endpoint, ...credentials } = JSON.parse(line)
    const objects = await openObjects(endpoint, credentials)
    await objects.create()
    const files = readFiles()
    let changedAt = 0
    const put = async (key, bytes) => {
      await objects.put(key, bytes)
      changedAt = Date.now()
    }
    for (const [key, bytes] of Object.entries(files)) await put(key, bytes)
    return {
      ...{ endpoint, name: NAME, ...credentials },
      /** Resolves when the objects are old enough for a strong Last-Modified. */
      aged: () => wait(Math.max(0, changedAt + STRONG_AGE - Date.now())),
      change: (change) => put(FILM, changed(change, files[FILM])),
      stop: async () => {
        objects.close()
        await stop()
      },
    }
  } catch (error) {
    await stop()
    throw new Error(`Swift: ${error.message} (exit code ${child.exitCode})`)
  }
}

function startSwift() {
  // Swift ends when its stdin is closed, which happens if this process dies.
  const child = spawn(process.execPath, [START], { stdio: ['pipe', 'pipe', 'inherit'] })
  const exit = once(child, 'exit')
  const failed = exit.then(() => {
    throw new Error('expected it to be ready; it ended before')
  })
  failed.catch(() => {})
  return {
    child,
    ready: Promise.race([once(createInterface(child.stdout), 'line'), failed]),
    stop: async () => {
      child.stdin.end()
      await exit
    },
  }
}

async function openObjects(endpoint, credentials) {
  const { CreateBucketCommand, PutObjectCommand, S3Client } = await import('@aws-sdk/client-s3')
  const client = new S3Client({
    ...{ endpoint, credentials, region: 'us-east-1', forcePathStyle: true },
    // Debian's Swift refuses the checksum trailers that the SDK adds to streams.
    requestChecksumCalculation: 'WHEN_REQUIRED',
  })
  return {
    create: () => client.send(new CreateBucketCommand({ Bucket: NAME })),
    put: async (Key, Body) => {
      await client.send(new PutObjectCommand({ Bucket: NAME, Key, Body, ContentType: TYPES[Key] }))
    },
    close: () => client.destroy(),
  }
}

/** The files of the bucket: name → bytes. Their compressed variants would be objects of other names. */
function readFiles() {
  const scratch = makeScratch()
  makeFiles(scratch)
  const files = Object.keys(TYPES).map((name) => [name, readFileSync(join(scratch, name))])
  rmSync(scratch, { recursive: true })
  return Object.fromEntries(files)
}
