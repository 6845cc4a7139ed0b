import { S3Client } from '@aws-sdk/client-s3'
import fastify from 'fastify'
import lastbyte, { s3Source } from 'lastbyte'
import { reportPort } from './report-port.mjs'

// The argument: {"endpoint", "accessKeyId", "secretAccessKey", "bucket"} as JSON.
const { endpoint, bucket, ...credentials } = JSON.parse(process.argv[2])
const client = new S3Client({ endpoint, credentials, region: 'us-east-1', forcePathStyle: true })
const app = fastify({ logger: false })
await app.register(lastbyte, { source: s3Source({ client, bucket }) })
await app.listen({ port: 0, host: '127.0.0.1' })
reportPort(app.server)
