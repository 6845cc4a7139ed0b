import { parseUrl } from '../http/parse-url.js'
import type { ByteSource } from '../source/byte-source.js'
import { loadSdk } from '../source/s3/s3-client.js'
import { s3Source } from '../source/s3/s3-source.js'
import type { Environment } from './settings/environment.js'
import { usageError } from './usage-error.js'

/** Connections to the store: one for each transfer that runs. */
const MOST_CONNECTIONS = 1024

export function isBucket(root: string): boolean {
  return root.startsWith('s3://')
}

/**
 * The source for `s3://bucket/prefix`. Credentials come from where the SDK finds them: the environment,
 * ~/.aws, or the role of the machine.
 *
 * @throws LastbyteError BAD_SETTING
 */
export async function openBucket(root: string, environment: Environment): Promise<ByteSource> {
  const { S3_ENDPOINT, S3_REGION, DOTFILES, SOURCE_TIMEOUT } = environment
  const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/.exec(root) ?? []
  if (bucket === undefined) {
    throw usageError('MEDIA_ROOT', 'expected s3://bucket or s3://bucket/prefix', root)
  }
  if (S3_ENDPOINT !== '' && !isHttpUrl(S3_ENDPOINT)) {
    throw usageError('S3_ENDPOINT', 'expected a URL such as http://127.0.0.1:9000', S3_ENDPOINT)
  }
  if (!/^[a-z0-9-]*$/i.test(S3_REGION)) {
    throw usageError('S3_REGION', 'expected a name such as eu-central-1', S3_REGION)
  }
  const { S3Client } = await loadSdk()
  const agent = { maxSockets: MOST_CONNECTIONS, keepAlive: true }
  const client = new S3Client({
    region: S3_REGION || process.env.AWS_REGION || 'us-east-1',
    requestHandler: { httpAgent: agent, httpsAgent: agent },
    // Object stores other than AWS find a bucket by the path of the URL, not by its host.
    ...(S3_ENDPOINT !== '' && { endpoint: S3_ENDPOINT, forcePathStyle: true }),
  })
  return s3Source({
    client,
    bucket,
    prefix,
    dotfiles: DOTFILES,
    stall: SOURCE_TIMEOUT,
    retryFor: environment.RETRY_FOR,
    openFor: environment.OPEN_FOR,
  })
}

function isHttpUrl(text: string): boolean {
  return /^https?:$/.test(parseUrl(text)?.protocol ?? '')
}
