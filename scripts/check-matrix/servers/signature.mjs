import { createHash, createHmac } from 'node:crypto'

const REGION = 'us-east-1'
const hmac = (key, text) => createHmac('sha256', key).update(text).digest()
const sha256 = (text) => createHash('sha256').update(text).digest('hex')

/**
 * The fields that authorize a request to S3 (AWS Signature Version 4). Only the host and the date are signed
 * of its fields, so that a client may send any others.
 *
 * @param request method, target in origin form (its query, if any, is signed as it is) and host
 */
export function signatureFields(
  { method, target, host },
  { accessKeyId, secretAccessKey },
  now = new Date(),
) {
  const time = now.toISOString().replace(/[-:]|\.\d+/g, '')
  const day = time.slice(0, 8)
  const [path, query = ''] = target.split('?')
  const fields = { host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', 'x-amz-date': time }
  const names = Object.keys(fields).join(';')
  const lines = Object.entries(fields).map(([name, value]) => `${name}:${value}\n`)
  const canonical = [method, path, query, lines.join(''), names, 'UNSIGNED-PAYLOAD'].join('\n')
  const scope = `${day}/${REGION}/s3/aws4_request`
  const text = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n')
  const key = [day, REGION, 's3', 'aws4_request'].reduce(hmac, `AWS4${secretAccessKey}`)
  const signature = hmac(key, text).toString('hex')
  const { host: _, ...sent } = fields
  const credential = `${accessKeyId}/${scope}`
  return {
    ...sent,
    authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`,
  }
}
