import { bytes, choice, duration, onOff, type Setting, text } from './setting.js'

const forProxy = (variable: Setting): Setting => ({ ...variable, only: 'proxy' })
const forServe = (variable: Setting): Setting => ({ ...variable, only: 'serve' })

/** Settings of sources that are read over a network. */
export const REMOTE_SCHEMA = {
  RETRY_FOR: duration('how long an interrupted read is retried', 'retry-for', '60s'),
  OPEN_FOR: duration('how long the first response is retried', 'open-for', '10s'),
  READ_AHEAD: forProxy(bytes('bytes that are read ahead of a client', 'read-ahead', '128K')),
  REDIRECTS: forProxy(
    text(
      'further origins to which redirects are followed',
      '--redirects <origins>',
      'origins such as https://cdn.example, separated by commas',
    ),
  ),
  FORWARDED: forProxy(onOff('send the origin X-Forwarded-For, -Host and -Proto', 'forwarded')),
  FORBID_PRIVATE: forProxy(
    onOff('refuse addresses that are not of the public Internet', 'forbid-private'),
  ),
  INSECURE: forProxy(onOff('accept any certificate of the origin', 'insecure')),
  VERIFY: forProxy(
    choice('verify bytes against the digest that the origin sends', 'verify', [
      'told',
      'asked',
      'off',
    ]),
  ),
  S3_ENDPOINT: forServe(
    text(
      'the URL of the object store, if not AWS',
      '--endpoint <url>',
      'a URL such as http://127.0.0.1:9000',
    ),
  ),
  S3_REGION: forServe(text('its region (AWS_REGION, else us-east-1)', '--region <name>', 'a name')),
} as const satisfies Record<string, Setting>
