import { resumeDrill } from './resume-drill.js'

const FIELDS = { 'user-agent': 'curl/8.14.1', accept: '*/*', 'accept-encoding': undefined }

export const resumeLikeCurl = resumeDrill(
  'resume-like-curl',
  {
    client: 'curl',
    first: () => FIELDS,
    resume: ({ offset }) => ({ ...FIELDS, range: `bytes=${offset}-` }),
  },
  {
    resumesBy: 'sends `Range: bytes=N-` alone',
    harm: '`curl -C -` fails with exit code 33, or writes wrong bytes.',
  },
)
