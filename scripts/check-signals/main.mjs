// Checks that all work of src/ has the signal of the request that it is for, but for the exceptions below.
// Usage: node scripts/check-signals/main.mjs [ROOT]
import { checkSignals } from './check-signals.mjs'

/** Combined with that of the caller, by AbortSignal.any or a listener. */
const COMBINED = 'aborted with the signal of the caller, and by itself'

/** Of the producer of a logged stream, which is no request. */
const FENCED = 'aborted when another producer claims the stream'

const violations = checkSignals(process.argv[2] ?? '.', {
  'src/access/password-gate.ts#PasswordGate.#run':
    'aborted when the check has ended: several requests may wait for it, and scrypt can not be stopped',
  'src/async/with-deadline.ts#attemptWithDeadline': COMBINED,
  'src/check/check.ts#check': 'the default of an option: the caller passes no signal',
  'src/cli/change-command.ts#changeByCommand':
    'aborted after the time that a command has, and by the run',
  'src/cli/check.ts#runCheck': 'aborted by SIGINT and SIGTERM',
  'src/cli/get.ts#get': 'aborted by SIGINT and SIGTERM',
  'src/cli/get.ts#toStdout': 'the default of an option: the caller passes no signal',
  'src/client/download/download.ts#run': 'the default of an option: the caller passes no signal',
  'src/client/download/fetch-segments.ts#SegmentedFetch.#stop': COMBINED,
  'src/client/open-stream.ts#openStream': COMBINED,
  'src/client/stream/stream-options.ts#onPlatform': COMBINED,
  'src/delivery/transfer.ts#Transfer.signal': 'aborted when the client of the transfer has left',
  'src/plugin/routes.ts#addFileRoutes': 'aborted when the application closes',
  'src/replay/replayed-stream.ts#ReplayedStream.#begin':
    'aborted when the stream is stopped or the application closes: the producer goes on without its readers',
  'src/request/request-signal.ts#requestSignal': 'aborted when the client of the request has left',
  'src/source/digest/background-work.ts#BackgroundWork.#start':
    'aborted when nobody is interested any more',
  'src/source/digest/digest-cache.ts#digestCache.start': 'aborted when the last caller has left',
  'src/source/s3/s3-client.ts#S3Client.head': COMBINED,
  'src/source/s3/s3-client.ts#S3Client.get': COMBINED,
  'src/source/s3/s3-client.ts#S3Client.list': COMBINED,
  'src/admin/timed-source.ts#timedSource': COMBINED,
  'src/admin/posters/cover-store.ts#CoverStore.find': COMBINED,
  'src/stream-log/file/file-producer.ts#FileProducer.#control': FENCED,
  'src/stream-log/memory/memory-stream.ts#MemoryStream.claim': FENCED,
  'src/stream-log/redis/redis-producer.ts#RedisProducer.#control': FENCED,
  'src/video/latest-probe.ts#LatestProbe.run':
    'aborted by the next probe, a stop, and a time limit',
  'src/video/media-body.ts#openBody': COMBINED,
  'src/video/media-fetches.ts#MediaFetches.#permission':
    'aborted after a time: all requests to an origin wait for one answer',
  'src/video/retry-waker.ts#RetryWaker.wait': COMBINED,
})
for (const line of violations) process.stderr.write(`${line}\n`)
process.exitCode = violations.length === 0 ? 0 : 1
